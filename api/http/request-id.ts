import { randomUUID } from 'node:crypto';
import type { Middleware } from 'koa';
import type { ApiContext, ApiState } from './context.ts';

const SANE = /^[A-Za-z0-9._-]{8,64}$/;

/**
 * Gives every request an id: the caller's `X-Request-Id` if it is well-formed, else a new UUID. The response echoes it.
 */
export function assignRequestId(): Middleware<ApiState, ApiContext> {
  return async (ctx, next) => {
    const given = ctx.get('X-Request-Id');
    ctx.state.requestId = SANE.test(given) ? given : randomUUID();
    ctx.set('X-Request-Id', ctx.state.requestId);
    await next();
  };
}
