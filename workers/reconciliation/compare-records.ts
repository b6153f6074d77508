/** Compares our payments, orders and bookings, page by page: with Stripe, and with each other. */

import type Stripe from 'stripe';
import type { Databases } from '../../db/databases.ts';
import {
  listBookingPage,
  noteSeenDisputes,
  readBookedDisputes,
} from '../../db/orders/ledger/compare-ledger.ts';
import { recordDifferences } from '../../db/orders/reconciliation/differences.ts';
import {
  listChargedPage,
  listPaymentPage,
  listUnknownCalls,
  type UnknownCall,
} from '../../db/orders/reconciliation/reconciliation.ts';
import { listChangesPastEnd, listUnreturned } from '../../db/orders/reconciliation/changes.ts';
import { listClaimsPastEnd, listTabDebts } from '../../db/orders/reconciliation/tab-debts.ts';
import { recordProgress } from '../../db/orders/reconciliation/runs.ts';
import { describeChangePastEnd, describeUnreturned } from '../../domain/compare-changes.ts';
import { compareTabDebt, describeClaimPastEnd, type TabDebt } from '../../domain/compare-tabs.ts';
import type { Compared } from '../../domain/reconciliation.ts';
import { compareBookings, compareDispute, compareOrder, describeStray } from '../../domain/compare-ledger.ts';
import {
  compareIntent,
  compareUnknownToStripe,
  type FoundDifference,
  type PaymentFacts,
} from '../../domain/compare-payment.ts';
import type { CompareActivities, Run } from '../../temporal/reconciliation/activities.ts';
import { createCompareIntents } from './compare-intents.ts';
import { listDisputes, type MovedDispute } from './disputes.ts';
import { readIntent } from './intents.ts';
import { OVERDUE_SECONDS } from './compare-workflows.ts';
import { beat, FIRST_ID, forEachAtOnce, lastBeat, walkIds } from './walk.ts';

export interface CompareDependencies {
  readonly databases: Databases;
  readonly stripe: Stripe;
  /** Changes within this time are not judged yet. */
  readonly settledMs: number;
}

const PER_PAGE = 1_000;
/** Payments that Stripe does not list are read by id, this many at once. */
const ASKED_AT_ONCE = 4;

export function createCompareActivities({ databases: { orders }, stripe, settledMs }: CompareDependencies) {
  const settledBefore = () => Date.now() - settledMs;
  const teller =
    ({ reconciliationId }: Run, part: keyof Compared) =>
    (compared: number) =>
      recordProgress(orders, reconciliationId, { [part]: compared });

  return {
    compareIntents: createCompareIntents(orders, stripe, settledMs),

    /** Compares every payment with the ledger, and looks for those that Stripe does not list. */
    async comparePayments(run: Run): Promise<{ compared: number }> {
      const { reconciliationId } = run;
      return walkIds(
        async (after, pulse) => {
          const before = settledBefore();
          const page = await listPaymentPage(orders, reconciliationId, { after, limit: PER_PAGE });
          const found = page.flatMap((payment) => compareBookings(payment, before) ?? []);
          const unseen = page.filter(
            (payment) => payment.isUnseen && compareUnknownToStripe(payment, before),
          );
          await forEachAtOnce(unseen, ASKED_AT_ONCE, async (payment) => {
            found.push(...(await compareUnseen(payment, before)));
            pulse();
          });
          await recordDifferences(orders, reconciliationId, found);
          return { count: page.length, last: page.at(-1)?.id };
        },
        teller(run, 'payments'),
      );
    },

    /**
     * Compares the total of every confirmed order with what its payments took, and what every tab that is paid after
     * owes with the ledger; finds claims and changes past their time, and what a change gave back and no refund brings.
     */
    async compareOrders(run: Run): Promise<{ compared: number }> {
      await compareTabsAndChanges(run.reconciliationId);
      return walkIds(
        async (after) => {
          const before = new Date(settledBefore());
          const page = await listChargedPage(orders, { after, before, limit: PER_PAGE });
          const found = page.flatMap((order) => compareOrder(order) ?? []);
          await recordDifferences(orders, run.reconciliationId, found);
          return { count: page.length, last: page.at(-1)?.id };
        },
        teller(run, 'orders'),
      );
    },

    /** Compares every dispute at Stripe with the ledger, and every booking with its subject. */
    async compareBookings(run: Run): Promise<{ compared: number }> {
      const { reconciliationId } = run;
      // Disputes are read once per attempt: later bookings are not settled.
      const before = new Date(settledBefore());
      for await (const page of listDisputes(stripe)) {
        await compareDisputes(run, page, before);
        // This attempt has compared nothing yet: the previous one's progress still counts.
        beat(lastBeat());
      }
      return walkIds(
        async (after) => {
          const { strays, ...page } = await listBookingPage(orders, reconciliationId, {
            after,
            before,
            limit: PER_PAGE,
          });
          await recordDifferences(orders, reconciliationId, strays.map(describeStray));
          return page;
        },
        teller(run, 'bookings'),
      );
    },

    /** Looks for calls to Stripe with an unknown outcome. */
    async findUnknownOutcomes({ reconciliationId }: Run): Promise<void> {
      const calls = await listUnknownCalls(orders, { settledBefore: new Date(settledBefore()) });
      await recordDifferences(orders, reconciliationId, calls.map(describeUnknownCall));
    },
  } satisfies CompareActivities;

  async function compareTabsAndChanges(reconciliationId: string): Promise<void> {
    const claims = await listClaimsPastEnd(orders, { seconds: OVERDUE_SECONDS });
    await recordDifferences(orders, reconciliationId, claims.map(describeClaimPastEnd));
    const before = new Date(settledBefore());
    const changes = await listChangesPastEnd(orders, { seconds: OVERDUE_SECONDS });
    await recordDifferences(orders, reconciliationId, changes.map(describeChangePastEnd));
    const unreturned = await listUnreturned(orders, { before });
    await recordDifferences(orders, reconciliationId, unreturned.map(describeUnreturned));
    for (let after: string | undefined = FIRST_ID; after !== undefined;) {
      const page: TabDebt[] = await listTabDebts(orders, { after, before, limit: PER_PAGE });
      const found = page.flatMap((debt) => compareTabDebt(debt) ?? []);
      await recordDifferences(orders, reconciliationId, found);
      // This attempt has compared no order yet: the previous one's progress still counts.
      beat(lastBeat());
      after = page.at(-1)?.tabId;
    }
  }

  /** One may have been made after Stripe's list was read, so it is read from Stripe by id. */
  async function compareUnseen(payment: PaymentFacts, before: number): Promise<FoundDifference[]> {
    const intent = await readIntent(stripe, payment.intentId!);
    const difference = intent
      ? compareIntent(intent, payment, before)
      : compareUnknownToStripe(payment, before);
    return difference ? [difference] : [];
  }

  async function compareDisputes(
    { reconciliationId }: Run,
    disputes: readonly MovedDispute[],
    before: Date,
  ): Promise<void> {
    await noteSeenDisputes(
      orders,
      reconciliationId,
      disputes.map(({ id }) => id),
    );
    const settled = disputes.filter(({ movedAt }) => movedAt < before.getTime());
    const booked = await readBookedDisputes(orders, settled);
    const found = booked.flatMap((dispute) => compareDispute(dispute) ?? []);
    await recordDifferences(orders, reconciliationId, found);
  }
}

/** Returns the difference for a call without an outcome. */
export function describeUnknownCall(call: UnknownCall): FoundDifference {
  const { idempotencyKey, operation, orderStatus, paymentStatus, refundId, ...subject } = call;
  return {
    kind: 'unknown_outcome',
    subject: idempotencyKey,
    ...subject,
    details: { operation, orderStatus, paymentStatus, ...(refundId !== null && { refundId }) },
  };
}
