/** Our unfinished work against Temporal, and live holds against the clock. */

import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { listOverdueHolds } from '../../db/catalog/overdue-holds.ts';
import type { Databases } from '../../db/databases.ts';
import { recordDifferences } from '../../db/orders/differences.ts';
import {
  listQuietOrders,
  listQuietRefunds,
  readOrderFacts,
  type QuietSubject,
} from '../../db/orders/reconciliation.ts';
import type { FoundDifference } from '../../domain/compare-payment.ts';
import { orderWorkflowId, refundWorkflowId } from '../../workflows/messages.ts';
import { judgeWorkflow, readWorkflowHealth } from './workflow-health.ts';

export interface CompareWorkflowsDependencies {
  readonly databases: Databases;
  readonly temporal: Client;
  readonly settledMs: number;
}

const PER_PAGE = 200;
const AT_ONCE = 10;
/** Other workflows than orders' that are looked at in one run; they last seconds, so there are few. */
const OTHERS = 500;
/** Unfinished orders are looked at when nothing has changed for this long. */
const QUIET_MS = 60_000;
const OVERDUE_SECONDS = 30;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

export function createCompareWorkflowsActivities({
  databases: { orders, catalog },
  temporal,
  settledMs,
}: CompareWorkflowsDependencies) {
  const quietBefore = () => new Date(Date.now() - Math.min(QUIET_MS, settledMs));

  return {
    /** Asks Temporal for the workflow of every order and refund that should have one at work, and of all others that run. */
    async compareWorkflows({
      reconciliationId,
    }: {
      reconciliationId: string;
    }): Promise<{ compared: number }> {
      const before = quietBefore();
      let compared = 0;
      let after = (Context.current().info.heartbeatDetails as string | undefined) ?? FIRST_ID;
      for (;;) {
        const page = await listQuietOrders(orders, { after, before, limit: PER_PAGE });
        const last = page.at(-1);
        if (!last) break;
        await judgeAll(reconciliationId, page, orderWorkflowId);
        compared += page.length;
        after = last.id;
        Context.current().heartbeat(after);
      }
      const refunds = await listQuietRefunds(orders, before);
      await judgeAll(reconciliationId, refunds, refundWorkflowId);
      return { compared: compared + refunds.length + (await judgeOthers(reconciliationId, before)) };
    },

    /** Looks for live holds whose deadline has passed. */
    async findOverdueHolds({ reconciliationId }: { reconciliationId: string }): Promise<void> {
      const overdue = await listOverdueHolds(catalog, OVERDUE_SECONDS);
      const known = await readOrderFacts(orders, overdue);
      const found = overdue.map((orderId): FoundDifference => {
        const order = known.get(orderId);
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
      });
      await recordDifferences(orders, reconciliationId, found);
    },
  };

  async function judgeAll(
    reconciliationId: string,
    subjects: readonly QuietSubject[],
    idOf: (id: string) => string,
  ): Promise<void> {
    const waiting = [...subjects];
    const found: FoundDifference[] = [];
    const ask = async () => {
      for (let subject = waiting.pop(); subject; subject = waiting.pop()) {
        const workflowId = idOf(subject.id);
        const { orderId, amount, currency, orderStatus } = subject;
        const health = await readWorkflowHealth(temporal, workflowId);
        found.push(...judgeWorkflow(workflowId, health, { orderId, amount, currency, orderStatus }));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
    await recordDifferences(orders, reconciliationId, await stillQuiet(found));
  }

  /** An order may have ended while Temporal was asked: then its workflow has ended too, and rightly so. */
  async function stillQuiet(found: readonly FoundDifference[]): Promise<FoundDifference[]> {
    const missing = found.filter(({ kind }) => kind === 'missing_workflow');
    if (missing.length === 0) return [...found];
    const now = await readOrderFacts(
      orders,
      missing.flatMap(({ orderId }) => orderId ?? []),
    );
    return found.filter(
      ({ kind, orderId, details }) =>
        kind !== 'missing_workflow' || now.get(orderId ?? '')?.status === details.orderStatus,
    );
  }

  /** Refunds, aftercare, mends and account mails that run for longer than they should. */
  async function judgeOthers(reconciliationId: string, before: Date): Promise<number> {
    const query = `ExecutionStatus = 'Running' AND WorkflowType != 'order' AND WorkflowType != 'reconciliation' AND StartTime < '${before.toISOString()}'`;
    const found: FoundDifference[] = [];
    let count = 0;
    for await (const { workflowId } of temporal.workflow.list({ query, pageSize: OTHERS })) {
      if (count === OTHERS) break;
      count += 1;
      const health = await readWorkflowHealth(temporal, workflowId);
      if (health.status !== 'RUNNING') continue;
      found.push(...judgeWorkflow(workflowId, health, { orderId: null, amount: null, currency: null }));
    }
    await recordDifferences(orders, reconciliationId, found);
    return count;
  }
}
