/** `POST /api/orders/:id/refunds`: refunds captured money, never more than was captured. */

import { formatAmount } from '../../domain/money.ts';
import type { RefundRow } from '../../db/orders/entities/payment.ts';
import { readOrder, type OrderRecord } from '../../db/orders/orders/read-order.ts';
import { readRefundParts, reserveRefund } from '../../db/orders/refunds/refunds.ts';
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
      const known = await readRefundParts(orders, id);
      const { seen: refunds, isOver } = await runCommand<Parts, { seen: Parts; isOver: boolean }>({
        before: known.length > 0 ? known : undefined,
        isSame: (rows) => rows.every((row) => row.requestHash === requestHash),
        check: () => assertChargeable(record.order.currency, [{ path: ['amount'], amount: body.amount }]),
        assertReady: deciders.assertReady,
        write: async () => {
          const reserved = await reserveRefund(orders, {
            ...{ id, orderId, requestHash, limit, actorId: user.id },
            ...{ shareId: body.shareId, lines: body.lines, amount: body.amount },
            ...{ reason: body.reason, restock: body.restock ?? false },
          });
          if ('refunds' in reserved) return reserved.refunds;
          if (reserved.refused === 'above_limit') throw aboveLimit(limit ?? 0, record.order.currency);
          throw refusal(reserved.refused, reserved.refundable, record);
        },
        carryOut: async (rows) => {
          const { number, tab, settles } = record.order;
          const of = { orderNumber: number, tabId: tab?.id ?? settles?.tabId };
          for (const { id: refundId } of rows) await startReserved(dependencies, { orderId, refundId }, of);
          return waitForOutcome(feed, orderId, rows, {
            read: () => readRefundParts(orders, id),
            isOver: (parts) => parts.every(({ status, madeAt }) => status !== 'pending' || madeAt != null),
          });
        },
      });
      const { order } = (await readOrder(orders, orderId))!;
      const [{ cause, reason }] = refunds as [RefundRow];
      const amount = refunds.reduce((sum, part) => sum + part.amount, 0);
      const answer = { id, amount, cause, reason: reason ?? null, status: statusOf(refunds) };
      return { status: isOver ? 201 : 202, body: { order, refund: answer } };
    },
  } satisfies Partial<Handlers>;
}

/** A refund, with one row for each payment that it takes. */
type Parts = readonly RefundRow[];

/** Returns the status of a refund that goes over several payments: failed if a part of it has. */
function statusOf(parts: Parts): RefundRow['status'] {
  const has = (status: RefundRow['status']) => parts.some((part) => part.status === status);
  return has('failed') ? 'failed' : has('pending') ? 'pending' : 'succeeded';
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
