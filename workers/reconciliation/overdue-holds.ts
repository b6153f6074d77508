/** Finds stock that is held past its time: for an order, or under the id of a change that is over. */

import { listCommittedHolds, listOverdueHolds } from '../../db/catalog/stock/overdue-holds.ts';
import type { Databases } from '../../db/databases.ts';
import { isChangeOpen, readChangesOfHolds } from '../../db/orders/reconciliation/changes.ts';
import { readOrderFacts, type OrderFacts } from '../../db/orders/reconciliation/quiet-work.ts';
import { describeHoldOfChange } from '../../domain/compare-changes.ts';
import type { FoundDifference } from '../../domain/compare-payment.ts';

/** Returns the differences for holds that are so many seconds past their time; with `id`, only for that one. */
export async function findOverdue(
  { orders, catalog }: Pick<Databases, 'orders' | 'catalog'>,
  { seconds, id }: { seconds: number; id?: string },
): Promise<FoundDifference[]> {
  const overdue = await listOverdueHolds(catalog, { seconds, ...(id !== undefined && { orderId: id }) });
  const committed = await listCommittedHolds(catalog, { seconds, ...(id !== undefined && { id }) });
  const ids = [...new Set([...overdue, ...committed])];
  const [known, changes] = await Promise.all([
    readOrderFacts(orders, overdue),
    readChangesOfHolds(orders, ids),
  ]);
  const ofChanges = ids.flatMap((each) => changes.get(each) ?? []).filter((change) => !isChangeOpen(change));
  return [
    ...overdue
      .filter((each) => !changes.has(each))
      .map((orderId) => describeOverdueHold(orderId, known.get(orderId))),
    ...ofChanges.map(describeHoldOfChange),
  ];
}

function describeOverdueHold(orderId: string, order: OrderFacts | undefined): FoundDifference {
  return {
    kind: 'overdue_hold',
    subject: orderId,
    orderId,
    paymentId: null,
    intentId: null,
    amount: order?.totalAmount ?? null,
    currency: order?.currency ?? null,
    details: order ? { orderStatus: order.status } : {},
  };
}
