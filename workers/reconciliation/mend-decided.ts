/** What a run has found and nobody has to decide about: set right at the end of the run, and kept as mended by it. */

import type { Database } from '../../db/database.ts';
import { listSeenDifferences } from '../../db/orders/reconciliation/differences.ts';
import type { DifferenceRow } from '../../db/orders/entities/reconciliation.ts';
import { startMend } from '../../db/orders/reconciliation/mends.ts';
import { readOrderFacts } from '../../db/orders/reconciliation/quiet-work.ts';
import { deriveId } from '../../db/ids.ts';
import { isDecided, mendOf, RECONCILIATION_ACTOR, type DifferenceKind } from '../../domain/reconciliation.ts';
import type { MendActivities, MendDecidedActivities, Run } from '../../temporal/reconciliation/activities.ts';
import { beat, forEachAtOnce } from './walk.ts';

/** The kinds of which some are decided. */
const KINDS: readonly DifferenceKind[] = ['orphaned_intent', 'open_authorization'];
const AT_ONCE = 4;
/** A run mends no more than these: what is left is found by the next one. */
const MOST = 2_000;

/** `mendsItself: false` leaves everything to people. */
export function createMendDecided(
  orders: Database,
  mends: Pick<MendActivities, 'mendDifference' | 'endMend'>,
  mendsItself: boolean,
) {
  return {
    /**
     * Mends what the run has found and `isDecided`, one after the other. What Stripe refuses or does not answer stays
     * open, for a person or for the next run. Safe to repeat: a mend that was begun is gone on with.
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
    // Somebody asked for it a moment ago: it is hers.
    if (mend.actorId !== RECONCILIATION_ACTOR || mend.outcome != null) return false;
    const step = await mends.mendDifference({ mendId: mend.id, attempt: 1 });
    // Refunds that were reserved by it are started by a worker within two minutes, as those that the API could not start.
    const { outcome } = await mends.endMend({
      mendId: mend.id,
      outcome: step.outcome === 'again' ? 'failed' : step.outcome,
      note: step.note,
    });
    return outcome === 'mended';
  }
}
