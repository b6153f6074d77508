/** A refund in the form, and its API input. */

import { staff, staffOrders } from '#messages';
import type { Order } from '#domain/contract/orders.ts';
import type { ListedRefund } from '#domain/contract/payments.ts';
import { formatAmount } from '#lib/ui/money.ts';
import { priceRefund, type RefundGround, type RefundRefusal, type RefundWish } from '#domain/refund.ts';
import { amountText, parseAmount } from '../../ui/amount-text.ts';
import type { RefundRequest } from './order-calls.ts';
import { capturedShares, refundGround } from './refundable.ts';
import { reasonWords } from './words.ts';

export interface RefundDraft {
  by: 'all' | 'lines' | 'amount';
  /** The share's id; empty means the only one. */
  shareId: string;
  /** Units per line id. */
  quantities: Record<string, number>;
  amount: string;
  reason: string;
  restock: boolean;
}

export interface RefundProblems {
  readonly all?: string;
  readonly lines?: string;
  readonly amount?: string;
  readonly reason?: string;
}

export type ReadRefund =
  | { readonly body: RefundRequest; readonly amount: number; readonly problems: RefundProblems }
  | { readonly body?: never; readonly amount?: never; readonly problems: RefundProblems };

/** Returns the refundable parts of the share that the draft names, or of the first. */
export function groundOf(
  draft: Pick<RefundDraft, 'shareId'>,
  order: Order,
  refunds: readonly ListedRefund[],
): { readonly shareId: string; readonly ground: RefundGround } | undefined {
  const shares = capturedShares(order);
  const share = shares.find(({ id }) => id === draft.shareId) ?? shares[0];
  return share && { shareId: share.id, ground: refundGround(order, share, refunds) };
}

/** Reads a draft for this order; never more than is refundable, and no unit twice. `amount` is in minor units. */
export function readRefund(draft: RefundDraft, order: Order, refunds: readonly ListedRefund[]): ReadRefund {
  const of = groundOf(draft, order, refunds);
  const reason = draft.reason.trim();
  const wish = wishOf(draft, order.currency);
  const priced = wish && of ? priceRefund(wish, of.ground) : undefined;
  const wrong = problemOf(wish, priced, of?.ground.refundableAmount ?? 0, order.currency, draft.by);
  const problems: RefundProblems = {
    ...(wrong === undefined ? {} : { [draft.by]: wrong }),
    ...(reason === '' ? { reason: staffOrders.sayWhy() } : {}),
  };
  if (!of || !wish || !priced || 'refused' in priced || Object.keys(problems).length > 0) return { problems };
  const share = capturedShares(order).length > 1 ? { shareId: of.shareId } : {};
  const restock = draft.by === 'amount' ? {} : { restock: draft.restock };
  return { body: { ...share, ...wish, ...restock, reason }, amount: priced.amount, problems };
}

/** Returns the lines of which units were chosen. */
export function chosenUnits(quantities: RefundDraft['quantities']): { lineId: string; quantity: number }[] {
  return Object.entries(quantities)
    .filter(([, quantity]) => quantity > 0)
    .map(([lineId, quantity]) => ({ lineId, quantity }));
}

/** Returns the request that repeats a failed refund. Stock that it restocked stays restocked. */
export function retryOf(refund: ListedRefund): RefundRequest {
  const { shareId, lines, amount } = refund;
  const reason = refund.reason ?? reasonWords(refund.cause);
  const restock = refund.restock && !refund.wasMade;
  if (lines === null) return restock ? { shareId, reason, restock } : { shareId, reason, amount };
  return lines.length > 0 ? { shareId, reason, lines, restock } : { shareId, reason, amount };
}

type Wish = { readonly [Key in keyof RefundWish]?: Exclude<RefundWish[Key], undefined> };

function wishOf(draft: RefundDraft, currency: string): Wish | undefined {
  if (draft.by === 'all') return {};
  if (draft.by === 'lines') return { lines: chosenUnits(draft.quantities) };
  const amount = parseAmount(draft.amount, currency);
  return amount === undefined ? undefined : { amount };
}

function problemOf(
  wish: Wish | undefined,
  priced: { readonly amount: number } | { readonly refused: RefundRefusal } | undefined,
  most: number,
  currency: string,
  by: RefundDraft['by'],
): string | undefined {
  if (!wish) return staff.notAnAmount({ example: amountText(450, 'eur') });
  if (wish.lines?.length === 0) return staffOrders.chooseWhat();
  if (wish.amount === 0) return staffOrders.moreThanNothing();
  if (!priced || !('refused' in priced)) return undefined;
  if (priced.refused === 'line_refunded') return staffOrders.alreadyBack();
  if (priced.refused === 'costs_nothing')
    return by === 'lines' ? staffOrders.costNothing() : staffOrders.nothingLeft();
  return most > 0
    ? staffOrders.atMostBack({ amount: formatAmount(most, currency) })
    : staffOrders.nothingLeft();
}
