/** The least a workflow can do before it responds: the baseline for the product's orders. */

import {
  allHandlersFinished,
  condition,
  defineUpdate,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow';
import type { FloorActivities } from './worker.ts';

export const FLOOR_QUEUE = 'floor';

/** Returns once the local activity has ended. */
export const decide = defineUpdate<'held'>('decide');

const { doNothing } = proxyLocalActivities<FloorActivities>({ startToCloseTimeout: '5 seconds' });

/** One local activity, one response, the end. */
export async function floor(): Promise<void> {
  let isAsked = false;
  let isDecided = false;
  setHandler(decide, async () => {
    isAsked = true;
    await condition(() => isDecided);
    return 'held' as const;
  });
  await doNothing();
  isDecided = true;
  await condition(() => isAsked && allHandlersFinished());
}
