/** The guard's process: see guard.ts. Ends when its standard input does. */

import { createInterface } from 'node:readline';
import type { GuardMessage } from './guard.ts';
import { deleteFolder, stopMarked, type ProcessMark } from './processes.ts';

const watched = new Map<number, ProcessMark>();
const folders: string[] = [];
let dismissed = false;

function take(message: GuardMessage): void {
  if ('watch' in message) watched.set(message.watch.pid, message.watch);
  else if ('unwatch' in message) watched.delete(message.unwatch);
  else if ('folder' in message) folders.push(message.folder);
  else dismissed = true;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => take(JSON.parse(line) as GuardMessage));
lines.on('close', () => {
  if (dismissed) return;
  void cleanUp();
});

async function cleanUp(): Promise<void> {
  for (const mark of [...watched.values()].toReversed()) await stopMarked(mark, 5_000);
  for (const folder of folders) deleteFolder(folder);
}
