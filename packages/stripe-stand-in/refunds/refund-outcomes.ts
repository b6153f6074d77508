import { recordBalance } from '../money/balance-transactions.ts';
import type { Call } from '../protocol/call.ts';
import { findCharge } from '../money/charges.ts';
import { missing } from '../protocol/errors.ts';
import { emit } from '../webhooks/events.ts';
import type { Refund } from '../store/store.ts';

/** Returns the stored refund. Throws Stripe's 404 when there is none. */
export function findRefund(call: Call, id: string): { object: Refund; hidden: Record<string, never> } {
  const found = call.store.refunds.find(id);
  if (!found) throw missing('refund', id);
  return found;
}

/** Completes a pending refund. */
export function succeedRefund(call: Call, id: string): void {
  const { object, hidden } = findRefund(call, id);
  if (object.status !== 'pending') return;
  delete object.pending_reason;
  object.status = 'succeeded';
  call.store.refunds.save(object, hidden);
  emit(call, 'refund.updated', object, { status: 'pending' });
  emit(call, 'charge.refund.updated', object, { status: 'pending' });
}

/** Why a refund fails: https://docs.stripe.com/refunds#failed-refunds. */
export const failureReasons = [
  'expired_or_canceled_card',
  'lost_or_stolen_card',
  'charge_for_pending_refund_disputed',
  'insufficient_funds',
  'declined',
  'merchant_request',
  'unknown',
] as const;
type FailureReason = (typeof failureReasons)[number];

/** Fails a refund that the bank sent back: the money returns to the balance, and may be refunded once more. */
export function failRefund(call: Call, id: string, reason: FailureReason = 'expired_or_canceled_card'): void {
  const { object, hidden } = findRefund(call, id);
  if (object.status === 'failed' || object.status === 'canceled') return;
  const before = object.status;
  const { object: charge, hidden: chargeHidden } = findCharge(call, object.charge ?? '');
  const transaction = recordBalance(call, {
    type: 'refund_failure',
    category: 'refund_failure',
    amount: object.amount,
    currency: object.currency,
    source: object.id,
    description: 'REFUND FAILURE',
  });
  object.status = 'failed';
  delete object.pending_reason;
  object.failure_reason = reason;
  object.failure_balance_transaction = transaction.id;
  call.store.refunds.save(object, hidden);
  charge.amount_refunded -= object.amount;
  charge.refunded = false;
  call.store.charges.save(charge, chargeHidden);
  emit(call, 'refund.updated', object, { status: before });
  emit(call, 'refund.failed', object, { status: before });
  emit(call, 'charge.refund.updated', object, { status: before });
}
