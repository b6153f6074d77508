/** How an order stands with its money, as staff read it: a dispute says more than that it was paid once. */

import { staffOrders } from '#messages';
import type { Order } from '#domain/contract/orders.ts';
import type { DisputeState } from '#domain/dispute.ts';
import type { Tone } from '../../ui/Badge.svelte';
import { PAYMENT_WORDS } from '../../ui/status-words.ts';

/** A disputed payment in words, and their tone; a dispute that was won is over. */
export const DISPUTE_WORDS: Readonly<
  Record<Exclude<DisputeState, 'won'>, { readonly label: string; readonly tone: Tone }>
> = {
  open: { label: staffOrders.disputed(), tone: 'bad' },
  lost: { label: staffOrders.disputeLost(), tone: 'bad' },
  inquiry: { label: staffOrders.bankInquires(), tone: 'warn' },
};

/** A share's dispute that is not over for the better, or undefined. */
export function disputeWords({ dispute }: Pick<Order['shares'][number], 'dispute'>) {
  return dispute === null || dispute === 'won' ? undefined : DISPUTE_WORDS[dispute];
}

/** The payment's badge of an order: the worst that is known of any of its shares. */
export function paymentWords({ shares, paymentStatus }: Pick<Order, 'shares' | 'paymentStatus'>) {
  const found = shares.flatMap((share) => disputeWords(share) ?? []);
  return found.find(({ tone }) => tone === 'bad') ?? found[0] ?? PAYMENT_WORDS[paymentStatus];
}
