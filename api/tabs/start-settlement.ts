import type { OrderRecord } from '../../db/orders/orders/read-order.ts';
import type { PaymentAttemptRow } from '../../db/orders/entities/payment.ts';
import { ofRound } from '../../temporal/orders/messages.ts';
import { startOrder } from '../../temporal/orders/start.ts';
import type { PayShareDependencies } from '../payments/pay-share.ts';
import { isUnreachable } from '../orders/workflow-updates.ts';

const START_MS = 5_000;

/**
 * Starts a settlement's workflow with what is left of its time, or joins the one that runs. If Temporal cannot be
 * reached, a worker's job makes up for it.
 */
export async function startSettlement(
  { temporal }: Pick<PayShareDependencies, 'temporal'>,
  { record: { order }, attempt }: { record: OrderRecord; attempt?: PaymentAttemptRow | undefined },
  requestId: string,
): Promise<void> {
  const left = order.deadline === null ? 0 : Date.parse(order.deadline) - Date.now();
  const input = {
    ...{ orderId: order.id, totalAmount: order.totalAmount, currency: order.currency },
    holdMs: Math.max(1_000, left),
    ...ofRound({ tabId: order.settles?.tabId, kind: 'settlement' }),
    resumeFrom: 'awaiting_payment' as const,
    attempts: attempt?.status === 'pending' ? [{ shareId: attempt.shareId, attemptId: attempt.id }] : [],
  };
  try {
    await temporal.withDeadline(Date.now() + START_MS, () =>
      startOrder(temporal, input, { memo: { requestId } }),
    );
  } catch (error) {
    if (!isUnreachable(error)) throw error;
  }
}
