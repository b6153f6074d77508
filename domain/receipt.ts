/** The contents of an order's receipt, for mail and page alike. */

import type { Order, OrderLine } from './contract/orders.ts';
import type { ListedRefund } from './contract/payments.ts';
import { keyOfWay, wayOf, waysPaid, type Way } from './paid-with.ts';
import { splitRefunds, taxAmountsOf, type TaxAmounts } from './refund-tax.ts';

/** One tax rate on a receipt; its letter marks the lines that contain it. */
export interface TaxRow extends TaxAmounts {
  readonly letter: string;
}

/** A line with its tax, and the part of it that each payer pays; omitted if there is only one payer. */
export interface ReceiptLine {
  readonly line: OrderLine;
  readonly letter: string;
  readonly parts: readonly { readonly name: string; readonly amount: number }[];
}

/** The amount that one payer paid, tip included. */
export interface Payer {
  readonly id: string;
  readonly name: string;
  readonly amount: number;
  readonly tipAmount: number;
  readonly refundedAmount: number;
  /** Undefined if nothing had to be paid. */
  readonly way: Way | undefined;
}

/** What was paid in one way; of an order that was changed, each payment. */
export interface Paid {
  readonly id: string;
  readonly way: Way;
  readonly amount: number;
}

/** What a change has given back of a payment. */
export interface Returned extends Paid {
  /** Null if its refund is not known, or has failed and is still to be made. */
  readonly createdAt: string | null;
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
 * A receipt shows the order as it is now: what was paid less what changes have given back is its total. It never changes
 * the sale or its tax by refunds. It lists refunds separately, each with the tax that it deducts, and the
 * remainder. The sums are exact in minor units, per rate and in total.
 */
export interface Receipt {
  readonly lines: readonly ReceiptLine[];
  readonly taxes: readonly TaxRow[];
  /** The payers, if there is more than one. */
  readonly payers: readonly Payer[];
  /** The total, tips included: `paid` less `returned`. */
  readonly paidAmount: number;
  readonly paid: readonly Paid[];
  readonly returned: readonly Returned[];
  /** When it was changed last; null if it never was. */
  readonly changedAt: string | null;
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
    paid: paymentsOf(order),
    returned: returnedOf(order, refunds),
    changedAt: order.changes.at(-1)?.at ?? null,
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

/** Lists payments singly once the order was changed: one card may have been charged twice. */
function paymentsOf({ shares, changes }: Order): Paid[] {
  if (changes.length === 0)
    return waysPaid(shares).map(({ way, amount }) => ({ id: keyOfWay(way), way, amount }));
  return shares.flatMap((share) => {
    const way = wayOf(share);
    const amount = share.amount + share.tipAmount + share.changedAmount;
    return way ? [{ id: share.id, way, amount }] : [];
  });
}

/** Returns the refunds of changes, and, in one sum for each payment, what of them is still to be made. */
function returnedOf({ shares }: Order, refunds: readonly ListedRefund[]): Returned[] {
  return shares.flatMap((share) => {
    const way = wayOf(share);
    if (!way || share.changedAmount === 0) return [];
    const made = refunds.filter(
      ({ shareId, cause, status }) => shareId === share.id && cause === 'changed' && status !== 'failed',
    );
    const left = share.changedAmount - made.reduce((sum, { amount }) => sum + amount, 0);
    return [
      ...made.map(({ id, amount, createdAt }) => ({ id, way, amount, createdAt })),
      ...(left > 0 ? [{ id: share.id, way, amount: left, createdAt: null }] : []),
    ];
  });
}

function partsOf(order: Order, line: OrderLine): ReceiptLine['parts'] {
  if (!hasSeveralPayers(order)) return [];
  const parts = new Map<string, number>();
  for (const { participantId, allocations } of order.shares)
    for (const { lineId, amount } of allocations)
      if (lineId === line.id && (amount !== 0 || line.amount === 0))
        parts.set(participantId, (parts.get(participantId) ?? 0) + amount);
  return [...parts].map(([participantId, amount]) => ({ name: nameOf(order, participantId), amount }));
}

/** Returns what each payer has paid in each way, in one sum, if there are several. */
function payersOf(order: Order): Payer[] {
  const shares = order.shares.filter(({ amount, tipAmount }) => amount + tipAmount > 0);
  if (!hasSeveralPayers({ shares })) return [];
  const payers = new Map<string, Payer>();
  for (const share of shares) {
    const way = wayOf(share);
    const id = `${share.participantId} ${way ? keyOfWay(way) : ''}`;
    const before = payers.get(id);
    payers.set(id, {
      id,
      name: nameOf(order, share.participantId),
      amount: (before?.amount ?? 0) + share.amount + share.tipAmount,
      tipAmount: (before?.tipAmount ?? 0) + share.tipAmount,
      refundedAmount: (before?.refundedAmount ?? 0) + share.refundedAmount,
      way,
    });
  }
  return [...payers.values()];
}

function hasSeveralPayers({ shares }: Pick<Order, 'shares'>): boolean {
  return new Set(shares.map(({ participantId }) => participantId)).size > 1;
}

function nameOf({ participants }: Pick<Order, 'participants'>, participantId: string): string {
  return participants.find(({ id }) => id === participantId)?.name ?? 'Somebody';
}
