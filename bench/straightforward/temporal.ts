/** A Temporal development server with default settings, on a file. */

import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { childEnvironment } from '../../dev/environment.ts';
import type { Watch } from '../../dev/guard.ts';
import { findFreePort } from '../../dev/ports.ts';
import { lastLines, startProcess, type StartedProcess } from '../../dev/processes.ts';

/** Starts it and resolves when its namespace `default` exists. */
export async function startDefaultTemporal(options: {
  program: string;
  dbFile: string;
  logFile: string;
  guard: Watch;
}): Promise<{ address: string; process: StartedProcess }> {
  const port = await findFreePort();
  const address = `127.0.0.1:${port}`;
  const server = await startProcess({
    name: 'default Temporal',
    command: options.program,
    args: ['server', 'start-dev', '--port', String(port), '--headless', '--db-filename', options.dbFile],
    logFile: options.logFile,
    env: childEnvironment(),
    guard: options.guard,
  });
  for (const deadline = Date.now() + 60_000; ; await delay(50)) {
    if (await answers(address)) return { address, process: server };
    if (!server.end() && Date.now() < deadline) continue;
    await server.stop(2_000);
    throw new Error(`The default Temporal server did not start:\n${lastLines(server.logFile)}`);
  }
}

async function answers(address: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: 1_000 });
    try {
      await connection.workflowService.describeNamespace({ namespace: 'default' });
      return true;
    } finally {
      await connection.close();
    }
  } catch {
    return false;
  }
}
