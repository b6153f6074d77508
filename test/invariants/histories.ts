/** I4 and W3: no workflow history contains secrets, and every history replays. */

import type { Client, WorkflowExecutionInfo, WorkflowHandle } from '@temporalio/client';
import type { ReplayWorkerOptions } from '@temporalio/worker';
import type { Facts } from './facts.ts';
import { textOfHistory } from './history-text.ts';
import { replayHistories } from './replay.ts';
import { collectSecrets, findSecrets } from './secrets.ts';
import type { Violation } from './violation.ts';

const AT_ONCE = 8;

/**
 * Results of earlier checks of a system, by run id. A history only grows, so a part that was read and replayed
 * is not checked again.
 */
export type KnownRuns = Map<string, KnownRun>;

interface KnownRun {
  readonly text: string;
  readonly eventCount: number;
  /** The run was closed when it was read, so its history is final. */
  readonly closed: boolean;
}

interface Run extends KnownRun {
  readonly workflowId: string;
  readonly runId: string;
  /** Absent if the whole history is already known. */
  readonly history?: History;
}
type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

/**
 * Searches the histories of all workflows for every order's personal data and secrets, and replays each with the
 * bundle, if there is one. Updates `known`, and skips runs that it marks as replayed.
 */
export async function checkHistories(
  facts: Facts,
  temporal: Client,
  workflowBundle: ReplayWorkerOptions['workflowBundle'] | undefined,
  known: KnownRuns,
): Promise<Violation[]> {
  const violations: Violation[] = [];
  const orderOfRefund = new Map(facts.refunds.map((refund) => [refund.id, refund.orderId]));
  const secrets = collectSecrets(facts);
  const orderOf = (workflowId: string) => {
    const id = workflowId.replace(/^[a-z]+-/, '');
    return orderOfRefund.get(id) ?? id;
  };
  async function* inspect(): AsyncGenerator<RunToReplay> {
    for await (const run of readRuns(temporal, known)) {
      const orderId = orderOf(run.workflowId);
      const own = [...(secrets.get(orderId) ?? []), ...(secrets.get('') ?? [])];
      for (const found of findSecrets(run.text, own))
        violations.push({
          id: 'I4',
          orderId,
          sentence: `the history of ${run.workflowId} holds its ${found}`,
        });
      if (run.history) yield { ...run, history: run.history };
    }
  }
  if (!workflowBundle) {
    // No bundle to replay with: reading each history is enough.
    await Array.fromAsync(inspect(), () => undefined);
    return violations;
  }
  for await (const { run, error } of replay(inspect(), workflowBundle)) {
    const { workflowId, runId, history: _replayed, ...seen } = run;
    if (!error) known.set(runId, seen);
    else
      violations.push({
        id: 'W3',
        orderId: orderOf(workflowId),
        sentence: `the history of ${workflowId} does not replay: ${error.message}`,
      });
  }
  return violations;
}

type Bundle = NonNullable<ReplayWorkerOptions['workflowBundle']>;
type RunToReplay = Run & { readonly history: History };

/** Replays them one by one. */
async function* replay(
  runs: AsyncGenerator<RunToReplay>,
  workflowBundle: Bundle,
): AsyncGenerator<{ run: RunToReplay; error: Error | undefined }> {
  const first = await runs.next();
  // Starting a replay worker takes longer than a replay.
  if (first.done) return;
  let current = first.value;
  async function* all() {
    yield current;
    for await (current of runs) yield current;
  }
  for await (const { error } of replayHistories(workflowBundle, all())) yield { run: current, error };
}

/** Yields all runs. Prefetches the histories of runs that may have progressed. */
async function* readRuns(temporal: Client, known: KnownRuns): AsyncGenerator<Run> {
  const ahead: Promise<Run>[] = [];
  for await (const execution of temporal.workflow.list({ pageSize: 1000 })) {
    ahead.push(readRun(temporal, execution, known));
    if (ahead.length >= AT_ONCE) yield await ahead.shift()!;
  }
  for (const run of ahead) yield await run;
}

async function readRun(
  temporal: Client,
  { workflowId, runId, status }: WorkflowExecutionInfo,
  knownRuns: KnownRuns,
): Promise<Run> {
  const known = knownRuns.get(runId);
  if (known?.closed) return { workflowId, runId, ...known };
  const history = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
  const eventCount = history.events?.length ?? 0;
  const closed = status.name !== 'RUNNING';
  if (known?.eventCount === eventCount) {
    knownRuns.set(runId, { ...known, closed });
    return { workflowId, runId, ...known };
  }
  return { workflowId, runId, history, text: textOfHistory(history), eventCount, closed };
}
