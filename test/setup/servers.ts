/** The servers shared by all tests of a run. */

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateDatabases } from '../../db/databases.ts';
import { startGuard } from '../../dev/guard.ts';
import { memoryFolder } from '../../dev/memory-folder.ts';
import { temporaryPostgresFolder } from '../../dev/postgres-binaries.ts';
import { startPostgres } from '../../dev/postgres.ts';
import { deleteFolder } from '../../dev/processes.ts';
import { findTemporal } from '../../dev/temporal-find.ts';
import { startTemporal } from '../../dev/temporal.ts';
import { templateUrls } from './template-databases.ts';

/** The values tests read with `inject(…)`. */
export interface TestServers {
  /** URL of the PostgreSQL server; each test file creates its own databases with createTestDatabases(). */
  readonly postgresUrl: string;
  /** Address of the Temporal server; each test file creates its own namespace with createTestNamespace(). */
  readonly temporalAddress: string;
  /** A folder for files of this run, deleted at its end. */
  readonly runFolder: string;
}

/** The running servers, with a way to stop them. */
export interface RunningTestServers extends TestServers {
  /** Resolves when all their processes have ended and their files are deleted. */
  stop(): Promise<void>;
}

/** Starts PostgreSQL with the migrated template databases, and Temporal in memory. Nothing outlives this process. */
export async function startTestServers(): Promise<RunningTestServers> {
  const guard = startGuard();
  const parent = memoryFolder() ?? tmpdir();
  const runFolder = mkdtempSync(join(parent, 'sharetab-tests-'));
  const data = temporaryPostgresFolder(parent);
  for (const folder of [runFolder, data]) guard.ownFolder(folder);
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    await Promise.all(stops.map((end) => end()));
    for (const folder of [runFolder, data]) deleteFolder(folder);
    guard.dismiss();
  };
  const startDatabases = async () => {
    const postgres = await startPostgres({ dataDir: join(data, 'data'), durable: false, guard });
    stops.push(() => postgres.stop());
    await migrateDatabases(templateUrls(postgres.url));
    return postgres.url;
  };
  const startWorkflows = async () => {
    const source = await findTemporal({ report: announceWaiting() });
    if (source.kind === 'address') return source.address;
    const temporal = await startTemporal({
      program: source.program,
      logFile: join(runFolder, 'temporal.log'),
      guard,
      forTests: true,
    });
    stops.push(() => temporal.stop());
    return temporal.address;
  };
  const [postgresUrl, temporalAddress] = await Promise.allSettled([startDatabases(), startWorkflows()]);
  if (postgresUrl.status === 'fulfilled' && temporalAddress.status === 'fulfilled')
    return { postgresUrl: postgresUrl.value, temporalAddress: temporalAddress.value, runFolder, stop };
  await stop();
  throw [postgresUrl, temporalAddress].find((result) => result.status === 'rejected')?.reason;
}

/** Prints progress every ten seconds while the Temporal server is being downloaded. */
function announceWaiting(): (text: string) => void {
  let last = 0;
  return (text) => {
    if (Date.now() - last < 10_000) return;
    last = Date.now();
    console.log(`Temporal, ${text}`);
  };
}
