import type { TestProject } from 'vitest/node';
import { startTestServers, type RunningTestServers, type TestServers } from './servers.ts';

declare module 'vitest' {
  interface ProvidedContext extends TestServers {}
}

/** Projects of one run share the servers: the first to come starts them, the last to go stops them. */
const run = globalThis as typeof globalThis & {
  sharetabTestServers?: { servers: Promise<RunningTestServers>; users: number };
};

/** vitest's global set-up: starts what all test files share, and returns its tear-down. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (run.sharetabTestServers ??= { servers: startTestServers(), users: 0 });
  shared.users += 1;
  const servers = await shared.servers;
  project.provide('postgresUrl', servers.postgresUrl);
  project.provide('temporalAddress', servers.temporalAddress);
  project.provide('runFolder', servers.runFolder);
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    delete run.sharetabTestServers;
    await servers.stop();
  };
}
