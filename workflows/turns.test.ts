import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { interrupt, twoWriters } from '../test/harness/two-writers.ts';
import { until } from '../test/harness/until.ts';
import { replayHistories } from '../test/invariants/replay.ts';
import { createTestNamespace } from '../test/setup/temporal.ts';

const QUEUE = 'two-writers';
/**
 * After four fifths of this timeout a task that is still writing ends with a heartbeat; the next one delivers updates.
 */
const TASK_TIMEOUT_MS = 1_000;
/** The writing ends within that next task. */
const WRITING_MS = 1_400;

let client: Client;
let workflowBundle: Awaited<ReturnType<typeof bundleWorkflowCode>>;
const begun = new Set<number>();
let stop: () => Promise<void>;
beforeAll(async () => {
  const { address, namespace } = await createTestNamespace();
  const connection = await Connection.connect({ address });
  const nativeConnection = await NativeConnection.connect({ address });
  client = new Client({ connection, namespace });
  workflowBundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../test/harness/two-writers.ts', import.meta.url)),
    logger: new DefaultLogger('WARN'),
  });
  const worker = await Worker.create({
    connection: nativeConnection,
    namespace,
    taskQueue: QUEUE,
    workflowBundle,
    activities: {
      write: ({ ms }: { ms: number }) => {
        begun.add(ms);
        return delay(ms);
      },
    },
  });
  const running = worker.run();
  stop = async () => {
    worker.shutdown();
    await running;
    await nativeConnection.close();
    await connection.close();
  };
});
afterAll(() => stop?.());

test('an update that writes while its workflow writes waits for its turn, and the history replays', async () => {
  const workflowId = 'two-writers';
  const handle = await client.workflow.start(twoWriters, {
    workflowId,
    taskQueue: QUEUE,
    args: [{ ms: WRITING_MS }],
    workflowTaskTimeout: TASK_TIMEOUT_MS,
  });
  await until('it writes', () => begun.has(WRITING_MS));
  await handle.executeUpdate(interrupt, { args: [{ ms: 50 }] });
  expect(await handle.result()).toEqual(['main', 'update']);
  const history = await handle.fetchHistory();
  const [replayed] = await Array.fromAsync(replayHistories(workflowBundle, [{ workflowId, history }]));
  expect(replayed).toMatchObject({ workflowId, error: undefined });
});
