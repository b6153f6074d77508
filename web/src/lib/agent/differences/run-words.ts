/** What staff read of a comparison: who began it, how it went, and what it looked at. */

import { staffDifferences } from '#messages';
import type { Reconciliation } from '#domain/contract/reconciliation.ts';
import type { Tone } from '../../ui/Badge.svelte';

type Run = Reconciliation['runs'][number];

/** Who began a comparison. */
export function starterWords(startedBy: string): string {
  return startedBy === 'schedule' ? staffDifferences.onSchedule() : startedBy;
}

/** How a comparison went, and what it found. */
export function runWords({ status, found }: Run): { label: string; tone: Tone } {
  switch (status) {
    case 'running':
      return { label: staffDifferences.runRunning(), tone: 'info' };
    case 'failed':
      return { label: staffDifferences.runFailed(), tone: 'bad' };
    case 'completed':
      if (found === 0) return { label: staffDifferences.agreesTitle(), tone: 'good' };
      return { label: staffDifferences.count({ count: found }), tone: 'warn' };
  }
}

/** What a comparison looked at: `9 paid orders, 12 payments, 14 at Stripe, 40 bookings, 3 workflows`. */
export function comparedWords(run: Run): string {
  return [
    staffDifferences.comparedOrders({ count: run.comparedOrders }),
    staffDifferences.comparedPayments({ count: run.comparedPayments }),
    staffDifferences.comparedIntents({ count: run.comparedIntents }),
    staffDifferences.comparedBookings({ count: run.comparedBookings }),
    staffDifferences.comparedWorkflows({ count: run.comparedWorkflows }),
  ].join(', ');
}
