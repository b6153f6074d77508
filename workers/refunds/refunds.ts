/** The refund activity: makes at Stripe what was reserved in our database. */

import type Stripe from 'stripe';
import { returnStock } from '../../db/catalog/stock/stock.ts';
import type { Databases } from '../../db/databases.ts';
import type { RefundRow } from '../../db/orders/entities/payment.ts';
import type { ChangeNudger } from '../../db/orders/orders/changes.ts';
import { readPayment } from '../../db/orders/payments/payments.ts';
import { settleStripeCall, startStripeCall } from '../../db/orders/payments/stripe-calls.ts';
import {
  HANDED_OUT,
  recordRefundOutcome,
  type RefundOutcome,
} from '../../db/orders/refunds/refund-outcome.ts';
import { readRefund } from '../../db/orders/refunds/refunds.ts';
import type { RefundStatus } from '../../domain/payment.ts';
import { readOrder } from '../../db/orders/orders/read-order.ts';
import { readSought } from '../../db/orders/orders/read-sought.ts';
import type { IssuedRefund, RefundActivities } from '../../temporal/refunds/activities.ts';
import { judgeStripeError } from '../operations/stripe.ts';

export interface RefundDependencies {
  readonly databases: Databases;
  readonly stripe: Stripe;
  readonly changes: ChangeNudger;
}

export function createRefundActivities({ databases, stripe, changes }: RefundDependencies) {
  const { orders, catalog } = databases;
  return {
    /**
     * Makes the refund of the row, once: after a lost answer it searches the refunds of the PaymentIntent. `pending`:
     * Stripe accepted it, and its bank decides later. A final refusal is a result; then the order needs attention.
     * Staff hand out cash, so a cash refund is only booked.
     */
    async issueRefund({ refundId }: { refundId: string }): Promise<IssuedRefund> {
      const refund = (await readRefund(orders, refundId))!;
      const status = refund.status !== 'pending' || refund.madeAt ? refund.status : await issue(refund);
      return { status, sought: await readSought(orders, refund.orderId) };
    },

    /** Puts the lines of a refund back on sale, if requested. */
    async restockRefund({ refundId }: { refundId: string }): Promise<void> {
      const refund = (await readRefund(orders, refundId))!;
      const record = refund.restock ? await readOrder(orders, refund.orderId) : undefined;
      if (!record) return;
      const quantities = refund.lines && new Map(refund.lines.map((line) => [line.lineId, line.quantity]));
      const items = record.order.lines.flatMap(({ id, variantId, quantity }) => {
        const returned = quantities ? (quantities.get(id) ?? 0) : quantity;
        return returned > 0 ? [{ variantId, quantity: returned }] : [];
      });
      await returnStock(catalog, { id: refundId, orderId: refund.orderId, items });
    },
  } satisfies RefundActivities;

  async function issue(refund: RefundRow): Promise<RefundStatus> {
    const payment = (await readPayment(orders, refund.paymentId))!;
    if (payment.method === 'cash') return record(refund, HANDED_OUT);
    const { key } = await startStripeCall(orders, payment, 'refund', refund.id);
    try {
      const made = await stripe.refunds.create(
        {
          payment_intent: payment.stripePaymentIntentId!,
          amount: refund.amount,
          metadata: { refund_id: refund.id, order_id: refund.orderId },
        },
        { idempotencyKey: key },
      );
      return await settle(refund, key, made);
    } catch (error) {
      const verdict = judgeStripeError(error);
      const existing = await findRefund(payment.stripePaymentIntentId!, refund.id);
      if (existing) return settle(refund, key, existing);
      if (verdict.kind === 'refused' || verdict.kind === 'declined') {
        await settleStripeCall(orders, key, 'failed');
        await recordRefundOutcome(orders, refund.id, { status: 'failed', code: verdict.code });
        changes.nudge(refund.orderId);
        return 'failed';
      }
      if (verdict.kind === 'failed') await settleStripeCall(orders, key, 'unknown');
      throw error;
    }
  }

  async function findRefund(paymentIntentId: string, refundId: string): Promise<Stripe.Refund | undefined> {
    for await (const refund of stripe.refunds.list({ payment_intent: paymentIntentId, limit: 100 })) {
      if (refund.metadata?.['refund_id'] === refundId) return refund;
    }
    return undefined;
  }

  async function settle(refund: RefundRow, key: string, made: Stripe.Refund): Promise<RefundStatus> {
    const outcome = outcomeOfRefund(made);
    await settleStripeCall(orders, key, outcome.status === 'failed' ? 'failed' : 'succeeded');
    return record(refund, outcome);
  }

  async function record(
    refund: RefundRow,
    outcome: RefundOutcome | typeof HANDED_OUT,
  ): Promise<RefundStatus> {
    const status = await recordRefundOutcome(orders, refund.id, outcome);
    changes.nudge(refund.orderId);
    return status;
  }
}

/** Derives a refund's status in our record from its status at Stripe. */
export function outcomeOfRefund(made: Stripe.Refund): RefundOutcome {
  switch (made.status) {
    case 'failed':
    case 'canceled':
      return { status: 'failed', stripeRefundId: made.id, code: made.failure_reason ?? 'refund_failed' };
    case 'succeeded':
      return { status: 'succeeded', stripeRefundId: made.id };
    default:
      return { status: 'pending', stripeRefundId: made.id };
  }
}
