import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import type { Metrics } from '../operations/metrics.ts';
import type { ApiContext, ApiState } from './context.ts';

/** Logs and counts each request: method, route pattern, status, duration. Never a path, query or address. */
export function logRequests(logger: Logger, metrics: Metrics): Middleware<ApiState, ApiContext> {
  return async (ctx, next) => {
    const start = performance.now();
    await next();
    const milliseconds = performance.now() - start;
    const route = ctx.state.route ?? 'none';
    metrics.countRequest({ method: ctx.method, route, status: ctx.status, seconds: milliseconds / 1000 });
    const line = {
      requestId: ctx.state.requestId,
      method: ctx.method,
      route,
      status: ctx.status,
      ms: Math.round(milliseconds * 10) / 10,
    };
    if (ctx.status >= 500) logger.warn(line, 'request');
    else logger.debug(line, 'request');
  };
}
