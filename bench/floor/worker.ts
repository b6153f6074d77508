/** The floor's worker, a process of its own: `node bench/floor/worker.ts <Temporal's address>`. */

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
  // As the product has it: with the SDK's default some workflows wait two seconds, and the floor is at half its height.
  maxConcurrentWorkflowTaskPolls: 20,
  nonStickyToStickyPollRatio: 0.8,
});
await worker.run();
await connection.close();
