/** Mends differences that need no decision, at the end of the run that found them, and records them as mended by it. */

import type { Database } from '../../db/database.ts';
import { listSeenDifferences } from '../../db/orders/reconciliation/differences.ts';
import type { DifferenceRow } from '../../db/orders/entities/reconciliation.ts';
import { startMend } from '../../db/orders/reconciliation/mends.ts';
import { readOrderFacts } from '../../db/orders/reconciliation/quiet-work.ts';
import { deriveId } from '../../db/ids.ts';
import { isDecided, mendOf, RECONCILIATION_ACTOR, type DifferenceKind } from '../../domain/reconciliation.ts';
import type { MendActivities, MendDecidedActivities, Run } from '../../temporal/reconciliation/activities.ts';
import { beat, forEachAtOnce } from './walk.ts';

/** The kinds with differences that need no decision. */
const KINDS: readonly DifferenceKind[] = ['orphaned_intent', 'open_authorization'];
const AT_ONCE = 4;
/** The most mends per run: the next one finds the rest. */
const MOST = 2_000;

/** Creates the activity. `mendsItself: false` leaves everything to people. */
export function createMendDecided(
  orders: Database,
  mends: Pick<MendActivities, 'mendDifference' | 'endMend'>,
  mendsItself: boolean,
) {
  return {
    /**
     * Mends the run's differences that are `isDecided`, one after the other. If Stripe refuses or doesn't answer, one
     * stays open, for a person or for the next run. Safe to repeat: a mend in progress is resumed.
     */
    async mendDecided({ reconciliationId }: Run): Promise<{ mended: number }> {
      if (!mendsItself) return { mended: 0 };
      const found = await listSeenDifferences(orders, reconciliationId, KINDS, MOST);
      const known = await readOrderFacts(
        orders,
        found.flatMap(({ orderId }) => orderId ?? []),
      );
      const decided = found.filter(({ kind, orderId }) => isDecided(kind, known.get(orderId ?? '')?.status));
      let mended = 0;
      await forEachAtOnce(decided, AT_ONCE, async (difference) => {
        if (await mendByItself(difference, reconciliationId)) mended += 1;
        beat({ mended });
      });
      return { mended };
    },
  } satisfies MendDecidedActivities;

  async function mendByItself(difference: DifferenceRow, reconciliationId: string): Promise<boolean> {
    const action = mendOf(difference.kind, difference.details);
    if (!action) return false;
    const mend = await startMend(orders, {
      id: deriveId('mend', difference.id, reconciliationId),
      differenceId: difference.id,
      action,
      actorId: RECONCILIATION_ACTOR,
    });
    // Somebody has just requested it: the mend is hers.
    if (mend.actorId !== RECONCILIATION_ACTOR || mend.outcome != null) return false;
    const step = await mends.mendDifference({ mendId: mend.id, attempt: 1 });
    // A worker starts the reserved refunds within two minutes, like those that the API could not start.
    const { outcome } = await mends.endMend({
      mendId: mend.id,
      outcome: step.outcome === 'again' ? 'failed' : step.outcome,
      note: step.note,
    });
    return outcome === 'mended';
  }
}
