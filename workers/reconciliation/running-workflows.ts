/** Compares what runs in Temporal with our records. */

import type { Client } from '@temporalio/client';
import type { Database } from '../../db/database.ts';
import { readProgress } from '../../db/orders/orders/progress.ts';
import { recordDifferences } from '../../db/orders/reconciliation/differences.ts';
import { listQuietEnded } from '../../db/orders/reconciliation/quiet-work.ts';
import type { FoundDifference } from '../../domain/compare-payment.ts';
import { ENDED_STATUSES } from '../../domain/order.ts';
import { orderWorkflowId } from '../../temporal/orders/messages.ts';
import { workOfMemo, type Work } from '../../temporal/work.ts';
import { isBehind } from '../orders/behind-record.ts';
import { forEachAtOnce } from './walk.ts';
import {
  judgeBehind,
  judgeWorkflow,
  readWorkflowHealth,
  subjectOf,
  type WorkflowHealth,
  type WorkflowSubject,
} from './workflow-health.ts';
import { readWork } from './workflow-subject.ts';

const PER_PAGE = 200;
/** Workflows that are examined concurrently. */
export const AT_ONCE = 10;

interface Dependencies {
  readonly orders: Database;
  readonly temporal: Client;
}

/** A run, and the time before which a workflow was started that it examines. */
interface Running {
  readonly reconciliationId: string;
  readonly before: Date;
  /** Tells that the run is alive. */
  readonly pulse: () => void;
}

/** What should have a running workflow. */
export interface Judged {
  readonly id: string;
  readonly subject: WorkflowSubject;
}

/** Compares a workflow's view of its order with the record. */
export async function findBehind(
  { orders, temporal }: Dependencies,
  { id, subject }: Judged,
  health: WorkflowHealth,
): Promise<FoundDifference | undefined> {
  const workflowId = orderWorkflowId(id);
  const progress = await readProgress(orders, id);
  if (!isBehind(health, progress)) return undefined;
  // It may have moved on between the two reads.
  const now = await readWorkflowHealth(temporal, workflowId);
  return judgeBehind(workflowId, now, progress, subject);
}

/** Judges running workflows that consider their order unfinished, though by its record it has ended. */
export async function judgeUnaware(
  { orders, temporal }: Dependencies,
  { reconciliationId, before, pulse }: Running,
): Promise<void> {
  const query = `ExecutionStatus = 'Running' AND WorkflowType = 'order' AND StartTime < '${before.toISOString()}'`;
  let ids: string[] = [];
  const found: FoundDifference[] = [];
  const judge = async () => {
    await forEachAtOnce(await listQuietEnded(orders, { ids, before }), AT_ONCE, async (order) => {
      const health = await readWorkflowHealth(temporal, orderWorkflowId(order.id));
      const more = await findBehind(
        { orders, temporal },
        { id: order.id, subject: subjectOf(order) },
        health,
      );
      if (more) found.push(more);
      pulse();
    });
    ids = [];
  };
  for await (const { memo } of temporal.workflow.list({ query, pageSize: PER_PAGE })) {
    const work = workOfMemo(memo);
    if (work && work.tabId === undefined && ids.push(work.orderId) === PER_PAGE) await judge();
  }
  await judge();
  await recordDifferences(orders, reconciliationId, found);
}

/** Workflows of ended orders, refunds, aftercare, mends, account mails and tabs that cannot go on. */
export async function judgeOthers(
  { orders, temporal }: Dependencies,
  { reconciliationId, before, pulse }: Running,
): Promise<number> {
  const ended = ENDED_STATUSES.map((status) => `'${status}'`).join(', ');
  const query = `ExecutionStatus = 'Running' AND WorkflowType != 'reconciliation' AND StartTime < '${before.toISOString()}' AND (WorkflowType != 'order' OR OrderStatus IN (${ended}))`;
  let others: { readonly workflowId: string; readonly work: Work | undefined }[] = [];
  let compared = 0;
  const judge = async () => {
    const found: FoundDifference[] = [];
    await forEachAtOnce(others, AT_ONCE, async ({ workflowId, work }) => {
      const health = await readWorkflowHealth(temporal, workflowId);
      pulse();
      if (health.status !== 'RUNNING') return;
      found.push(...judgeWorkflow(workflowId, health, (await readWork(orders, work)).subject));
    });
    await recordDifferences(orders, reconciliationId, found);
    compared += others.length;
    others = [];
  };
  for await (const { workflowId, memo } of temporal.workflow.list({ query, pageSize: PER_PAGE })) {
    if (others.push({ workflowId, work: workOfMemo(memo) }) === PER_PAGE) await judge();
  }
  await judge();
  return compared;
}
