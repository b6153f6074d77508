import { defineRoute, type Route } from '../http/route.ts';
import type { Metrics } from './metrics.ts';

/** `GET /metrics` for Prometheus. It names no person; a proxy in front may still keep it to itself. */
export function metricsRoutes({ metrics }: { metrics: Metrics }): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/metrics',
      tag: 'Operations',
      summary: 'Metrics in the format of Prometheus',
      who: 'anyone who can reach it',
      answers: { 200: null },
      handle: async ({ ctx }) => {
        ctx.type = metrics.registry.contentType;
        ctx.body = await metrics.registry.metrics();
        return { status: 200 };
      },
    }),
  ];
}
