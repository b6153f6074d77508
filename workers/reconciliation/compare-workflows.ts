/** Compares our unfinished work with Temporal, and live holds with their deadlines. */

import type { Client } from '@temporalio/client';
import { listOverdueHolds } from '../../db/catalog/stock/overdue-holds.ts';
import type { Databases } from '../../db/databases.ts';
import { recordDifferences } from '../../db/orders/reconciliation/differences.ts';
import {
  listQuietEnded,
  listQuietOrders,
  listQuietRefunds,
  readOrderFacts,
  type OrderFacts,
  type QuietSubject,
} from '../../db/orders/reconciliation/quiet-work.ts';
import { readProgress } from '../../db/orders/orders/progress.ts';
import { recordProgress } from '../../db/orders/reconciliation/runs.ts';
import type { FoundDifference } from '../../domain/compare-payment.ts';
import { ENDED_STATUSES } from '../../domain/order.ts';
import { orderWorkflowId } from '../../temporal/orders/messages.ts';
import { refundWorkflowId } from '../../temporal/refunds/messages.ts';
import { workOfMemo, type Work } from '../../temporal/work.ts';
import type { CompareWorkflowsActivities, Run } from '../../temporal/reconciliation/activities.ts';
import { isBehind } from '../orders/behind-record.ts';
import { beat, forEachAtOnce, lastBeat, walkIds } from './walk.ts';
import {
  judgeBehind,
  judgeWorkflow,
  readWorkflowHealth,
  subjectOf,
  type WorkflowHealth,
} from './workflow-health.ts';
import { readWork } from './workflow-subject.ts';

export interface CompareWorkflowsDependencies {
  readonly databases: Databases;
  readonly temporal: Client;
  readonly settledMs: number;
}

const PER_PAGE = 200;
const AT_ONCE = 10;
/**
 * The most workflows of ended subjects, and of other types than orders, that one run examines: they last seconds, so
 * there are few.
 */
const OTHERS = 500;
/** Unfinished orders are compared when they have not changed for this long. */
const QUIET_MS = 60_000;
/** A hold is overdue when its deadline passed this long ago. */
export const OVERDUE_SECONDS = 30;

export function createCompareWorkflowsActivities({
  databases: { orders, catalog },
  temporal,
  settledMs,
}: CompareWorkflowsDependencies) {
  const quietBefore = () => new Date(Date.now() - Math.min(QUIET_MS, settledMs));

  return {
    /** Checks that every unfinished order has a running workflow, and compares the workflow with its record. */
    async compareWorkflows({ reconciliationId }: Run): Promise<{ compared: number }> {
      return walkIds(
        async (after, pulse) => {
          const page = await listQuietOrders(orders, { after, before: quietBefore(), limit: PER_PAGE });
          await judgeAll(reconciliationId, page, orderWorkflowId, pulse, findBehind);
          return { count: page.length, last: page.at(-1)?.id };
        },
        (workflows) => recordProgress(orders, reconciliationId, { workflows }),
      );
    },

    /** Checks that every pending refund has a running workflow, and finds workflows that should have closed. */
    async compareOtherWorkflows({ reconciliationId }: Run): Promise<{ compared: number }> {
      const before = quietBefore();
      const pulse = () => beat(lastBeat());
      const refunds = await listQuietRefunds(orders, before);
      const subjects = refunds.map((refund) => ({ ...refund, refundId: refund.id }));
      await judgeAll(reconciliationId, subjects, refundWorkflowId, pulse);
      await judgeUnaware(reconciliationId, before, pulse);
      return { compared: refunds.length + (await judgeOthers(reconciliationId, before, pulse)) };
    },

    /** Looks for live holds whose deadline has passed. */
    async findOverdueHolds({ reconciliationId }: Run): Promise<void> {
      const overdue = await listOverdueHolds(catalog, { seconds: OVERDUE_SECONDS });
      const known = await readOrderFacts(orders, overdue);
      const found = overdue.map((orderId) => describeOverdueHold(orderId, known.get(orderId)));
      await recordDifferences(orders, reconciliationId, found);
    },
  } satisfies CompareWorkflowsActivities;

  async function judgeAll(
    reconciliationId: string,
    subjects: readonly (QuietSubject & { readonly refundId?: string })[],
    idOf: (id: string) => string,
    pulse: () => void,
    judgeMore?: typeof findBehind,
  ): Promise<void> {
    const found: FoundDifference[] = [];
    await forEachAtOnce(subjects, AT_ONCE, async (subject) => {
      const workflowId = idOf(subject.id);
      const health = await readWorkflowHealth(temporal, workflowId);
      found.push(...judgeWorkflow(workflowId, health, subjectOf(subject)));
      const more = await judgeMore?.(subject, health);
      if (more) found.push(more);
      pulse();
    });
    await recordDifferences(orders, reconciliationId, await stillQuiet(found));
  }

  /** Compares a workflow's view of its order with the record. */
  async function findBehind(
    subject: QuietSubject,
    health: WorkflowHealth,
  ): Promise<FoundDifference | undefined> {
    const workflowId = orderWorkflowId(subject.id);
    const progress = await readProgress(orders, subject.id);
    if (!isBehind(health, progress)) return undefined;
    // It may have moved on between the two reads.
    const now = await readWorkflowHealth(temporal, workflowId);
    return judgeBehind(workflowId, now, progress, subjectOf(subject));
  }

  /** Judges running workflows that consider their order unfinished, though by its record it has ended. */
  async function judgeUnaware(reconciliationId: string, before: Date, pulse: () => void): Promise<void> {
    const query = `ExecutionStatus = 'Running' AND WorkflowType = 'order' AND StartTime < '${before.toISOString()}'`;
    let ids: string[] = [];
    const found: FoundDifference[] = [];
    const judge = async () => {
      await forEachAtOnce(await listQuietEnded(orders, { ids, before }), AT_ONCE, async (subject) => {
        const more = await findBehind(
          subject,
          await readWorkflowHealth(temporal, orderWorkflowId(subject.id)),
        );
        if (more) found.push(more);
        pulse();
      });
      ids = [];
    };
    for await (const { memo } of temporal.workflow.list({ query, pageSize: PER_PAGE })) {
      const work = workOfMemo(memo);
      if (work && ids.push(work.orderId) === PER_PAGE) await judge();
    }
    await judge();
    await recordDifferences(orders, reconciliationId, found);
  }

  /** An order may have ended while Temporal was asked: then its workflow has closed correctly. */
  async function stillQuiet(found: readonly FoundDifference[]): Promise<FoundDifference[]> {
    const missing = found.filter(({ kind }) => kind === 'missing_workflow');
    const now = await readOrderFacts(
      orders,
      missing.flatMap(({ orderId }) => orderId ?? []),
    );
    return found.filter(
      ({ kind, orderId, details }) =>
        kind !== 'missing_workflow' || now.get(orderId ?? '')?.status === details.orderStatus,
    );
  }

  /** Workflows of ended orders, refunds, aftercare, mends and account mails that run for longer than they should. */
  async function judgeOthers(reconciliationId: string, before: Date, pulse: () => void): Promise<number> {
    const ended = ENDED_STATUSES.map((status) => `'${status}'`).join(', ');
    const query = `ExecutionStatus = 'Running' AND WorkflowType != 'reconciliation' AND StartTime < '${before.toISOString()}' AND (WorkflowType != 'order' OR OrderStatus IN (${ended}))`;
    const others: { readonly workflowId: string; readonly work: Work | undefined }[] = [];
    for await (const { workflowId, memo } of temporal.workflow.list({ query, pageSize: OTHERS })) {
      if (others.push({ workflowId, work: workOfMemo(memo) }) === OTHERS) break;
    }
    const found: FoundDifference[] = [];
    await forEachAtOnce(others, AT_ONCE, async ({ workflowId, work }) => {
      const health = await readWorkflowHealth(temporal, workflowId);
      pulse();
      if (health.status !== 'RUNNING') return;
      found.push(...judgeWorkflow(workflowId, health, (await readWork(orders, work)).subject));
    });
    await recordDifferences(orders, reconciliationId, found);
    return others.length;
  }
}

/** Returns the difference for a hold whose deadline has passed. */
export function describeOverdueHold(orderId: string, order: OrderFacts | undefined): FoundDifference {
  return {
    kind: 'overdue_hold',
    subject: orderId,
    orderId,
    paymentId: null,
    intentId: null,
    amount: order?.totalAmount ?? null,
    currency: order?.currency ?? null,
    details: order ? { orderStatus: order.status } : {},
  };
}
