import type { Config } from '../../config.ts';
import type { Handlers } from '../http/route.ts';

/** `GET /api/config`: what a page needs to know before anything else. Nothing secret. */
export function configRoutes({ config }: { config: Config }) {
  return {
    'GET /api/config': async () => ({
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
  } satisfies Partial<Handlers>;
}
