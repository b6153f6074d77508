/** `POST /api/orders/:id/shares/:shareId/cash`: staff were paid a share in cash. */

import { orderAnswer, type Order } from '../../domain/contract/orders.ts';
import { recordCashSchema } from '../../domain/contract/payments.ts';
import { findTransition } from '../../domain/order.ts';
import { readOrder } from '../../db/orders/orders/read-order.ts';
import { insertAttempt, readAttempt } from '../../db/orders/payments/attempts.ts';
import { recordCash } from '../../temporal/orders/messages.ts';
import { assertTip } from '../http/amounts.ts';
import { idempotencyConflict, illegalTransition, notFound } from '../http/api-error.ts';
import { hashBody, requestIdFor } from '../http/idempotency.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { OUTCOME_MS } from '../orders/commands.ts';
import { ALREADY_PAID, updateOrder } from '../orders/workflow-updates.ts';
import { readOrderFor } from '../people/access.ts';
import { assertStaff } from '../people/people.ts';
import type { PayShareDependencies } from './pay-share.ts';

const ACTION = 'record_cash';

export function cashRoutes(dependencies: PayShareDependencies): Route[] {
  const { config, databases, temporal, feed, deciders } = dependencies;
  const { orders } = databases;
  return [
    defineRoute({
      method: 'post',
      path: '/api/orders/:id/shares/:shareId/cash',
      tag: 'Payments',
      summary: 'Record that a share was paid in cash',
      description:
        'A card payment of the share that is still open is voided first. Refused when the share is paid by card ' +
        'meanwhile: then hand the cash back. 202: recorded, and the order is still being confirmed.',
      who: 'staff',
      idempotencyKey: 'required',
      body: recordCashSchema,
      answers: { 200: orderAnswer, 202: orderAnswer },
      errors: [
        'unauthenticated',
        'forbidden',
        'not_found',
        'tip_too_large',
        'illegal_transition',
        'idempotency_conflict',
        'try_again',
      ],
      handle: async ({ params, body, person, idempotencyKey }) => {
        const who = await person();
        const agent = assertStaff(who);
        const { record, viewer } = await readOrderFor(orders, params['id']!, who);
        const { id: orderId, status, currency } = record.order;
        const share = record.order.shares.find(({ id }) => id === params['shareId']);
        if (!share) throw notFound('This share');
        const tipAmount = body.tipAmount ?? 0;
        const requestHash = hashBody({ shareId: share.id, tipAmount, method: 'cash' });
        const attemptId = requestIdFor('cash', agent.id, idempotencyKey);
        const before = await readAttempt(orders, attemptId);
        if (before && before.requestHash !== requestHash) throw idempotencyConflict();
        if (before?.status !== 'authorized') {
          if (!findTransition(status, ACTION, 'agent')) throw illegalTransition(status, { action: ACTION });
          if (share.status === 'authorized')
            throw illegalTransition(status, { action: ACTION }, ALREADY_PAID);
          assertTip({ amount: share.amount, currency }, tipAmount, config.tipLimitAmount, ['tipAmount']);
          await deciders.assertReady();
          const attempt = await insertAttempt(orders, {
            ...{ id: attemptId, orderId, shareId: share.id, requestHash, tipAmount },
            paymentMethodId: null,
            actorId: agent.id,
          });
          // A parallel request with the same key may have been first, with another body.
          if (attempt.requestHash !== requestHash) throw idempotencyConflict();
          await updateOrder({ temporal, orders, deciders }, orderId, recordCash, {
            updateId: attemptId,
            args: [{ shareId: share.id, attemptId }],
            asked: { action: ACTION },
          });
        }
        let current = record.order;
        const isOver = async () => {
          current = (await readOrder(orders, orderId))?.order ?? current;
          return !isBeingConfirmed(current);
        };
        const isSettled = await feed.waitFor(orderId, isOver, OUTCOME_MS);
        return { status: isSettled ? 200 : 202, body: { order: current, viewer } };
      },
    }),
  ];
}

/** Every share is paid, and the order is on its way to the kitchen. */
function isBeingConfirmed({ status, paymentStatus }: Order): boolean {
  return status === 'capturing' || (status === 'awaiting_payment' && paymentStatus === 'authorized');
}
