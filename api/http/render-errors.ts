import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import type { ErrorCode } from '../../domain/failures.ts';
import type { ApiContext, ApiState } from './context.ts';
import { asKnownError } from './known-error.ts';

/**
 * Renders all errors. Expected ones go to the client. Of others, only the stack is logged, with the request's id, and
 * the client gets `internal_error`.
 */
export function renderErrors(logger: Logger): Middleware<ApiState, ApiContext> {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const known = asKnownError(error);
      const { requestId, route = 'none', client } = ctx.state;
      if (!known) logger.error({ requestId, err: error }, 'a request failed unexpectedly');
      else if (known !== error && known.status >= 500)
        logger.warn({ requestId, err: error }, 'a request met a part that is away');
      else if (REFUSALS.has(known.code))
        logger.info({ requestId, route, code: known.code, network: client.network }, 'a request was refused');
      // Discards headers and body that the route had set before the error.
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

/** Security events for operators: missing permission and exceeded limits. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set(['unauthenticated', 'forbidden', 'too_many_requests']);
