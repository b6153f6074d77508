/**
 * Every PaymentIntent at Stripe against our payment of it. Stripe answers a hundred at a time and takes its time for
 * it, so several windows of time are read at once; whatever there is of them, no more than those pages are in memory.
 */

import type Stripe from 'stripe';
import type { Database } from '../../db/database.ts';
import { recordDifferences } from '../../db/orders/reconciliation/differences.ts';
import {
  readFirstOrderTime,
  readPaymentFacts,
  readPaymentsOfIntents,
} from '../../db/orders/reconciliation/reconciliation.ts';
import { recordProgress } from '../../db/orders/reconciliation/runs.ts';
import {
  compareIntent,
  type FoundDifference,
  type IntentFacts,
  type PaymentFacts,
} from '../../domain/compare-payment.ts';
import { listIntents, type Window } from './intents.ts';
import { beat, forEachAtOnce, lastBeat, seldom } from './walk.ts';

/** Enough for an even load, though there is more in some than in others; far fewer than pages. */
const WINDOWS = 32;
const WINDOWS_AT_ONCE = 4;

/** How far a run is, so that its next try goes on from there. */
interface Reached {
  /** Where one window ends and the next begins, in seconds; before the first and after the last there is one, too. */
  readonly bounds: readonly number[];
  /** By the window's number: the last PaymentIntent compared, null when there are no more. */
  readonly windows: Record<number, string | null>;
  compared: number;
}

/** What moved within `settledMs` is not judged yet. */
export function createCompareIntents(orders: Database, stripe: Stripe, settledMs: number) {
  /** Compares every PaymentIntent at Stripe with our payment of it. Goes on where it was after a crash. */
  return async ({ reconciliationId }: { reconciliationId: string }): Promise<{ compared: number }> => {
    const reached = lastBeat<Reached>() ?? {
      bounds: planWindows(await readFirstOrderTime(orders), new Date()),
      windows: {},
      compared: 0,
    };
    const tell = seldom((intents) => recordProgress(orders, reconciliationId, { intents }));
    const left = [...windowsOf(reached.bounds).entries()].filter(
      ([number]) => reached.windows[number] !== null,
    );
    await forEachAtOnce(left, WINDOWS_AT_ONCE, ([number, window]) => compareWindow(number, window));
    return { compared: reached.compared };

    async function compareWindow(number: number, window: Window): Promise<void> {
      for (let hasMore = true; hasMore;) {
        // What changes from here on, while Stripe answers, is not settled.
        const settledBefore = Date.now() - settledMs;
        const page = await listIntents(stripe, window, reached.windows[number] ?? undefined);
        await comparePage(page.intents, settledBefore);
        hasMore = page.hasMore;
        reached.windows[number] = hasMore ? page.intents.at(-1)!.id : null;
        reached.compared += page.intents.length;
        beat(reached);
        await tell(reached.compared);
      }
    }

    async function comparePage(intents: readonly IntentFacts[], settledBefore: number): Promise<void> {
      if (intents.length === 0) return;
      const payments = await readPaymentsOfIntents(orders, reconciliationId, intents);
      const found: FoundDifference[] = [];
      for (const intent of intents) {
        const payment = payments.get(intent.id) ?? (await readNamed(orders, intent));
        if (payment && isBeingMade(payment, settledBefore)) continue;
        const isOurs = payment?.intentId === intent.id;
        const difference = compareIntent(intent, isOurs ? payment : undefined, settledBefore);
        if (difference) found.push(difference);
      }
      await recordDifferences(orders, reconciliationId, found);
    }
  };
}

/** The payment that a PaymentIntent names. It may have heard of it a moment ago, or be about to. */
async function readNamed(orders: Database, intent: IntentFacts): Promise<PaymentFacts | undefined> {
  return intent.paymentId === undefined ? undefined : readPaymentFacts(orders, { id: intent.paymentId });
}

/** The create of its PaymentIntent has been sent, and not answered yet. */
function isBeingMade({ intentId, movedAt }: PaymentFacts, settledBefore: number): boolean {
  return intentId === null && movedAt > settledBefore;
}

/** Bounds of windows of the same length, in seconds: none when nothing was ever ordered. */
export function planWindows(first: Date | undefined, now: Date): number[] {
  if (!first) return [];
  const from = Math.floor(first.getTime() / 1000);
  const length = (now.getTime() / 1000 - from) / WINDOWS;
  const bounds = Array.from({ length: WINDOWS }, (_, number) => Math.floor(from + number * length));
  return [...new Set(bounds)];
}

/** The windows between bounds: every second is in exactly one. */
export function windowsOf(bounds: readonly number[]): Window[] {
  return [undefined, ...bounds].map((from, number) => ({ from, until: bounds[number] }));
}
