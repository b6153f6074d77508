/** A whole system in which every part can be struck. */

import { join } from 'node:path';
import { Client as PostgresClient } from 'pg';
import type { DatabaseUrls } from '../../db/databases.ts';
import { startTemporal } from '../../dev/temporal.ts';
import { untilAnswered } from '../../dev/wait.ts';
import type { Ground, Program } from '../ground.ts';
import { offerBoth, signIn } from '../load/sign-in.ts';
import { planPrograms } from '../programs.ts';
import { fillDatabases } from '../stack.ts';
import type { PartName } from './cells.ts';
import { createPart, type Part } from './part.ts';

export interface Town {
  readonly apiUrls: readonly string[];
  readonly databases: DatabaseUrls;
  readonly temporalAddress: string;
  readonly stripeUrl: string;
  readonly stripeSecretKey: string;
  readonly mailsUrl: string;
  readonly variantId: string;
  /** The workflow bundle of its workers. */
  readonly workflowBundle: { readonly codePath: string };
  /** The Cookie header of a staff member. */
  readonly agentCookie: string;
  /** The parts whose logs are ours: APIs and workers. */
  readonly loggers: readonly PartName[];
  part(name: PartName): Part;
}

/**
 * Starts it with two APIs and the given number of workers, and resolves when orders can be placed. It ends with the
 * ground.
 */
export async function startTown(
  ground: Ground,
  options: { workers: number; bundle?: string },
): Promise<Town> {
  const name = 'chaos';
  const temporalOptions = {
    program: ground.temporalProgram,
    dbFile: join(ground.folder, `${name}-temporal.db`),
    logFile: join(ground.folder, `${name} temporal.log`),
    guard: ground.guard,
  };
  const temporal = await startTemporal(temporalOptions);
  await ground.atEnd(() => temporal.stop());
  const { address: temporalAddress } = temporal;
  const programs = await planPrograms(ground, { name, temporalAddress, apis: 2 });
  const codePath = options.bundle ?? join(ground.folder, 'workflow-bundle.js');
  await Promise.all([
    ground.run(programs.migrations),
    options.bundle === undefined && ground.run({ name: 'bundle', args: ['main.ts', 'bundle', codePath] }),
  ]);
  const variantId = await fillDatabases(programs.databases);

  const parts = new Map<PartName, Part>();
  const add = async (partName: PartName, program: Program, readyUrl?: string) => {
    const start = () => ground.start(program);
    const first = await start();
    if (readyUrl !== undefined) await untilAnswered(readyUrl, first);
    parts.set(partName, createPart({ name: partName, first, start }));
  };
  const workers = Array.from({ length: options.workers }, (_, index) => {
    const program = programs.worker(`worker ${index + 1}`, 'main.ts');
    const settings = { ...program.settings, WORKFLOW_BUNDLE: codePath };
    return add(`worker ${index + 1}` as PartName, { ...program, settings });
  });
  await Promise.all([
    add('mail', programs.smtp, programs.mailsUrl),
    add('stripe', programs.stripe, `${programs.stripeUrl}/_/health`),
    ...programs.apis.map((program, index) =>
      add(`api ${index + 1}` as PartName, program, `${programs.apiUrls[index]}/api/health/live`),
    ),
    ...workers,
  ]);
  parts.set(
    'temporal',
    createPart({
      name: 'temporal',
      first: temporal.process,
      start: async () => {
        const port = Number(temporalAddress.split(':')[1]);
        const again = await startTemporal({ ...temporalOptions, port });
        await ground.atEnd(() => again.stop());
        return again.process;
      },
    }),
  );
  parts.set(
    'postgres',
    createPart({
      name: 'postgres',
      first: ground.postgresProcess(),
      start: () => ground.restartPostgres(),
      listFamily: () => listSessions(ground.postgresUrl),
    }),
  );
  await ground.atEnd(async () => {
    for (const part of parts.values()) part.abandon();
  });
  await Promise.all(programs.apiUrls.map((url) => untilAnswered(`${url}/api/health/ready`, undefined)));
  await offerBoth(programs.apiUrls[0]!);
  return {
    ...programs,
    temporalAddress,
    variantId,
    workflowBundle: { codePath },
    agentCookie: await signIn(programs.apiUrls[0]!, 'agent'),
    loggers: [...parts.keys()].filter((each) => /^(api|worker) /.test(each)),
    part: (partName) => parts.get(partName)!,
  };
}

/** Returns the backend processes of a PostgreSQL server. */
async function listSessions(url: string): Promise<number[]> {
  const client = new PostgresClient({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>('select pid from pg_stat_activity');
    return rows.map(({ pid }) => pid);
  } finally {
    await client.end();
  }
}
