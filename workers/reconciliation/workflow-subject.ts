import type { Database } from '../../db/database.ts';
import { readOrderFacts, readRefundSubject } from '../../db/orders/reconciliation/quiet-work.ts';
import { hasEnded } from '../../domain/order.ts';
import { subjectOf, type WorkflowSubject } from './workflow-health.ts';

/** The subject of a workflow, as far as its id shows, and whether it is finished. */
export interface Work {
  readonly subject: WorkflowSubject;
  readonly isDone: boolean;
}

/** Reads the subject of a workflow; empty for workflows of neither an order nor a refund. */
export async function readWork(orders: Database, workflowId: string): Promise<Work> {
  const [, noun, id] = /^(order|refund)-(.+)$/.exec(workflowId) ?? [];
  const nothing = { subject: { orderId: null, amount: null, currency: null }, isDone: true };
  if (noun === 'refund') {
    const refund = await readRefundSubject(orders, id!);
    return refund ? { subject: subjectOf(refund), isDone: refund.isMade } : nothing;
  }
  const order = noun === 'order' ? (await readOrderFacts(orders, [id!])).get(id!) : undefined;
  if (!order) return nothing;
  const { totalAmount: amount, currency, status: orderStatus } = order;
  return { subject: { orderId: id!, amount, currency, orderStatus }, isDone: hasEnded(orderStatus) };
}
