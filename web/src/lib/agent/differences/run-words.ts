/** Texts about runs for staff: who started one, its result, and its scope. */

import { staffDifferences } from '#messages';
import type { Reconciliation } from '#domain/contract/reconciliation.ts';
import type { Tone } from '../../ui/Badge.svelte';

type Run = Reconciliation['runs'][number];

/** Returns who started a run. */
export function starterWords(startedBy: string): string {
  return startedBy === 'schedule' ? staffDifferences.onSchedule() : startedBy;
}

/** Returns the result of a run. */
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

/** Returns the scope of a run: `9 paid orders, 12 payments, 14 at Stripe, 40 bookings, 3 workflows`. */
export function comparedWords(run: Run): string {
  return [
    staffDifferences.comparedOrders({ count: run.comparedOrders }),
    staffDifferences.comparedPayments({ count: run.comparedPayments }),
    staffDifferences.comparedIntents({ count: run.comparedIntents }),
    staffDifferences.comparedBookings({ count: run.comparedBookings }),
    staffDifferences.comparedWorkflows({ count: run.comparedWorkflows }),
  ].join(', ');
}
