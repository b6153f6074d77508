/** A workflow, for a test alone, that writes while an update of it writes, too: each with a local activity. */

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

/** Writes for so long, is interrupted once meanwhile, and says in which order both were done. */
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
