/** What a receipt says of an order, in the mail and on the page alike. */

import type { Order, OrderLine } from './contract/orders.ts';
import type { ListedRefund } from './contract/payments.ts';
import { wayOf, type Way } from './paid-with.ts';
import { splitRefunds, taxAmountsOf, type TaxAmounts } from './refund-tax.ts';

/** One rate of tax on a receipt: its letter stands behind the lines it is contained in. */
export interface TaxRow extends TaxAmounts {
  readonly letter: string;
}

/** A line with its tax, and which part of it each share pays; an order of one share says that of none. */
export interface ReceiptLine {
  readonly line: OrderLine;
  readonly letter: string;
  readonly parts: readonly { readonly name: string; readonly amount: number }[];
}

/** What one payer paid, tip included. */
export interface Payer {
  readonly shareId: string;
  readonly name: string;
  readonly amount: number;
  readonly tipAmount: number;
  readonly refundedAmount: number;
  /** Undefined where nothing had to be paid. */
  readonly way: Way | undefined;
}

/** A refund that arrived, with the tax in it. */
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
 * A receipt never changes what was sold and its tax: what went back is on it by itself, with the tax that it takes off,
 * and what is left after it. Per rate, and in all, they sum up to the last minor unit.
 */
export interface Receipt {
  readonly lines: readonly ReceiptLine[];
  readonly taxes: readonly TaxRow[];
  /** Those who paid, where that is more than one. */
  readonly payers: readonly Payer[];
  /** With tips. */
  readonly paidAmount: number;
  readonly refunds: readonly ReceiptRefund[];
  /** Null where nothing went back. */
  readonly left: {
    readonly amount: number;
    readonly tipsAmount: number;
    readonly taxes: readonly TaxRow[];
  } | null;
}

/** Only what was paid and accepted has a receipt, whatever became of it then. */
export function hasReceipt(order: Pick<Order, 'confirmedAt'>): boolean {
  return order.confirmedAt !== null;
}

/**
 * The receipt of `order` after `refunds`, oldest first; of these only what has arrived counts, and nothing of what came
 * in besides.
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

/** `19%`, `7.5%`: a rate in basis points. */
export function rateText(rate: number): string {
  return `${Number((rate / 100).toFixed(2))}%`;
}

/** The names of those a line is shared between; none in an order of one. */
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
