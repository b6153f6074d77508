/** Aftercare: reads a payment back from Stripe with its refunds and disputes, and books what is new. */

import { Context } from '@temporalio/activity';
import type Stripe from 'stripe';
import {
  recordDispute,
  recordLatePayment,
  recordMismatch,
  recordMissedCapture,
  recordVoidedOutside,
  type DisputeState,
} from '../../db/orders/payments/aftercare.ts';
import { readStanding } from '../../db/orders/orders/change-order.ts';
import { readSought } from '../../db/orders/orders/read-sought.ts';
import type { PaymentRow } from '../../db/orders/entities/payment.ts';
import { bookFees } from '../../db/orders/ledger/fees.ts';
import { readPayment } from '../../db/orders/payments/payments.ts';
import { recordOutsideRefund, recordRefundOutcome } from '../../db/orders/refunds/refund-outcome.ts';
import { listRefunds } from '../../db/orders/refunds/refunds.ts';
import { settleStripeEvent } from '../../db/orders/payments/stripe-events.ts';
import { isCharged } from '../../domain/compare-payment.ts';
import { hasEnded } from '../../domain/order.ts';
import type { AftercareActivities, PaymentActivities, Review } from '../../temporal/payments/activities.ts';
import type { AftercareInput } from '../../temporal/payments/messages.ts';
import { feeOf } from '../ledger/fees.ts';
import { cardOf } from './card-of.ts';
import { isPaymentOf } from './payment-outcome.ts';
import type { PaymentDependencies } from './payments.ts';
import { outcomeOfRefund } from '../refunds/refunds.ts';

export function createAftercareActivities(
  { databases: { orders }, stripe, changes }: PaymentDependencies,
  { voidPayments }: Pick<PaymentActivities, 'voidPayments'>,
) {
  return {
    /**
     * Reads a payment back from Stripe, with its refunds and disputes, and books what is new: its events may have come
     * in any order, or twice. Returns the refunds to be made, and whether the order needs a person for another reason,
     * found by this review or by an earlier one whose result was lost.
     */
    async reviewPayment({ orderId, paymentId, eventId }: AftercareInput): Promise<Review> {
      const payment = (await readPayment(orders, paymentId))!;
      const before = await readStanding(orders, orderId);
      const refundIds = payment.stripePaymentIntentId
        ? await review(payment, payment.stripePaymentIntentId)
        : [];
      if (eventId !== undefined) await settleStripeEvent(orders, eventId);
      changes.nudge(orderId);
      const after = await readStanding(orders, orderId);
      const isRepeated = Context.current().info.attempt > 1;
      const isAttentionChanged = isRepeated || String(after.attention) !== String(before.attention);
      return { refundIds, isAttentionChanged, sought: await readSought(orders, orderId) };
    },
  } satisfies AftercareActivities;

  async function review(payment: PaymentRow, intentId: string): Promise<string[]> {
    const intent = await stripe.paymentIntents.retrieve(intentId, {
      expand: ['latest_charge.balance_transaction'],
    });
    if (!isPaymentOf(payment, intent)) {
      await recordMismatch(orders, payment);
      return [];
    }
    const late = await reviewEnd(payment, intent);
    if (intent.amount_received === 0) return [];
    const fee = feeOf(intent);
    if (fee) await bookFees(orders, [{ ...fee, paymentId: payment.id }]);
    await reviewRefunds(payment, intentId);
    for await (const dispute of stripe.disputes.list({ payment_intent: intentId, limit: 100 })) {
      await recordDispute(orders, payment, stateOf(dispute));
    }
    return late === undefined ? [] : [late];
  }

  /**
   * Books a capture for a confirmed order, late money that pays nothing, and, for an ended order, an authorization that
   * is open or canceled. Returns the resulting refund.
   */
  async function reviewEnd(payment: PaymentRow, intent: Stripe.PaymentIntent): Promise<string | undefined> {
    const order = await readStanding(orders, payment.orderId);
    if (intent.status === 'succeeded') {
      const { amount_received: capturedAmount } = intent;
      if (isCharged(order.status)) await recordMissedCapture(orders, payment, capturedAmount);
      return recordLatePayment(orders, payment, { capturedAmount, card: cardOf(intent) });
    }
    if (!hasEnded(order.status)) return undefined;
    if (intent.status === 'canceled') await recordVoidedOutside(orders, payment);
    // An open authorization of a completed order is not given up here: reconciliation reports it.
    else if (order.status !== 'completed') await voidPayments({ orderId: payment.orderId });
    return undefined;
  }

  async function reviewRefunds(payment: PaymentRow, intentId: string): Promise<void> {
    const ours = await listRefunds(orders, payment.orderId);
    for await (const refund of stripe.refunds.list({ payment_intent: intentId, limit: 100 })) {
      const known = ours.find(
        ({ id, stripeRefundId }) => stripeRefundId === refund.id || id === refund.metadata?.['refund_id'],
      );
      const outcome = outcomeOfRefund(refund);
      if (known) await recordRefundOutcome(orders, known.id, outcome);
      else if (outcome.status !== 'failed')
        await recordOutsideRefund(orders, payment.id, { ...outcome, amount: refund.amount });
    }
  }
}

function stateOf(dispute: Stripe.Dispute): DisputeState {
  const movements = dispute.balance_transactions;
  const sumOf = (sign: 1 | -1) => {
    const own = movements.filter(({ amount }) => Math.sign(amount) === sign);
    if (own.length === 0) return null;
    return {
      amount: own.reduce((sum, { amount }) => sum + sign * amount, 0),
      fee: own.reduce((sum, { fee }) => sum - sign * fee, 0),
    };
  };
  const { status, reason, amount, currency } = dispute;
  const outcome = status === 'won' ? 'won' : status === 'lost' ? 'lost' : 'open';
  return {
    stripeDisputeId: dispute.id,
    reason,
    amount,
    currency,
    outcome,
    taken: sumOf(-1),
    returned: sumOf(1),
  };
}
