/** The measured shop: the one of PAGES_URL, the one that runs in this clone, or one started for this purpose. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findRunningStart } from '../../dev/claim.ts';
import { childEnvironment, cloneFolder, setting } from '../../dev/environment.ts';

export interface MeasuredShop {
  readonly url: string;
  /** Ends only what was started. */
  stop(): Promise<void>;
}

/** Finds it, or runs `npm start` and resolves when its pages respond. */
export async function openMeasuredShop(): Promise<MeasuredShop> {
  const known = setting('PAGES_URL') ?? findRunningStart()?.url;
  if (known) return { url: known, stop: () => Promise.resolve() };
  console.error('Starting a shop …');
  const child = spawn(process.execPath, [join(cloneFolder, 'dev/bootstrap.mjs'), 'start'], {
    env: childEnvironment({}),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null) return;
    child.kill('SIGINT');
    await once(child, 'exit');
  };
  for (;;) {
    if (child.exitCode !== null) throw new Error('"npm start" ended: it says why when it is run by itself.');
    const url = findRunningStart()?.url;
    if (url) return { url, stop };
    await sleep(500);
  }
}
