/** `POST /api/orders/:id/shares/:shareId/pay`: a payer's attempt to pay, and what came of it. */

import { payShareSchema, paymentAnswer } from '../../domain/contract/payments.ts';
import { readOrderFor } from '../people/access.ts';
import { forbidden, notFound } from '../http/api-error.ts';
import type { Holders } from '../people/holders.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { payShare, type PayShareDependencies } from './pay-share.ts';

export function shareRoutes(
  dependencies: PayShareDependencies & { rateLimits: RateLimits; holders: Holders },
): Route[] {
  const { databases, rateLimits, holders } = dependencies;
  return [
    defineRoute({
      method: 'post',
      path: '/api/orders/:id/shares/:shareId/pay',
      tag: 'Payments',
      summary: 'Pay a share',
      description:
        'With a payment method it is confirmed here; without one the page confirms it with the clientSecret. ' +
        'A payment that waits for its payer (3-D Secure) is answered with its clientSecret, and read back from Stripe: ' +
        'an empty body asks how it ended, and is no new attempt. ' +
        '`savePaymentMethod` has Stripe keep the card for the signed-in account once it has paid. ' +
        '202: still on its way.',
      who: 'the payer of the share',
      idempotencyKey: 'required',
      body: payShareSchema,
      answers: { 200: paymentAnswer, 202: paymentAnswer },
      errors: [
        'not_found',
        'forbidden',
        'tip_too_large',
        'card_declined',
        'counter_only',
        'illegal_transition',
        'idempotency_conflict',
        'try_again',
      ],
      handle: async ({ ctx, params, body, person, idempotencyKey }) => {
        const who = await person();
        const { record, viewer } = await readOrderFor(databases.orders, params['id']!, who);
        const share = record.order.shares.find(({ id }) => id === params['shareId']);
        if (!share) throw notFound('This share');
        if (share.participantId !== viewer.participantId)
          throw forbidden('This is the share of somebody else.');
        await rateLimits.consume('pay', { client: ctx.state.client, person: share.participantId });
        return payShare(dependencies, {
          record,
          share,
          payerId: viewer.participantId,
          payment: body,
          userId: who.user?.id ?? null,
          network: holders.networkKey(ctx.state.client),
          idempotencyKey: idempotencyKey!,
        });
      },
    }),
  ];
}
