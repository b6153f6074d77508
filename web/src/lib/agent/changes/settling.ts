/** How what a change costs more is paid, and what staff read of a difference. Pure. */

import { staffChange } from '#messages';
import type { Order } from '#domain/contract/orders.ts';
import type { Action } from '#domain/permissions.ts';
import { formatAmount } from '../../ui/money.ts';
import type { ChangePreview } from '../../api/changes.ts';

export type Settle = 'guest' | 'cash' | 'waive';

/** Returns the ways in which more can be paid; none if nothing is to be paid now. */
export function waysToSettle(
  order: Pick<Order, 'paidAfter' | 'status'>,
  preview: Pick<ChangePreview, 'byPayer'> | undefined,
  may: (action: Action) => boolean,
): readonly Settle[] {
  if (order.paidAfter || order.status === 'awaiting_payment' || moreOf(preview) === 0) return [];
  return [
    ...(may('share.take_cash') ? (['cash'] as const) : []),
    'guest' as const,
    ...(may('change.waive') ? (['waive'] as const) : []),
  ];
}

/** Returns what all who would pay more pay more. */
export function moreOf(preview: Pick<ChangePreview, 'byPayer'> | undefined): number {
  return (preview?.byPayer ?? []).reduce((sum, { amount }) => sum + Math.max(0, amount), 0);
}

/** Returns `€1.50 more`, `€2.00 back` or that it costs the same. */
export function differenceWords(amount: number, currency: string): string {
  if (amount === 0) return staffChange.same();
  const money = formatAmount(Math.abs(amount), currency);
  return amount > 0 ? staffChange.more({ amount: money }) : staffChange.back({ amount: money });
}
