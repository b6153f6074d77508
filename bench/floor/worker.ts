/** The floor's worker, a separate process: `node bench/floor/worker.ts <Temporal's address>`. */

import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { FLOOR_QUEUE } from './workflow.ts';

const floorActivities = {
  async doNothing(): Promise<void> {
    // That is all.
  },
};
export type FloorActivities = typeof floorActivities;

Runtime.install({ logger: new DefaultLogger('WARN') });
const connection = await NativeConnection.connect({
  address: process.argv[2] ?? '',
  grpcCompression: { codec: 'none' },
});
const worker = await Worker.create({
  connection,
  taskQueue: FLOOR_QUEUE,
  workflowsPath: fileURLToPath(new URL('workflow.ts', import.meta.url)),
  activities: floorActivities,
  maxCachedWorkflows: 2_000,
  // As in the product: with the SDK's default some workflows wait two seconds, which halves the floor.
  maxConcurrentWorkflowTaskPolls: 20,
  nonStickyToStickyPollRatio: 0.8,
});
await worker.run();
await connection.close();
