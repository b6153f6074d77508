/**
 * Compares every PaymentIntent at Stripe with our payment. Stripe lists a hundred at a time and slowly, so several time
 * windows are read at once; memory holds no more than those pages.
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

/** Enough for an even load, though some windows hold more; far fewer than pages. */
const WINDOWS = 32;
const WINDOWS_AT_ONCE = 4;

/** The progress of a run, from which its next attempt resumes. */
interface Reached {
  /** The bounds between windows, in seconds; there is one more window before the first and one after the last. */
  readonly bounds: readonly number[];
  /** By the window's number: the last PaymentIntent compared, null at the end. */
  readonly windows: Record<number, string | null>;
  compared: number;
}

/** Changes within `settledMs` are not judged yet. */
export function createCompareIntents(orders: Database, stripe: Stripe, settledMs: number) {
  /** Compares every PaymentIntent at Stripe with our payment. Resumes after a crash. */
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
        // Changes from here on, while Stripe answers, are not settled.
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

/**
 * Returns the payment that a PaymentIntent names in its metadata. The payment may have received the PaymentIntent's id
 * just now, or may receive it soon.
 */
async function readNamed(orders: Database, intent: IntentFacts): Promise<PaymentFacts | undefined> {
  return intent.paymentId === undefined ? undefined : readPaymentFacts(orders, { id: intent.paymentId });
}

/** Returns whether the create of its PaymentIntent was sent, and not answered yet. */
function isBeingMade({ intentId, movedAt }: PaymentFacts, settledBefore: number): boolean {
  return intentId === null && movedAt > settledBefore;
}

/** Returns the bounds of windows of equal length, in seconds: none when nothing was ever ordered. */
export function planWindows(first: Date | undefined, now: Date): number[] {
  if (!first) return [];
  const from = Math.floor(first.getTime() / 1000);
  const length = (now.getTime() / 1000 - from) / WINDOWS;
  const bounds = Array.from({ length: WINDOWS }, (_, number) => Math.floor(from + number * length));
  return [...new Set(bounds)];
}

/** Returns the windows between bounds: every second is in exactly one. */
export function windowsOf(bounds: readonly number[]): Window[] {
  return [undefined, ...bounds].map((from, number) => ({ from, until: bounds[number] }));
}
