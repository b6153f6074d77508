/** `POST /api/orders/:id/refunds`: refunds captured money, never more than was captured. */

import { formatAmount } from '../../domain/money.ts';
import type { RefundRow } from '../../db/orders/entities/payment.ts';
import { readOrder, type OrderRecord } from '../../db/orders/orders/read-order.ts';
import { readRefund, reserveRefund } from '../../db/orders/refunds/refunds.ts';
import type { RefundRefusal } from '../../domain/refund.ts';
import { assertChargeable } from '../http/amounts.ts';
import { illegalTransition, invalidRequest, type Why } from '../http/api-error.ts';
import { runCommand, waitForOutcome } from '../http/command.ts';
import { hashBody, requestIdFor } from '../http/idempotency.ts';
import type { Handlers } from '../http/route.ts';
import { aboveLimit, refundLimitOf } from './refund-limit.ts';
import { cancelRoundLines } from './cancel-lines.ts';
import { LINE_REFUSALS, startReserved, type RefundDependencies } from './start-refund.ts';

export function refundRoutes(dependencies: RefundDependencies) {
  const { settings, databases, feed, deciders } = dependencies;
  const { orders } = databases;
  return {
    'POST /api/orders/:id/refunds': async ({ body, access: { record }, user, idempotencyKey }) => {
      const orderId = record.order.id;
      const requestHash = hashBody({ orderId, ...body });
      const id = requestIdFor('refund', user.id, idempotencyKey);
      const limit = refundLimitOf(await settings.read(), user.role);
      if (record.order.paidAfter) {
        const { seen, isOver } = await cancelRoundLines(dependencies, {
          ...{ id, requestHash, record, body, limit, actorId: user.id },
        });
        const { order } = (await readOrder(orders, orderId))!;
        const { reducedAmount } = seen;
        const amount = seen.refunds.reduce((sum, one) => sum + one.amount, reducedAmount);
        const status = isOver ? ('succeeded' as const) : ('pending' as const);
        const answer = { id, amount, cause: 'requested' as const, reason: body.reason, status };
        return { status: isOver ? 201 : 202, body: { order, refund: answer, reducedAmount } };
      }
      const { seen: refund, isOver } = await runCommand<RefundRow, { seen: RefundRow; isOver: boolean }>({
        before: await readRefund(orders, id),
        isSame: (row) => row.requestHash === requestHash,
        check: () => assertChargeable(record.order.currency, [{ path: ['amount'], amount: body.amount }]),
        assertReady: deciders.assertReady,
        write: async () => {
          const reserved = await reserveRefund(orders, {
            ...{ id, orderId, requestHash, limit, actorId: user.id },
            ...{ shareId: body.shareId, lines: body.lines, amount: body.amount },
            ...{ reason: body.reason, restock: body.restock ?? false },
          });
          if ('refund' in reserved) return reserved.refund;
          if (reserved.refused === 'above_limit') throw aboveLimit(limit ?? 0, record.order.currency);
          throw refusal(reserved.refused, reserved.refundable, record);
        },
        carryOut: async (row) => {
          const { number, tab, settles } = record.order;
          const of = { orderNumber: number, tabId: tab?.id ?? settles?.tabId };
          await startReserved(dependencies, { orderId, refundId: id }, of);
          return waitForOutcome(feed, orderId, row, {
            read: () => readRefund(orders, id),
            isOver: ({ status, madeAt }) => status !== 'pending' || madeAt != null,
          });
        },
      });
      const { order } = (await readOrder(orders, orderId))!;
      const { amount, cause, reason, status } = refund;
      const answer = { id, amount, cause, reason: reason ?? null, status };
      return { status: isOver ? 201 : 202, body: { order, refund: answer } };
    },
  } satisfies Partial<Handlers>;
}

/** The reason why a payment that its bank reversed is not refunded. */
const DISPUTED: Why = {
  reason: 'disputed',
  sentence: 'The customer’s bank has taken this payment back: a refund would give it back twice.',
};

function refusal(reason: RefundRefusal, refundable: number, { order }: OrderRecord) {
  switch (reason) {
    case 'nothing_captured':
      return illegalTransition(order.status, { action: 'refund' });
    case 'disputed':
      return illegalTransition(order.status, { action: 'refund' }, DISPUTED);
    case 'more_than_captured':
      return invalidRequest(
        refundable > 0
          ? `At most ${formatAmount(refundable, order.currency)} can be given back.`
          : 'All of it was given back already.',
        [{ path: ['amount'], code: 'more_than_left', maximum: refundable, currency: order.currency }],
      );
    case 'unknown_line':
    case 'line_refunded':
    case 'costs_nothing':
      return LINE_REFUSALS[reason]();
    case 'choose_lines':
      return invalidRequest('This order was paid by several people: say what goes back on sale.', [
        { path: ['lines'], code: 'lines_required' },
      ]);
    case 'choose_share':
      return invalidRequest('This order was paid by several people: say whose share it is.', [
        { path: ['shareId'], code: 'share_required' },
      ]);
  }
}
