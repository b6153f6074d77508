import type { Config } from '../../config.ts';
import { publicConfigSchema } from '../../domain/contract/session.ts';
import { defineRoute, type Route } from '../http/route.ts';

/** `GET /api/config`: what a page needs to know before anything else. Nothing secret. */
export function configRoutes({ config }: { config: Config }): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/config',
      tag: 'Operations',
      summary: 'What a page needs to know before anything else',
      who: 'anyone',
      answers: { 200: publicConfigSchema },
      handle: async () => ({
        status: 200,
        body: {
          currency: config.currency,
          stripePublishableKey: config.stripe.publishableKey,
          stripeJsUrl: config.stripe.jsUrl,
          demo: !config.production,
          tipLimitAmount: config.tipLimitAmount,
          shop: config.shop,
        },
      }),
    }),
  ];
}
