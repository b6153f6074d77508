/** Mends: each is checked, carried out and checked again. Each step may run again after any crash. */

import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { Databases } from '../../db/databases.ts';
import { closeDifference, readDifference } from '../../db/orders/reconciliation/differences.ts';
import type { DifferenceRow, MendRow } from '../../db/orders/entities/reconciliation.ts';
import { readSought } from '../../db/orders/orders/read-sought.ts';
import { readMend, recordMendEnded } from '../../db/orders/reconciliation/mends.ts';
import { mendOf, type MendOutcome } from '../../domain/reconciliation.ts';
import type { AftercareActivities } from '../../temporal/payments/activities.ts';
import type { MendActivities, MendEnd, MendStep } from '../../temporal/reconciliation/activities.ts';
import { judgeStripeError } from '../operations/stripe.ts';
import { createLookAgain, type LookAgainDependencies } from './look-again.ts';
import { createMendActions, MENDED, type Done } from './mend-actions.ts';

export interface MendDependencies extends LookAgainDependencies {
  readonly databases: Databases;
  readonly namespace: string;
}

/** How long a mend may take to show: a resumed workflow needs a moment. */
const SHOWS_WITHIN_MS = 8_000;

export function createMendActivities(
  dependencies: MendDependencies,
  reviews: Pick<AftercareActivities, 'reviewPayment'>,
) {
  const { orders } = dependencies.databases;
  const lookAgain = createLookAgain(dependencies);
  const actions = createMendActions(dependencies, reviews);

  return {
    /**
     * Carries out the action of the mend's row, if the difference still exists. `attempt` counts the attempts from 1,
     * chosen by the workflow: each has its own keys at Stripe.
     */
    async mendDifference({ mendId, attempt }: { mendId: string; attempt: number }): Promise<MendStep> {
      const mend = (await readMend(orders, mendId))!;
      const difference = (await readDifference(orders, mend.differenceId))!;
      const orderId = difference.orderId ?? null;
      try {
        const done = await tryToMend(difference, mend, attempt);
        return { ...done, orderId, ...(orderId !== null && { sought: await readSought(orders, orderId) }) };
      } catch (error) {
        return { ...judge(error), refunds: [], orderId };
      }
    },

    /** Checks again, records the outcome and closes a difference that is gone. */
    async endMend(end: MendEnd & { mendId: string }): Promise<{ outcome: MendOutcome }> {
      const { differenceId } = (await readMend(orders, end.mendId))!;
      const difference = (await readDifference(orders, differenceId))!;
      const isGone = end.outcome === 'mended' && (await goes(difference));
      const outcome = end.outcome === 'mended' && !isGone ? 'refused' : end.outcome;
      const note = outcome === end.outcome ? end.note : 'still_there';
      if (isGone) await closeDifference(orders, differenceId);
      await recordMendEnded(orders, end.mendId, outcome, note);
      return { outcome };
    },
  } satisfies MendActivities;

  async function tryToMend(difference: DifferenceRow, mend: MendRow, attempt: number): Promise<Done> {
    const now = await lookAgain(difference);
    if (!now) {
      // An earlier attempt at this step, or another writer, may not have finished its bookings.
      await actions.review(difference);
      const refunds = await actions.refundsUnderWay(difference);
      const isFirst = attempt === 1 && Context.current().info.attempt === 1;
      return { ...MENDED, refunds, note: isFirst ? 'gone_already' : null };
    }
    if (mendOf(now.kind, now.details) !== mend.action)
      return { outcome: 'refused', note: 'changed_meanwhile', refunds: [] };
    return actions.act(now, mend, attempt);
  }

  async function goes(difference: DifferenceRow): Promise<boolean> {
    for (const deadline = Date.now() + SHOWS_WITHIN_MS; ; await delay(200)) {
      if (!(await lookAgain(difference))) return true;
      if (Date.now() > deadline) return false;
    }
  }
}

/** Derives the outcome of a mend from a Stripe error; with an unknown outcome it is retried with the same keys. */
function judge(error: unknown): Pick<MendStep, 'outcome' | 'note'> {
  const verdict = judgeStripeError(error);
  switch (verdict.kind) {
    case 'declined':
    case 'refused':
      return { outcome: 'failed', note: verdict.code };
    case 'failed':
      return { outcome: 'again', note: 'stripe_unreachable' };
    case 'unknown':
      throw error;
  }
}
