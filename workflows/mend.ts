/** One mend of one difference: carries out the requested action, checks again, and records the outcome. */

import { sleep } from '@temporalio/workflow';
import type { MendStep } from '../temporal/reconciliation/activities.ts';
import type { MendOutcome } from '../domain/reconciliation.ts';
import { endMend, mendDifference } from './activities.ts';
import { findThisBy } from './found-by.ts';
import { createMailbox } from './mailbox.ts';
import { makeRefund } from './make-refund.ts';
import type { MendInput } from '../temporal/reconciliation/messages.ts';
import { tellOrder } from './tell-order.ts';

/** The number of attempts while Stripe fails, with growing intervals. */
const ATTEMPTS = 5;

/** Carries out the action of the mend's row. Refunds run in their own workflows. */
export async function mend({ mendId }: MendInput): Promise<MendOutcome> {
  const step = await tryToMend(mendId);
  findThisBy(step.sought);
  const summary = 'Refund of money that was taken without an order';
  const made = await Promise.all(step.refunds.map((refund) => makeRefund(refund, summary)));
  const isRefused = made.includes('failed');
  const { outcome } = await endMend({
    mendId,
    outcome: isRefused || step.outcome === 'again' ? 'failed' : step.outcome,
    note: isRefused ? 'Stripe refused the refund' : step.note,
  });
  if (step.orderId !== null) {
    await tellOrder(step.orderId);
    const mailbox = createMailbox(step.orderId);
    mailbox.send();
    await mailbox.emptied();
  }
  return outcome;
}

async function tryToMend(mendId: string): Promise<MendStep> {
  for (let attempt = 1; ; attempt += 1) {
    const step = await mendDifference({ mendId, attempt }).catch((): MendStep => ({
      outcome: 'failed',
      note: 'it was tried for five minutes',
      refunds: [],
      orderId: null,
    }));
    if (step.outcome !== 'again' || attempt === ATTEMPTS) return step;
    await sleep(`${attempt} seconds`);
  }
}
