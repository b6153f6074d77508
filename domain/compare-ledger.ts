/** What the ledger must say of a payment, and of an order what its payments must; pure, like compare-payment.ts. */

import { isCharged, type FoundDifference } from './compare-payment.ts';
import { hasEnded, type OrderStatus } from './order.ts';
import type { LedgerPart } from './reconciliation.ts';

/** One payment's own words, and the ledger's. Amounts in minor units, times in milliseconds. */
export interface BookedPayment {
  readonly id: string;
  readonly orderId: string;
  readonly intentId: string | null;
  readonly currency: string;
  readonly orderStatus: OrderStatus;
  /** When payment or order changed last. */
  readonly movedAt: number;
  /** Captured, less what was given back and has not failed. */
  readonly keptAmount: number;
  /** Authorized and neither captured nor voided. */
  readonly heldAmount: number;
  /** What Stripe owes us of it by the ledger, before its fee. */
  readonly bookedKeptAmount: number;
  /** What was earned with it by the ledger. */
  readonly bookedEarnedAmount: number;
  /** What is set aside for it by the ledger's memo. */
  readonly bookedHeldAmount: number;
  /** Stripe's fee by the ledger; null before it is booked. */
  readonly bookedFeeAmount: number | null;
  /** Stripe's fee by Stripe; null while it is not known, or there is none to be booked. */
  readonly stripeFeeAmount: number | null;
}

/** When every fee is in the ledger: Stripe knows most of them seconds after the capture. */
const FEES_WITHIN_MS = 10 * 60_000;

/** What is wrong with the bookings of a payment, or undefined. What moved after `settledBefore` is not judged yet. */
export function compareBookings(payment: BookedPayment, settledBefore: number): FoundDifference | undefined {
  const { keptAmount, heldAmount, bookedKeptAmount, bookedEarnedAmount, bookedHeldAmount } = payment;
  if (payment.movedAt > settledBefore) return undefined;
  // While an order is being charged its workflow books with the end of that.
  if (!isCharged(payment.orderStatus) && !hasEnded(payment.orderStatus)) return undefined;
  const found = (
    part: LedgerPart,
    amounts: { ourAmount?: number; stripeAmount?: number; ledgerAmount: number },
  ): FoundDifference => ({
    kind: 'ledger_differs',
    subject: payment.id,
    orderId: payment.orderId,
    paymentId: payment.id,
    intentId: payment.intentId,
    amount: Math.abs((amounts.ourAmount ?? amounts.stripeAmount ?? 0) - amounts.ledgerAmount),
    currency: payment.currency,
    details: { orderStatus: payment.orderStatus, ledgerPart: part, ...amounts },
  });
  const wrong = [bookedKeptAmount, bookedEarnedAmount].find((amount) => amount !== keptAmount);
  if (wrong !== undefined) return found('money', { ourAmount: keptAmount, ledgerAmount: wrong });
  if (bookedHeldAmount !== heldAmount)
    return found('memo', { ourAmount: heldAmount, ledgerAmount: bookedHeldAmount });
  if (feeDiffers(payment, settledBefore))
    return found('fee', {
      stripeAmount: payment.stripeFeeAmount ?? 0,
      ledgerAmount: payment.bookedFeeAmount ?? 0,
    });
  return undefined;
}

function feeDiffers(
  { stripeFeeAmount, bookedFeeAmount, movedAt }: BookedPayment,
  settledBefore: number,
): boolean {
  if (stripeFeeAmount === null || stripeFeeAmount === bookedFeeAmount) return false;
  return bookedFeeAmount !== null || movedAt < settledBefore - FEES_WITHIN_MS;
}

/** An order that was confirmed, and what its payments took for it, tips apart. */
export interface ChargedOrder {
  readonly id: string;
  readonly status: OrderStatus;
  readonly currency: string;
  readonly totalAmount: number;
  readonly paidAmount: number;
}

/** What is wrong with what was taken for an order that was confirmed, or undefined. */
export function compareOrder(order: ChargedOrder): FoundDifference | undefined {
  const { totalAmount, paidAmount } = order;
  if (paidAmount === totalAmount) return undefined;
  return {
    kind: paidAmount < totalAmount ? 'order_without_money' : 'amount_differs',
    subject: order.id,
    orderId: order.id,
    paymentId: null,
    intentId: null,
    amount: Math.abs(totalAmount - paidAmount),
    currency: order.currency,
    details: { orderStatus: order.status, orderAmount: totalAmount, paidAmount },
  };
}

/** A booking of something that is not there: no payment, refund, dispute or mend of ours has what it names. */
export interface StrayBooking {
  readonly referenceId: string;
  readonly orderId: string;
  readonly currency: string;
  readonly orderStatus: OrderStatus;
  /** What it says that Stripe owes us. */
  readonly amount: number;
}

/** The difference that a stray booking is. */
export function describeStray({
  referenceId,
  orderId,
  currency,
  orderStatus,
  amount,
}: StrayBooking): FoundDifference {
  return {
    kind: 'ledger_differs',
    subject: referenceId,
    orderId,
    paymentId: null,
    intentId: null,
    amount: Math.abs(amount),
    currency,
    details: { orderStatus, ledgerPart: 'booking', ourAmount: 0, ledgerAmount: amount },
  };
}

/** A dispute as Stripe tells it, and as it is booked. */
export interface BookedDispute {
  readonly id: string;
  readonly intentId: string;
  readonly paymentId: string;
  readonly orderId: string;
  readonly orderStatus: OrderStatus;
  readonly currency: string;
  /** What it did to our balance at Stripe: negative while it is open or lost. */
  readonly movedAmount: number;
  readonly bookedAmount: number;
}

/** What is wrong with the bookings of a dispute, or undefined. */
export function compareDispute(dispute: BookedDispute): FoundDifference | undefined {
  const { id, orderId, paymentId, intentId, currency, orderStatus, movedAmount, bookedAmount } = dispute;
  if (movedAmount === bookedAmount) return undefined;
  return {
    kind: 'ledger_differs',
    subject: id,
    orderId,
    paymentId,
    intentId,
    amount: Math.abs(movedAmount - bookedAmount),
    currency,
    details: { orderStatus, ledgerPart: 'dispute', stripeAmount: movedAmount, ledgerAmount: bookedAmount },
  };
}
