import { Worker, type ReplayWorkerOptions } from '@temporalio/worker';
import { globalHandlers } from '@temporalio/worker/lib/workflow/vm-shared.js';

/** Replays histories with a bundle, one by one, and yields each with its replay error, if any. */
export async function* replayHistories(
  workflowBundle: NonNullable<ReplayWorkerOptions['workflowBundle']>,
  histories: Parameters<typeof Worker.runReplayHistories>[1],
): ReturnType<typeof Worker.runReplayHistories> {
  try {
    yield* Worker.runReplayHistories({ workflowBundle }, histories);
  } finally {
    // A replay leaves a hook behind that is called for every later promise of this process.
    globalHandlers.uninstall();
  }
}
