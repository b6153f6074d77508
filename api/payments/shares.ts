/** `POST /api/orders/:id/shares/:shareId/pay`: an attempt to pay a share, and its outcome. */

import type { Holders } from '../people/holders.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import type { Handlers } from '../http/route.ts';
import { payShare, type PayShareDependencies } from './pay-share.ts';

export function shareRoutes(
  dependencies: PayShareDependencies & { rateLimits: RateLimits; holders: Holders },
) {
  const { rateLimits, holders } = dependencies;
  return {
    'POST /api/orders/:id/shares/:shareId/pay': async ({ ctx, body, access, share, idempotencyKey }) => {
      await rateLimits.consume('pay', { client: ctx.state.client, person: share.participantId });
      return payShare(dependencies, {
        record: access.record,
        share,
        payerId: share.participantId,
        payment: body,
        userId: access.person.user?.id ?? null,
        network: holders.networkKey(ctx.state.client),
        idempotencyKey,
      });
    },
  } satisfies Partial<Handlers>;
}
