import { Worker, type ReplayWorkerOptions } from '@temporalio/worker';
import { globalHandlers } from '@temporalio/worker/lib/workflow/vm-shared.js';

/** Replays histories with a bundle, one by one, and answers each with the error that it does not replay with, if any. */
export async function* replayHistories(
  workflowBundle: NonNullable<ReplayWorkerOptions['workflowBundle']>,
  histories: Parameters<typeof Worker.runReplayHistories>[1],
): ReturnType<typeof Worker.runReplayHistories> {
  try {
    yield* Worker.runReplayHistories({ workflowBundle }, histories);
  } finally {
    // Replaying leaves a hook behind that is called with every promise of this process, for ever.
    globalHandlers.uninstall();
  }
}
