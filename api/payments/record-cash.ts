/** `POST /api/orders/:id/shares/:shareId/cash`: staff were paid a share in cash. */

import type { Order } from '../../domain/contract/orders.ts';
import { findTransition } from '../../domain/order.ts';
import { readOrder } from '../../db/orders/orders/read-order.ts';
import { insertAttempt, readAttempt } from '../../db/orders/payments/attempts.ts';
import { recordCash } from '../../temporal/orders/messages.ts';
import { assertTip } from '../http/amounts.ts';
import { idempotencyConflict, illegalTransition } from '../http/api-error.ts';
import { hashBody, requestIdFor } from '../http/idempotency.ts';
import type { Handlers } from '../http/route.ts';
import { OUTCOME_MS } from '../orders/commands.ts';
import { ALREADY_PAID, updateOrder } from '../orders/workflow-updates.ts';
import type { PayShareDependencies } from './pay-share.ts';

const ACTION = 'record_cash';

export function cashRoutes(dependencies: PayShareDependencies) {
  const { config, databases, temporal, feed, deciders } = dependencies;
  const { orders } = databases;
  return {
    'POST /api/orders/:id/shares/:shareId/cash': async ({ body, access, share, user, idempotencyKey }) => {
      const { record, viewer } = access;
      const { id: orderId, status, currency } = record.order;
      const tipAmount = body.tipAmount ?? 0;
      const requestHash = hashBody({ shareId: share.id, tipAmount, method: 'cash' });
      const attemptId = requestIdFor('cash', user.id, idempotencyKey);
      const before = await readAttempt(orders, attemptId);
      if (before && before.requestHash !== requestHash) throw idempotencyConflict();
      if (before?.status !== 'authorized') {
        if (!findTransition(status, ACTION, 'agent')) throw illegalTransition(status, { action: ACTION });
        if (share.status === 'authorized') throw illegalTransition(status, { action: ACTION }, ALREADY_PAID);
        assertTip({ amount: share.amount, currency }, tipAmount, config.tipLimitAmount, ['tipAmount']);
        await deciders.assertReady();
        const attempt = await insertAttempt(orders, {
          ...{ id: attemptId, orderId, shareId: share.id, requestHash, tipAmount },
          paymentMethodId: null,
          actorId: user.id,
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
  } satisfies Partial<Handlers>;
}

/** Every share is paid, and the order is on its way to the kitchen. */
function isBeingConfirmed({ status, paymentStatus }: Order): boolean {
  return status === 'capturing' || (status === 'awaiting_payment' && paymentStatus === 'authorized');
}
