/** The contents of an order's receipt, for mail and page alike. */

import type { Order, OrderLine } from './contract/orders.ts';
import type { ListedRefund } from './contract/payments.ts';
import { wayOf, type Way } from './paid-with.ts';
import { splitRefunds, taxAmountsOf, type TaxAmounts } from './refund-tax.ts';

/** One tax rate on a receipt; its letter marks the lines that contain it. */
export interface TaxRow extends TaxAmounts {
  readonly letter: string;
}

/** A line with its tax, and the part of it that each share pays; omitted if there is only one share. */
export interface ReceiptLine {
  readonly line: OrderLine;
  readonly letter: string;
  readonly parts: readonly { readonly name: string; readonly amount: number }[];
}

/** The amount that one payer paid, tip included. */
export interface Payer {
  readonly shareId: string;
  readonly name: string;
  readonly amount: number;
  readonly tipAmount: number;
  readonly refundedAmount: number;
  /** Undefined if nothing had to be paid. */
  readonly way: Way | undefined;
}

/** A refund that was paid out, with the tax it contains. */
export interface ReceiptRefund {
  readonly id: string;
  readonly createdAt: string;
  readonly method: ListedRefund['method'];
  readonly amount: number;
  /** The part of it that was a tip, and so has no tax. */
  readonly tipAmount: number;
  readonly taxes: readonly TaxRow[];
}

/**
 * A receipt never changes the sale or its tax. It lists refunds separately, each with the tax that it deducts, and the
 * remainder. The sums are exact in minor units, per rate and in total.
 */
export interface Receipt {
  readonly lines: readonly ReceiptLine[];
  readonly taxes: readonly TaxRow[];
  /** The payers, if there is more than one. */
  readonly payers: readonly Payer[];
  /** Tips included. */
  readonly paidAmount: number;
  readonly refunds: readonly ReceiptRefund[];
  /** Null if nothing was refunded. */
  readonly left: {
    readonly amount: number;
    readonly tipsAmount: number;
    readonly taxes: readonly TaxRow[];
  } | null;
}

/** Returns whether an order has a receipt: it was paid and accepted, even if it was canceled later. */
export function hasReceipt(order: Pick<Order, 'confirmedAt' | 'paidAfter'>): boolean {
  return order.confirmedAt !== null && !order.paidAfter;
}

/**
 * Returns the receipt of `order` after `refunds`, oldest first. It counts only refunds that were paid out, and none of
 * surplus payments.
 */
export function describeReceipt(order: Order, refunds: readonly ListedRefund[]): Receipt {
  const rates = order.taxes.map(({ rate }) => rate);
  const letterOf = (rate: number) => String.fromCharCode('A'.charCodeAt(0) + rates.indexOf(rate));
  const lettered = (taxes: readonly TaxAmounts[]) =>
    taxes.map((tax): TaxRow => ({ ...tax, letter: letterOf(tax.rate) }));
  const made = refunds.filter(({ status, isBesides }) => status === 'succeeded' && !isBesides);
  const split = splitRefunds(order, made);
  const sold = order.taxes.map(({ grossAmount }) => grossAmount);
  const paidAmount = order.totalAmount + order.tipsAmount;
  const receiptRefunds = made.map(({ id, createdAt, method, amount }, index): ReceiptRefund => {
    const { tipAmount, taxes } = split.refunds[index]!;
    return { id, createdAt, method, amount, tipAmount, taxes: lettered(taxes) };
  });
  const sumOf = (amounts: readonly { readonly amount: number; readonly tipAmount: number }[]) => ({
    amount: amounts.reduce((sum, { amount }) => sum + amount, 0),
    tipAmount: amounts.reduce((sum, { tipAmount }) => sum + tipAmount, 0),
  });
  const back = sumOf(receiptRefunds);
  return {
    lines: order.lines.map((line) => ({
      line,
      letter: letterOf(line.taxRate),
      parts: partsOf(order, line),
    })),
    taxes: lettered(taxAmountsOf(sold, rates)),
    payers: payersOf(order),
    paidAmount,
    refunds: receiptRefunds,
    left:
      made.length === 0
        ? null
        : {
            amount: paidAmount - back.amount,
            tipsAmount: order.tipsAmount - back.tipAmount,
            taxes: lettered(split.left),
          },
  };
}

/** Formats a rate in basis points: `19%`, `7.5%`. */
export function rateText(rate: number): string {
  return `${Number((rate / 100).toFixed(2))}%`;
}

/** Returns the names of the people who share a line; none if the order has just one. */
export function ownersOf(
  order: Pick<Order, 'participants'>,
  line: Pick<OrderLine, 'sharedBetween'>,
): string[] {
  return order.participants.length < 2 ? [] : line.sharedBetween.map((id) => nameOf(order, id));
}

function partsOf(order: Order, line: OrderLine): ReceiptLine['parts'] {
  if (order.shares.length < 2) return [];
  return order.shares.flatMap(({ participantId, allocations }) =>
    allocations
      .filter(({ lineId, amount }) => lineId === line.id && (amount !== 0 || line.amount === 0))
      .map(({ amount }) => ({ name: nameOf(order, participantId), amount })),
  );
}

function payersOf(order: Order): Payer[] {
  const shares = order.shares.filter(({ amount, tipAmount }) => amount + tipAmount > 0);
  if (shares.length < 2) return [];
  return shares.map((share) => ({
    shareId: share.id,
    name: nameOf(order, share.participantId),
    amount: share.amount + share.tipAmount,
    tipAmount: share.tipAmount,
    refundedAmount: share.refundedAmount,
    way: wayOf(share),
  }));
}

function nameOf({ participants }: Pick<Order, 'participants'>, participantId: string): string {
  return participants.find(({ id }) => id === participantId)?.name ?? 'Somebody';
}
