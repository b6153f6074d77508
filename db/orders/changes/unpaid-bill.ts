/** The bill of an order that awaits its payment, and what a change would make of it. */

import { sql } from 'kysely';
import { planUnpaidChange, type UnpaidPlan, type UnpaidShare } from '../../../domain/change-unpaid.ts';
import type { ChangeDraft } from '../../../domain/order-change.ts';
import { PAID_STATES } from '../../../domain/payment.ts';
import { anyOf, query, selectRows } from '../../sql.ts';
import type { AddedLine } from '../entities/change.ts';
import type { OrderRow } from '../entities/order.ts';
import { PaymentEntity } from '../entities/payment.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { addedOf, readBill, type OrderBill } from './read-bill.ts';

/** Returns whether an order's bill may be changed by those who are to pay it: no money has moved. */
export function isUnpaid({
  status,
  kind,
  paidAfter,
  closing,
}: Pick<OrderRow, 'status' | 'kind' | 'paidAfter' | 'closing'>): boolean {
  return kind === 'goods' && !paidAfter && status === 'awaiting_payment' && !closing;
}

/** Plans a change of such an order, under its lock; without a participant, one of staff. */
export async function planUnpaid(
  em: OrdersManager,
  order: OrderRow,
  { participantId, draft }: { readonly participantId: string | null; readonly draft: ChangeDraft<AddedLine> },
): Promise<{ readonly bill: OrderBill; readonly planned: UnpaidPlan }> {
  const bill = await readBill(em, order);
  const { set, add, waived } = draft;
  const changes = { set, add: addedOf(bill, add), isWaived: waived !== undefined };
  return { bill, planned: planUnpaidChange(bill, participantId, changes) };
}

/** What of earlier attempts is in the way of a change: shares whose payments must be voided first, or why it is refused. */
export type Obstacle =
  { readonly openShareIds: readonly string[] } | { readonly refused: 'being_paid'; readonly by: string };

/**
 * Locks the payments of shares that a change would move, and returns what of them is in its way; undefined: nothing. One that
 * was declined could still be confirmed by its page. So could one that waits at a bank, which is only voided if `mayVoid` says
 * that its payer has wanted the change since she sent it.
 */
export async function findObstacle(
  em: OrdersManager,
  shares: readonly UnpaidShare[],
  mayVoid: (payerId: string, sentAt: Date) => boolean,
): Promise<Obstacle | undefined> {
  const ids = shares.map(({ id }) => id);
  if (ids.length === 0) return undefined;
  const payments = await selectRows(
    em,
    PaymentEntity,
    sql`share_id = ${anyOf(ids)} and status <> 'canceled' order by id for no key update`,
  );
  if (payments.length === 0) return undefined;
  const attempts = await query<{ shareId: string; sentAt: string }>(
    em,
    sql`select s.id as "shareId", a.created_at as "sentAt" from shares s join payment_attempts a on a.id = s.attempt_id
        where s.id = ${anyOf(ids)}`,
  );
  for (const { id, payerId } of shares) {
    const states = payments.filter(({ shareId }) => shareId === id).map(({ status }) => status);
    const sentAt = attempts.find(({ shareId }) => shareId === id)?.sentAt;
    const isAtBank = states.includes('requires_action');
    const isPaid = states.some((status) => PAID_STATES.some((paid) => paid === status));
    if (isPaid || (isAtBank && !(sentAt !== undefined && mayVoid(payerId, new Date(sentAt)))))
      return { refused: 'being_paid', by: payerId };
  }
  return { openShareIds: [...new Set(payments.map(({ shareId }) => shareId))] };
}
