/** What one PaymentIntent at Stripe and our record of it must say alike; pure, so that it can be read and tested alone. */

import { BOARD_STATUSES, hasEnded, type OrderStatus } from './order.ts';
import type { DifferenceDetails, DifferenceKind } from './reconciliation.ts';

/** A PaymentIntent as Stripe tells it. Amounts in minor units, times in milliseconds. */
export interface IntentFacts {
  readonly id: string;
  readonly status: string;
  readonly amount: number;
  readonly currency: string;
  readonly receivedAmount: number;
  readonly refundedAmount: number;
  /** In the currency it is settled in; absent while Stripe does not know it. */
  readonly feeAmount?: number;
  readonly feeCurrency?: string;
  readonly createdAt: number;
  /** Of its metadata, where they have the form of ours. */
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
  /** Given back for certain. */
  readonly refundedAmount: number;
  readonly orderStatus: OrderStatus;
  /** When payment or order changed last. */
  readonly movedAt: number;
}

/** A difference as it is found, before it is written down. */
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

/** Statuses of a PaymentIntent that moves no money unless its payer comes back. */
const INERT = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

/** What is wrong with a PaymentIntent, or undefined. What moved after `settledBefore` is not judged yet. */
export function compareIntent(
  intent: IntentFacts,
  payment: PaymentFacts | undefined,
  settledBefore: number,
): FoundDifference | undefined {
  if (!payment) return intent.createdAt > settledBefore ? undefined : compareStray(intent);
  if (payment.movedAt > settledBefore) return undefined;
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

/** A payment of a confirmed order of which Stripe knows nothing, or undefined. */
export function compareUnknownToStripe(
  payment: PaymentFacts,
  settledBefore: number,
): FoundDifference | undefined {
  if (payment.movedAt > settledBefore || !isPaidFor(payment)) return undefined;
  return {
    ...between('order_without_money', payment.amount, payment),
    details: { orderStatus: payment.orderStatus, paymentStatus: payment.status, intentStatus: 'missing' },
  };
}

/** One that names an order of ours, and that no payment of ours names. */
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

/** The order is paid with it, or may still be: all else that Stripe takes is given back. */
export function isWanted(payment: Pick<PaymentFacts, 'status' | 'orderStatus'>): boolean {
  const { status, orderStatus } = payment;
  if (isCharged(orderStatus)) return isPaidFor(payment);
  return status !== 'canceled' && !hasEnded(orderStatus);
}

/** The order's workflow has done with taking money: from here on our record is to say what Stripe says. */
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
