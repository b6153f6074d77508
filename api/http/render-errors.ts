import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import { ApiError, notFound } from './api-error.ts';
import type { ApiContext, ApiState } from './context.ts';

/**
 * The one place where errors become answers. Expected ones are told; of the others only their stack is logged,
 * under the request's id, and the client hears `internal_error`.
 */
export function renderErrors(logger: Logger): Middleware<ApiState, ApiContext> {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const known = asKnown(error);
      if (!known)
        logger.error({ requestId: ctx.state.requestId, err: error }, 'a request failed unexpectedly');
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

/** A path that cannot be decoded names nothing: the router says so by an error of its own. */
function asKnown(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error;
  const isBadPath = error instanceof URIError || (error as { status?: unknown }).status === 400;
  return isBadPath ? notFound() : undefined;
}
