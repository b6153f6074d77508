import type { TestProject } from 'vitest/node';
import { startTestServers, type RunningTestServers, type TestServers } from './servers.ts';

declare module 'vitest' {
  interface ProvidedContext extends TestServers {}
}

/** The projects of one run share the servers: the first starts them, the last stops them. */
const run = globalThis as typeof globalThis & {
  sharetabTestServers?: { servers: Promise<RunningTestServers>; users: number };
};

/** vitest's global setup: starts the servers that all test files share, and returns the teardown. */
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
