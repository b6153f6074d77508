/** The invariant checker. */

import { setTimeout as delay } from 'node:timers/promises';
import type { ReplayWorkerOptions } from '@temporalio/worker';
import { PATIENCE_MS, pauseSince } from '../harness/until.ts';
import { checkAllocations } from './allocations.ts';
import { checkBillSums } from './bill-sums.ts';
import { readFacts, type Sources } from './facts.ts';
import { checkChanges } from './changes.ts';
import { checkQuestions } from './questions.ts';
import { checkLife } from './life.ts';
import { checkMails } from './mails.ts';
import { checkMoney } from './money.ts';
import { checkHistories, type KnownRuns } from './histories.ts';
import { checkPaidAfter } from './paid-after.ts';
import { checkRounds } from './rounds.ts';
import { checkEvents } from './secrets.ts';
import { describePending, findUnsettled } from './settled.ts';
import { checkStock } from './stock.ts';
import { checkTabContents } from './tab-contents.ts';
import { checkTabs } from './tabs.ts';
import { describeViolation, type Violation } from './violation.ts';

export interface CheckOptions extends Sources {
  /**
   * How long to wait until the system is idle, in milliseconds; anything still active then is a violation. Default
   * 90 s. 0 checks once, immediately.
   */
  readonly settleMs?: number;
  /** False if no worker runs, deliberately: then no progress is expected. Default true. */
  readonly workerRuns?: boolean;
  /** False if no mail server runs, deliberately: then unsent mail is not a violation. Default true. */
  readonly mailRuns?: boolean;
  /** True if no other system uses this Stripe account. Default true. */
  readonly exclusive?: boolean;
  /** Fetches every workflow history and searches it for secrets. Default true. */
  readonly histories?: boolean;
  /** Replays every history with these workflows. Default: no replay. */
  readonly workflowBundle?: ReplayWorkerOptions['workflowBundle'];
  /** State for repeated checks of one system with the same workflows. Default: empty. */
  readonly knownRuns?: KnownRuns;
}

const LOOK_AGAIN_MS = 500;

/**
 * Waits until the system is idle, with a time limit, then reads everything and returns the violations. Changes
 * nothing. A state in transition may look like a violation, so each violation must be seen twice.
 */
export async function checkInvariants(options: CheckOptions): Promise<Violation[]> {
  const { workerRuns = true } = options;
  const unsettled = workerRuns ? await untilSettled(options) : [];
  const first = await check(options);
  if (first.length === 0 || options.settleMs === 0) return [...unsettled, ...first];
  await delay(LOOK_AGAIN_MS);
  const again = new Set((await check(options)).map(describeViolation));
  return [...unsettled, ...first.filter((violation) => again.has(describeViolation(violation)))];
}

async function untilSettled(options: CheckOptions): Promise<Violation[]> {
  const start = Date.now();
  const withinMs = options.settleMs ?? PATIENCE_MS;
  for (;;) {
    const unsettled = await findUnsettled(options, { mails: options.mailRuns ?? true });
    if (unsettled.length === 0) return [];
    if (Date.now() >= start + withinMs)
      return Promise.all(
        unsettled.map(async ({ orderId, what }) => ({
          id: 'W1' as const,
          orderId,
          sentence: `${what}, and does not settle${await describePending(options.temporal, orderId)}`,
        })),
      );
    await pauseSince(start);
  }
}

async function check(options: CheckOptions): Promise<Violation[]> {
  const { workerRuns = true, mailRuns = true, exclusive = true, histories = true } = options;
  const facts = await readFacts(options);
  return [
    ...checkMoney(facts, { exclusive }),
    ...checkAllocations(facts),
    ...checkBillSums(facts),
    ...checkTabs(facts),
    ...checkTabContents(facts),
    ...checkRounds(facts),
    ...checkPaidAfter(facts),
    ...checkChanges(facts, { workerRuns }),
    ...checkQuestions(facts, { workerRuns }),
    ...checkStock(facts, { workerRuns }),
    ...checkLife(facts, { workerRuns }),
    ...checkEvents(facts),
    ...checkMails(facts).filter(({ id }) => mailRuns || id !== 'R3'),
    ...(histories
      ? await checkHistories(facts, options.temporal, options.workflowBundle, options.knownRuns ?? new Map())
      : []),
  ];
}
