/** `GET /api/reconciliation` and `POST /api/reconciliation/run`: the latest runs, and a new run on request. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Databases } from '../../db/databases.ts';
import { countOpenDifferences } from '../../db/orders/reconciliation/differences.ts';
import { hasRunEnded, listRuns } from '../../db/orders/reconciliation/runs.ts';
import { readNames } from '../../db/users/people/staff.ts';
import type { Reconciliation } from '../../domain/contract/reconciliation.ts';
import { startReconciliation } from '../../temporal/reconciliation/start.ts';
import { tryAgain } from '../http/api-error.ts';
import type { Handlers } from '../http/route.ts';
import { OUTCOME_MS } from '../http/command.ts';
import { isUnreachable } from '../orders/workflow-updates.ts';

const RUNS = 10;
/** Interval of checks on a run that has recorded its end while its workflow is still closing. */
const LOOK_AGAIN_MS = 100;

export function reconciliationRoutes({ databases, temporal }: { databases: Databases; temporal: Client }) {
  const { orders, users } = databases;
  return {
    'GET /api/reconciliation': async () => ({ status: 200, body: await read() }),
    'POST /api/reconciliation/run': async ({ user }) => {
      await start(user.id);
      return { status: 202, body: await read() };
    },
  } satisfies Partial<Handlers>;

  async function read(): Promise<Reconciliation> {
    const runs = await listRuns(orders, RUNS);
    const names = await readNames(
      users,
      runs.map(({ startedBy }) => startedBy),
    );
    const counts = await countOpenDifferences(orders);
    return {
      runs: runs.map((run) => ({
        ...run,
        startedBy: names.get(run.startedBy) ?? run.startedBy,
        startedAt: run.startedAt.toISOString(),
        endedAt: run.endedAt?.toISOString() ?? null,
      })),
      openDifferences: [...counts.values()].reduce((sum, count) => sum + count, 0),
    };
  }

  /** Starts a run, or joins the running one. */
  async function start(startedBy: string): Promise<void> {
    try {
      await temporal.withDeadline(Date.now() + OUTCOME_MS, async () => {
        // A run records its end before its workflow closes: a request in between starts a new run.
        while (await hasRunEnded(orders, await startReconciliation(temporal, startedBy)))
          await delay(LOOK_AGAIN_MS);
      });
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      throw tryAgain('The comparison could not be started just now. Please try again in a moment.');
    }
  }
}
