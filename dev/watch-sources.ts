/** Restarts the product's processes when their sources change. */

import { watch } from 'node:fs';
import { join } from 'node:path';
import { cloneFolder } from './environment.ts';
import type { Services } from './services.ts';

const SETTLE_MS = 150;

/** The sources of each process. */
const USERS: Readonly<Record<string, readonly string[]>> = {
  domain: ['API', 'worker'],
  db: ['API', 'worker'],
  workflows: ['worker'],
  temporal: ['API', 'worker'],
  workers: ['worker'],
  api: ['API'],
  'main.ts': ['API', 'worker'],
  'config.ts': ['API', 'worker'],
};

/** Watches the server's sources until stopped; changes close together count as one. */
export function watchSources(services: Pick<Services, 'restart'>): { stop(): void } {
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const restart = () => {
    const names = [...changed];
    changed.clear();
    if (names.length > 0) console.log(`  Sources changed: starting the ${names.join(' and the ')} again.`);
    for (const name of names) void services.restart(name);
  };
  const watchers = Object.entries(USERS).map(([source, users]) =>
    watch(join(cloneFolder, source), { recursive: true }, (_event, file) => {
      if (file?.endsWith('.test.ts')) return;
      for (const user of users) changed.add(user);
      clearTimeout(timer);
      timer = setTimeout(restart, SETTLE_MS);
    }),
  );
  return {
    stop() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
