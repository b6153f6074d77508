/** The payment status of an order for staff: a dispute outranks "paid". */

import { staffOrders, staffTab } from '#messages';
import type { Order } from '#domain/contract/orders.ts';
import type { DisputeState } from '#domain/dispute.ts';
import type { Tone } from '../../ui/Badge.svelte';
import { PAYMENT_WORDS } from '../../ui/status-words.ts';

/** Returns a disputed payment's text and tone; undefined for a dispute that was won. */
export const DISPUTE_WORDS: Readonly<
  Record<Exclude<DisputeState, 'won'>, { readonly label: string; readonly tone: Tone }>
> = {
  open: { label: staffOrders.disputed(), tone: 'bad' },
  lost: { label: staffOrders.disputeLost(), tone: 'bad' },
  inquiry: { label: staffOrders.bankInquires(), tone: 'warn' },
};

/** Returns a share's dispute unless it was won. */
export function disputeWords({ dispute }: Pick<Order['shares'][number], 'dispute'>) {
  return dispute === null || dispute === 'won' ? undefined : DISPUTE_WORDS[dispute];
}

/** A round that is paid later has no shares: its tab is paid. */
const WITH_TAB = { label: staffTab.onTab(), tone: 'neutral' } as const;

/** Returns the payment badge of an order: the worst of its shares. */
export function paymentWords({
  shares,
  paymentStatus,
  paidAfter,
}: Pick<Order, 'shares' | 'paymentStatus' | 'paidAfter'>) {
  if (paidAfter) return WITH_TAB;
  const found = shares.flatMap((share) => disputeWords(share) ?? []);
  return found.find(({ tone }) => tone === 'bad') ?? found[0] ?? PAYMENT_WORDS[paymentStatus];
}
