import type { Database } from '../../db/database.ts';
import { isTabOver, readOrderFacts, readRefundSubject } from '../../db/orders/reconciliation/quiet-work.ts';
import { hasEnded } from '../../domain/order.ts';
import type { Work } from '../../temporal/work.ts';
import { subjectOf, subjectOfTab, type WorkflowSubject } from './workflow-health.ts';

/** The subject of a workflow, and whether it is finished. */
export interface ReadWork {
  readonly subject: WorkflowSubject;
  readonly isDone: boolean;
}

const NOTHING: ReadWork = { subject: { orderId: null, amount: null, currency: null }, isDone: true };

/** Reads the subject of a workflow; empty for workflows of neither an order, a refund nor a tab. */
export async function readWork(orders: Database, work: Work | undefined): Promise<ReadWork> {
  if (work === undefined) return NOTHING;
  if (work.tabId !== undefined)
    return { subject: subjectOfTab(work.tabId), isDone: await isTabOver(orders, work.tabId) };
  if (work.refundId !== undefined) {
    const refund = await readRefundSubject(orders, work.refundId);
    return refund
      ? { subject: { ...subjectOf(refund), refundId: work.refundId }, isDone: refund.isMade }
      : NOTHING;
  }
  const order = (await readOrderFacts(orders, [work.orderId])).get(work.orderId);
  if (!order) return NOTHING;
  const { totalAmount: amount, currency, status: orderStatus } = order;
  return { subject: { orderId: work.orderId, amount, currency, orderStatus }, isDone: hasEnded(orderStatus) };
}

/** Returns the work of a difference's workflow. */
export function workOf(difference: {
  readonly orderId?: string | null | undefined;
  readonly details: { readonly refundId?: string; readonly tabId?: string };
}): Work | undefined {
  const { orderId, details } = difference;
  if (details.tabId !== undefined) return { tabId: details.tabId };
  return orderId ? { orderId, refundId: details.refundId } : undefined;
}
