/** What staff read of a comparison: who began it, how it went, and what it looked at. */

import type { Reconciliation } from '#domain/contract/reconciliation.ts';
import type { Tone } from '../../ui/Badge.svelte';

type Run = Reconciliation['runs'][number];

/** Who began a comparison. */
export function starterWords(startedBy: string): string {
  return startedBy === 'schedule' ? 'On schedule' : startedBy;
}

/** How a comparison went, and what it found. */
export function runWords({ status, found }: Run): { label: string; tone: Tone } {
  switch (status) {
    case 'running':
      return { label: 'Comparing…', tone: 'info' };
    case 'failed':
      return { label: 'Failed', tone: 'bad' };
    case 'completed':
      if (found === 0) return { label: 'Everything agrees', tone: 'good' };
      return { label: found === 1 ? '1 difference' : `${found} differences`, tone: 'warn' };
  }
}

/** What a comparison looked at: `9 paid orders, 12 payments, 14 at Stripe, 40 bookings, 3 workflows`. */
export function comparedWords(run: Run): string {
  const count = (number: number, one: string, many: string): string =>
    `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
  return [
    count(run.comparedOrders, 'paid order', 'paid orders'),
    count(run.comparedPayments, 'payment', 'payments'),
    count(run.comparedIntents, 'at Stripe', 'at Stripe'),
    count(run.comparedBookings, 'booking', 'bookings'),
    count(run.comparedWorkflows, 'workflow', 'workflows'),
  ].join(', ');
}
