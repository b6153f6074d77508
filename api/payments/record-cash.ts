/** `POST /api/orders/:id/shares/:shareId/cash`: staff record a share paid in cash. */

import type { Order } from '../../domain/contract/orders.ts';
import { findTransition } from '../../domain/order.ts';
import { readOrder } from '../../db/orders/orders/read-order.ts';
import { insertAttempt, readAttempt } from '../../db/orders/payments/attempts.ts';
import { recordCash } from '../../temporal/orders/messages.ts';
import { assertTip } from '../http/amounts.ts';
import { illegalTransition } from '../http/api-error.ts';
import { runCommand, waitForOutcome } from '../http/command.ts';
import { hashBody, requestIdFor } from '../http/idempotency.ts';
import type { Handlers } from '../http/route.ts';
import { ALREADY_PAID, updateOrder } from '../orders/workflow-updates.ts';
import type { PayShareDependencies } from './pay-share.ts';

const ACTION = 'record_cash';

export function cashRoutes(dependencies: PayShareDependencies) {
  const { settings, databases, temporal, feed, deciders } = dependencies;
  const { orders } = databases;
  return {
    'POST /api/orders/:id/shares/:shareId/cash': async ({ body, access, share, user, idempotencyKey }) => {
      const { record, viewer } = access;
      const { id: orderId, status, currency } = record.order;
      const tipAmount = body.tipAmount ?? 0;
      const requestHash = hashBody({ shareId: share.id, tipAmount, method: 'cash' });
      const attemptId = requestIdFor('cash', user.id, idempotencyKey);
      const { tipLimitAmount } = await settings.read();
      const { seen, isOver } = await runCommand({
        before: await readAttempt(orders, attemptId),
        isSame: (attempt) => attempt.requestHash === requestHash,
        check: () => {
          if (!findTransition(status, ACTION, 'agent')) throw illegalTransition(status, { action: ACTION });
          if (share.status === 'authorized')
            throw illegalTransition(status, { action: ACTION }, ALREADY_PAID);
          assertTip({ amount: share.amount, currency }, tipAmount, tipLimitAmount, ['tipAmount']);
        },
        assertReady: deciders.assertReady,
        write: () =>
          insertAttempt(orders, {
            ...{ id: attemptId, orderId, shareId: share.id, requestHash, tipAmount },
            paymentMethodId: null,
            actorId: user.id,
          }),
        carryOut: async (attempt) => {
          if (attempt.status !== 'authorized') {
            await updateOrder({ temporal, orders, deciders }, orderId, recordCash, {
              updateId: attemptId,
              args: [{ shareId: share.id, attemptId, as: user.role }],
              asked: { action: ACTION },
              isDone: async () => (await readAttempt(orders, attemptId))?.status === 'authorized',
            });
          }
          return waitForOutcome(feed, orderId, record, {
            read: () => readOrder(orders, orderId),
            isOver: ({ order }) => !isBeingConfirmed(order),
          });
        },
      });
      return { status: isOver ? 200 : 202, body: { order: seen.order, viewer } };
    },
  } satisfies Partial<Handlers>;
}

/** Every share is paid, and the order is on its way to the kitchen. */
function isBeingConfirmed({ status, paymentStatus }: Order): boolean {
  return status === 'capturing' || (status === 'awaiting_payment' && paymentStatus === 'authorized');
}
