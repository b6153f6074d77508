/** A refund as it is being typed, and what it asks of the API. */

import type { Order } from '#domain/contract.ts';
import { formatAmount } from '#domain/money.ts';
import { parseAmount } from '../../ui/amount-text.ts';
import type { RefundRequest } from './order-calls.ts';
import { linesAmount, refundableAmount } from './refundable.ts';

export interface RefundDraft {
  by: 'lines' | 'amount';
  /** How many of each line, by its id. */
  quantities: Record<string, number>;
  amount: string;
  reason: string;
  restock: boolean;
}

export interface RefundProblems {
  readonly lines?: string;
  readonly amount?: string;
  readonly reason?: string;
}

export type ReadRefund =
  | { readonly body: RefundRequest; readonly amount: number; readonly problems: RefundProblems }
  | { readonly body?: never; readonly amount?: never; readonly problems: RefundProblems };

/** Reads a draft for this order; never more than can still go back. `amount` is in minor units. */
export function readRefund(draft: RefundDraft, order: Order): ReadRefund {
  const most = refundableAmount(order);
  const lines = Object.entries(draft.quantities)
    .filter(([, quantity]) => quantity > 0)
    .map(([lineId, quantity]) => ({ lineId, quantity }));
  const amount =
    draft.by === 'lines'
      ? linesAmount(order, new Map(Object.entries(draft.quantities)))
      : parseAmount(draft.amount, order.currency);
  const reason = draft.reason.trim();

  const wrong = amountProblem(amount, most, order.currency, draft.by);
  const problems: RefundProblems = {
    ...(wrong === undefined ? {} : { [draft.by]: wrong }),
    ...(reason === '' ? { reason: 'Say why, for the customer and the books' } : {}),
  };
  if (amount === undefined || Object.keys(problems).length > 0) return { problems };
  const what = draft.by === 'lines' ? { lines, restock: draft.restock } : { amount };
  return { body: { ...what, reason }, amount, problems };
}

function amountProblem(
  amount: number | undefined,
  most: number,
  currency: string,
  by: RefundDraft['by'],
): string | undefined {
  if (amount === undefined) return 'Not an amount: write it like 4.50';
  if (amount === 0) return by === 'lines' ? 'Choose what goes back' : 'More than nothing must go back';
  if (amount > most) return `At most ${formatAmount(most, currency)} can still go back`;
  return undefined;
}
