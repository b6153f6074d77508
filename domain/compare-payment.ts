/** Compares one PaymentIntent at Stripe with our record of it. Pure, so that it can be read and tested alone. */

import { BOARD_STATUSES, hasEnded, type OrderStatus } from './order.ts';
import type { DifferenceDetails, DifferenceKind } from './reconciliation.ts';

/** A PaymentIntent as Stripe reports it. Amounts in minor units, times in milliseconds. */
export interface IntentFacts {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly currency: string;
  readonly receivedAmount: number;
  readonly refundedAmount: number;
  /** In the settlement currency; absent while Stripe doesn't know it. */
  readonly feeAmount?: number;
  readonly feeCurrency?: string;
  readonly createdAt: number;
  /** From its metadata, if they are ids in our format. */
  readonly orderId: string | undefined;
  readonly paymentId: string | undefined;
}

/** Our payment and its order. */
export interface PaymentFacts {
  readonly id: string;
  readonly orderId: string;
  readonly intentId: string | null;
  readonly status: string;
  readonly amount: number;
  readonly currency: string;
  readonly capturedAmount: number;
  /** Reserved by refunds that have not failed. */
  readonly reservedAmount: number;
  /** Refunds that have succeeded. */
  readonly refundedAmount: number;
  readonly orderStatus: OrderStatus;
  /** When the payment or its order last changed. */
  readonly movedAt: number;
  /** It pays a change of its order that is still open: that is neither charged nor given up yet. */
  readonly isOfOpenChange?: boolean;
}

/** A difference before it is recorded. */
export interface FoundDifference {
  readonly kind: DifferenceKind;
  readonly subject: string;
  readonly orderId: string | null;
  readonly paymentId: string | null;
  readonly intentId: string | null;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly details: DifferenceDetails;
}

/** PaymentIntent statuses in which no money moves unless the payer returns. */
const INERT = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

/**
 * Returns the difference of a PaymentIntent from our record, or undefined. Changes after `settledBefore` are not judged
 * yet.
 */
export function compareIntent(
  intent: IntentFacts,
  payment: PaymentFacts | undefined,
  settledBefore: number,
): FoundDifference | undefined {
  if (!payment) return intent.createdAt > settledBefore ? undefined : compareStray(intent);
  if (payment.movedAt > settledBefore || payment.isOfOpenChange) return undefined;
  const kept = intent.receivedAmount - intent.refundedAmount;
  const found = (kind: DifferenceKind, amount: number) => between(kind, amount, payment, intent);
  if (intent.status === 'requires_capture' && !isWanted(payment))
    return found('open_authorization', intent.amount);
  if (!isWanted(payment) && kept > payment.reservedAmount - payment.refundedAmount)
    return found('money_without_order', kept);
  if (isPaidFor(payment) && intent.status !== 'succeeded')
    return found('order_without_money', payment.amount);
  return amountsDiffer(intent, payment) ? found('amount_differs', intent.receivedAmount) : undefined;
}

/** Returns the difference for a confirmed order's payment that Stripe doesn't know, or undefined. */
export function compareUnknownToStripe(
  payment: PaymentFacts,
  settledBefore: number,
): FoundDifference | undefined {
  if (payment.movedAt > settledBefore || payment.isOfOpenChange || !isPaidFor(payment)) return undefined;
  return {
    ...between('order_without_money', payment.amount, payment),
    details: { orderStatus: payment.orderStatus, paymentStatus: payment.status, intentStatus: 'missing' },
  };
}

/** Returns the difference for a PaymentIntent that names an order of ours, but belongs to none of our payments. */
function compareStray(intent: IntentFacts): FoundDifference | undefined {
  if (intent.orderId === undefined) return undefined;
  const kept = intent.receivedAmount - intent.refundedAmount;
  const kind: DifferenceKind | undefined =
    kept > 0
      ? 'money_without_order'
      : intent.status === 'requires_capture'
        ? 'open_authorization'
        : INERT.includes(intent.status)
          ? 'orphaned_intent'
          : undefined;
  if (!kind) return undefined;
  return {
    kind,
    subject: intent.id,
    orderId: intent.orderId,
    paymentId: null,
    intentId: intent.id,
    amount: kept > 0 ? kept : intent.amount,
    currency: intent.currency,
    details: { intentStatus: intent.status },
  };
}

function between(
  kind: DifferenceKind,
  amount: number,
  payment: PaymentFacts,
  intent?: IntentFacts,
): FoundDifference {
  return {
    kind,
    subject: intent?.id ?? payment.id,
    orderId: payment.orderId,
    paymentId: payment.id,
    intentId: payment.intentId,
    amount,
    currency: payment.currency,
    details: {
      orderStatus: payment.orderStatus,
      paymentStatus: payment.status,
      ...(intent && {
        intentStatus: intent.status,
        ourAmount: payment.capturedAmount,
        stripeAmount: intent.receivedAmount,
        ourRefundedAmount: payment.refundedAmount,
        stripeRefundedAmount: intent.refundedAmount,
      }),
    },
  };
}

/** Returns whether the order is or may still be paid with it: anything else that Stripe takes is refunded. */
export function isWanted(payment: Pick<PaymentFacts, 'status' | 'orderStatus'>): boolean {
  const { status, orderStatus } = payment;
  if (isCharged(orderStatus)) return isPaidFor(payment);
  return status !== 'canceled' && !hasEnded(orderStatus);
}

/** Returns whether the order's workflow has finished taking money: from then on our record must match Stripe's. */
export function isCharged(status: OrderStatus): boolean {
  return status === 'completed' || (BOARD_STATUSES as readonly OrderStatus[]).includes(status);
}

function isPaidFor({ status, orderStatus }: Pick<PaymentFacts, 'status' | 'orderStatus'>): boolean {
  return isCharged(orderStatus) && (status === 'captured' || status === 'authorized');
}

function amountsDiffer(intent: IntentFacts, payment: PaymentFacts): boolean {
  if (intent.amount !== payment.amount || intent.currency !== payment.currency) return true;
  if (!isCharged(payment.orderStatus) && !hasEnded(payment.orderStatus)) return false;
  return (
    intent.receivedAmount !== payment.capturedAmount ||
    intent.refundedAmount > payment.reservedAmount ||
    intent.refundedAmount < payment.refundedAmount
  );
}
