/** How what a change costs more is paid, and what staff read of a difference. Pure. */

import { staffChange } from '#messages';
import type { Order } from '#domain/contract/orders.ts';
import type { Action } from '#domain/permissions.ts';
import { formatAmount } from '../../ui/money.ts';
import type { ChangePreview } from '../../api/changes.ts';

/** `later`: as all that is not paid yet, with the tab or the order. */
export type Settle = 'guest' | 'cash' | 'waive' | 'later';

/** Returns the ways in which more can be paid; none if there is nothing to choose. */
export function waysToSettle(
  order: Pick<Order, 'paidAfter' | 'status'>,
  preview: Pick<ChangePreview, 'byPayer' | 'differenceAmount'> | undefined,
  may: (action: Action) => boolean,
): readonly Settle[] {
  if (moreOf(preview) === 0) return [];
  if (isPaidLater(order)) return may('change.waive') ? ['later', 'waive'] : [];
  return [
    ...(may('share.take_cash') ? (['cash'] as const) : []),
    'guest' as const,
    ...(may('change.waive') ? (['waive'] as const) : []),
  ];
}

/** Returns whether a difference is paid with all the rest: nothing of it is to be paid now. */
export function isPaidLater({ paidAfter, status }: Pick<Order, 'paidAfter' | 'status'>): boolean {
  return paidAfter || status === 'awaiting_payment';
}

/** Returns what all who would pay more pay more; of a round that is paid after, what it costs more as a whole. */
export function moreOf(preview: Pick<ChangePreview, 'byPayer' | 'differenceAmount'> | undefined): number {
  if (!preview) return 0;
  const amounts = preview.byPayer.map(({ amount }) => amount);
  return (amounts.length > 0 ? amounts : [preview.differenceAmount]).reduce(
    (sum, amount) => sum + Math.max(0, amount),
    0,
  );
}

/** Returns `€1.50 more`, `€2.00 back` or that it costs the same. */
export function differenceWords(amount: number, currency: string): string {
  if (amount === 0) return staffChange.same();
  const money = formatAmount(Math.abs(amount), currency);
  return amount > 0 ? staffChange.more({ amount: money }) : staffChange.back({ amount: money });
}
