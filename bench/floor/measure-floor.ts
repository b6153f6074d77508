/** Measures the floor: what Temporal and the SDK cost without any of our code. */

import { randomUUID } from 'node:crypto';
import { Client, Connection, WithStartWorkflowOperation } from '@temporalio/client';
import type { Ground } from '../ground.ts';
import { runClosedLoop } from '../load/closed-loop.ts';
import { difference, type Phase } from '../phase.ts';
import { readProcessorTimes } from '../processor-time.ts';
import type { Stack } from '../stack.ts';
import { decide, FLOOR_QUEUE, type floor } from './workflow.ts';

/** An idle worker, and a client for it. */
export interface Floor {
  measure(load: { count: number; atATime: number; signal: AbortSignal }): Promise<Phase>;
}

/** Starts the floor's worker on the Temporal server of `stack`. It ends with the ground. */
export async function startFloor(ground: Ground, stack: Stack): Promise<Floor> {
  const worker = await ground.start({
    name: 'floor worker',
    args: ['bench/floor/worker.ts', stack.temporalAddress],
  });
  const connection = await Connection.connect({ address: stack.temporalAddress });
  await ground.atEnd(() => connection.close());
  const client = new Client({ connection });
  const { temporal = 0, load = 0 } = stack.pids;
  const pids = { temporal, load, worker: worker.mark.pid };

  const ask = async () => {
    const began = performance.now();
    await client.workflow.executeUpdateWithStart(decide, {
      startWorkflowOperation: new WithStartWorkflowOperation<typeof floor>('floor', {
        workflowId: `floor-${randomUUID()}`,
        taskQueue: FLOOR_QUEUE,
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    });
    return performance.now() - began;
  };
  return {
    measure: async ({ count, atATime, signal }) => {
      const before = readProcessorTimes(pids);
      const { results, elapsedMs } = await runClosedLoop({ count, atATime, signal }, ask);
      return {
        design: 'floor',
        atATime,
        count,
        refusals: 0,
        elapsedMs,
        answer: results,
        confirmed: [],
        told: [],
        board: [],
        processorMs: difference(before, readProcessorTimes(pids)),
      };
    },
  };
}
