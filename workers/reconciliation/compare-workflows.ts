/** Compares our unfinished work with Temporal, and live holds with their deadlines. */

import type { Client } from '@temporalio/client';
import type { Databases } from '../../db/databases.ts';
import { recordDifferences } from '../../db/orders/reconciliation/differences.ts';
import {
  isTabOver,
  listQuietOrders,
  listQuietRefunds,
  listQuietTabs,
  readOrderFacts,
} from '../../db/orders/reconciliation/quiet-work.ts';
import { recordProgress } from '../../db/orders/reconciliation/runs.ts';
import type { FoundDifference } from '../../domain/compare-payment.ts';
import { orderWorkflowId } from '../../temporal/orders/messages.ts';
import { refundWorkflowId } from '../../temporal/refunds/messages.ts';
import { tabWorkflowId } from '../../temporal/tabs/messages.ts';
import type { CompareWorkflowsActivities, Run } from '../../temporal/reconciliation/activities.ts';
import { findOverdue } from './overdue-holds.ts';
import { AT_ONCE, findBehind, judgeOthers, judgeUnaware, type Judged } from './running-workflows.ts';
import { beat, FIRST_ID, forEachAtOnce, lastBeat, walkIds } from './walk.ts';
import {
  judgeWorkflow,
  readWorkflowHealth,
  subjectOf,
  subjectOfTab,
  type WorkflowHealth,
} from './workflow-health.ts';

export interface CompareWorkflowsDependencies {
  readonly databases: Databases;
  readonly temporal: Client;
  readonly settledMs: number;
}

const PER_PAGE = 200;
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
          const subjects = page.map((order) => ({ id: order.id, subject: subjectOf(order) }));
          await judgeAll(reconciliationId, subjects, orderWorkflowId, pulse, (judged, health) =>
            findBehind({ orders, temporal }, judged, health),
          );
          return { count: page.length, last: page.at(-1)?.id };
        },
        (workflows) => recordProgress(orders, reconciliationId, { workflows }),
      );
    },

    /**
     * Checks that every pending refund and every tab has a running workflow, and finds workflows that should have
     * closed.
     */
    async compareOtherWorkflows({ reconciliationId }: Run): Promise<{ compared: number }> {
      const before = quietBefore();
      const pulse = () => beat(lastBeat());
      let compared = 0;
      for await (const page of pagesOf((after) =>
        listQuietRefunds(orders, { after, before, limit: PER_PAGE }),
      )) {
        const refunds = page.map((refund) => ({
          id: refund.id,
          subject: { ...subjectOf(refund), refundId: refund.id },
        }));
        await judgeAll(reconciliationId, refunds, refundWorkflowId, pulse);
        compared += page.length;
      }
      for await (const page of pagesOf((after) =>
        listQuietTabs(orders, { after, before, limit: PER_PAGE }),
      )) {
        const tabs = page.map(({ id }) => ({ id, subject: subjectOfTab(id) }));
        await judgeAll(reconciliationId, tabs, tabWorkflowId, pulse);
        compared += page.length;
      }
      const running = { reconciliationId, before, pulse };
      await judgeUnaware({ orders, temporal }, running);
      return { compared: compared + (await judgeOthers({ orders, temporal }, running)) };
    },

    /** Looks for live holds whose deadline has passed, and for holds of changes that are over. */
    async findOverdueHolds({ reconciliationId }: Run): Promise<void> {
      const found = await findOverdue({ orders, catalog }, { seconds: OVERDUE_SECONDS });
      await recordDifferences(orders, reconciliationId, found);
    },
  } satisfies CompareWorkflowsActivities;

  async function judgeAll(
    reconciliationId: string,
    subjects: readonly Judged[],
    idOf: (id: string) => string,
    pulse: () => void,
    judgeMore?: (judged: Judged, health: WorkflowHealth) => Promise<FoundDifference | undefined>,
  ): Promise<void> {
    const found: FoundDifference[] = [];
    await forEachAtOnce(subjects, AT_ONCE, async (judged) => {
      const workflowId = idOf(judged.id);
      const health = await readWorkflowHealth(temporal, workflowId);
      found.push(...judgeWorkflow(workflowId, health, judged.subject));
      const more = await judgeMore?.(judged, health);
      if (more) found.push(more);
      pulse();
    });
    await recordDifferences(orders, reconciliationId, await stillQuiet(found));
  }

  /** An order or a tab may have ended while Temporal was asked: then its workflow has closed correctly. */
  async function stillQuiet(found: readonly FoundDifference[]): Promise<FoundDifference[]> {
    const missing = found.filter(({ kind }) => kind === 'missing_workflow');
    const now = await readOrderFacts(
      orders,
      missing.flatMap(({ orderId }) => orderId ?? []),
    );
    const ended = new Set<string>();
    for (const { details } of missing)
      if (details.tabId !== undefined && (await isTabOver(orders, details.tabId))) ended.add(details.tabId);
    return found.filter(
      ({ kind, orderId, details }) =>
        kind !== 'missing_workflow' ||
        (details.tabId === undefined
          ? now.get(orderId ?? '')?.status === details.orderStatus
          : !ended.has(details.tabId)),
    );
  }
}

/** Reads rows by id, page by page, and yields each page that holds any. */
async function* pagesOf<Row extends { readonly id: string }>(
  read: (after: string) => Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  for (let after: string | undefined = FIRST_ID; after !== undefined;) {
    const page = await read(after);
    if (page.length > 0) yield page;
    after = page.at(-1)?.id;
  }
}
