/** The bill of an order that awaits its payment, and what a change would make of it. */

import { planUnpaidChange, type UnpaidPlan } from '../../../domain/change-unpaid.ts';
import type { ChangeDraft } from '../../../domain/order-change.ts';
import type { AddedLine } from '../entities/change.ts';
import type { OrderRow } from '../entities/order.ts';
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

/** Plans a change of such an order, under its lock. */
export async function planUnpaid(
  em: OrdersManager,
  order: OrderRow,
  { participantId, draft }: { readonly participantId: string; readonly draft: ChangeDraft<AddedLine> },
): Promise<{ readonly bill: OrderBill; readonly planned: UnpaidPlan }> {
  const bill = await readBill(em, order);
  const { set, add } = draft;
  return { bill, planned: planUnpaidChange(bill, participantId, { set, add: addedOf(bill, add) }) };
}
