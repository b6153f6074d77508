import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import type { ApiContext, ApiState } from './context.ts';
import { asKnownError } from './known-error.ts';

/**
 * The one place where errors become answers. Expected ones are told; of the others only their stack is logged,
 * under the request's id, and the client hears `internal_error`.
 */
export function renderErrors(logger: Logger): Middleware<ApiState, ApiContext> {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const known = asKnownError(error);
      if (!known)
        logger.error({ requestId: ctx.state.requestId, err: error }, 'a request failed unexpectedly');
      else if (known !== error && known.status >= 500)
        logger.warn({ requestId: ctx.state.requestId, err: error }, 'a request met a part that is away');
      // What a route had begun to say does not belong to the error.
      ctx.remove('Cache-Control');
      ctx.remove('ETag');
      if (known?.retryAfterSeconds !== undefined) ctx.set('Retry-After', String(known.retryAfterSeconds));
      ctx.set('Cache-Control', 'no-store');
      ctx.status = known?.status ?? 500;
      ctx.body = {
        error: {
          code: known?.code ?? 'internal_error',
          message: known?.message ?? 'Something went wrong on our side. Please try again.',
          ...(known?.details !== undefined && { details: known.details }),
        },
      };
    }
  };
}
