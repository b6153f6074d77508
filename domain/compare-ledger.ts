/** Compares the ledger with payments, and an order's payments with its total. Pure, like compare-payment.ts. */

import { isCharged, type FoundDifference } from './compare-payment.ts';
import { hasEnded, type OrderStatus } from './order.ts';
import type { LedgerPart } from './reconciliation.ts';

/** One payment by its record and by the ledger. Amounts in minor units, times in milliseconds. */
export interface BookedPayment {
  readonly id: string;
  readonly orderId: string;
  readonly intentId: string | null;
  readonly currency: string;
  readonly orderStatus: OrderStatus;
  /** When the payment or its order last changed. */
  readonly movedAt: number;
  /** Captured, minus refunds that have not failed. */
  readonly keptAmount: number;
  /** Authorized and neither captured nor voided. */
  readonly heldAmount: number;
  /** The ledger's balance for Stripe from this payment, before its fee. */
  readonly bookedKeptAmount: number;
  /** The ledger's revenue from this payment. */
  readonly bookedEarnedAmount: number;
  /** The ledger's memo of what is authorized. */
  readonly bookedHeldAmount: number;
  /** Stripe's fee by the ledger; null before it is booked. */
  readonly bookedFeeAmount: number | null;
  /** The fee that Stripe reports; null while it is unknown, or when there is none to book. */
  readonly stripeFeeAmount: number | null;
}

/** Time after which every fee should be in the ledger: Stripe knows most of them seconds after the capture. */
const FEES_WITHIN_MS = 10 * 60_000;

/** Returns the difference in a payment's bookings, or undefined. Changes after `settledBefore` are not judged yet. */
export function compareBookings(payment: BookedPayment, settledBefore: number): FoundDifference | undefined {
  const { keptAmount, heldAmount, bookedKeptAmount, bookedEarnedAmount, bookedHeldAmount } = payment;
  if (payment.movedAt > settledBefore) return undefined;
  // While an order is being charged, its workflow still has to book the result.
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

/** A confirmed order's total, and what its payments took for it, excluding tips. */
export interface ChargedOrder {
  readonly id: string;
  readonly status: OrderStatus;
  readonly currency: string;
  readonly totalAmount: number;
  readonly paidAmount: number;
}

/** Returns the difference between a confirmed order's total and its payments, or undefined. */
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

/** A booking whose reference matches no payment, refund, dispute or mend. */
export interface StrayBooking {
  readonly referenceId: string;
  readonly orderId: string;
  readonly currency: string;
  readonly orderStatus: OrderStatus;
  /** The amount that the booking says Stripe owes us. */
  readonly amount: number;
}

/** Returns the difference for a stray booking. */
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

/** A dispute as Stripe reports it, and as it is booked. */
export interface BookedDispute {
  readonly id: string;
  readonly intentId: string;
  readonly paymentId: string;
  readonly orderId: string;
  readonly orderStatus: OrderStatus;
  readonly currency: string;
  /** The dispute's effect on our Stripe balance: negative while it is open or lost. */
  readonly movedAmount: number;
  readonly bookedAmount: number;
}

/** Returns the difference in a dispute's bookings, or undefined. */
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
