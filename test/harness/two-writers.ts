/** A test-only workflow whose main function and update handler write concurrently, each with a local activity. */

import {
  allHandlersFinished,
  condition,
  defineUpdate,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow';
import { inTurn } from '../../workflows/turns.ts';

export interface WriterActivities {
  write(request: { ms: number }): Promise<void>;
}

const { write } = proxyLocalActivities<WriterActivities>({ startToCloseTimeout: '10 seconds' });
const { write: writeElsewhere } = proxyActivities<WriterActivities>({ startToCloseTimeout: '10 seconds' });

export const interrupt = defineUpdate<void, [{ ms: number }]>('interrupt');

/** Writes for the given time while an update interrupts it once, and returns the order in which both finished. */
export async function twoWriters(input: { ms: number }): Promise<string[]> {
  const done: string[] = [];
  setHandler(interrupt, async (request) => {
    await inTurn(() => write(request));
    done.push('update');
  });
  await inTurn(() => write(input));
  done.push('main');
  await writeElsewhere({ ms: 0 });
  await condition(() => done.length === 2);
  await condition(allHandlersFinished);
  return done;
}
