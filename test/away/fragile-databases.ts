/** A PostgreSQL server for one test file. It can fail as real ones do, as a whole or one database at a time. */

import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { migrateDatabases, type DatabaseUrls } from '../../db/databases.ts';
import { startGuard } from '../../dev/guard.ts';
import { temporaryPostgresFolder } from '../../dev/postgres-binaries.ts';
import { startPostgres } from '../../dev/postgres.ts';
import { deleteFolder } from '../../dev/processes.ts';
import { openGate, type Gate } from './gate.ts';

export const DATABASES = ['users', 'catalog', 'orders'] as const;
export type DatabaseName = (typeof DATABASES)[number];

/** One way of failing. `isTotal`: nothing at all can be asked meanwhile. */
export interface Way {
  readonly name: string;
  readonly isTotal: boolean;
  /** Makes these databases fail. Returns a function that repairs them. */
  strike(names: readonly DatabaseName[]): Promise<() => Promise<void>>;
}

export interface FragileDatabases {
  /** URLs for the product, with a role that owns the databases and is no superuser. */
  readonly urls: DatabaseUrls;
  readonly ways: readonly Way[];
  stop(): Promise<void>;
}

const ROLE = 'shopkeeper';
/** Frequent enough to hit most requests between two statements. */
const TERMINATE_EVERY_MS = 15;

/** Starts the server, with migrated databases. */
export async function startFragileDatabases(): Promise<FragileDatabases> {
  const guard = startGuard();
  const folder = temporaryPostgresFolder();
  guard.ownFolder(folder);
  const options = { dataDir: join(folder, 'data'), durable: false, guard };
  let server = await startPostgres(options);
  const again = { ...options, port: server.port };
  const asAdmin = async (...statements: string[]) => {
    const admin = new Client({ connectionString: server.url });
    await admin.connect();
    try {
      const answers: object[][] = [];
      for (const statement of statements) answers.push((await admin.query<object>(statement)).rows);
      return answers.flat();
    } finally {
      await admin.end();
    }
  };
  await asAdmin(`create role ${ROLE} login createdb password '${ROLE}'`);
  const direct = Object.assign(new URL(server.url), { username: ROLE, password: ROLE });
  const named = (url: string, name: string) =>
    Object.assign(new URL(url), { pathname: `/sharetab_${name}` }).href;
  await migrateDatabases(urlsOf((name) => named(direct.href, name)));
  const gates = Object.fromEntries(
    await Promise.all(
      DATABASES.map(async (name) => [name, await openGate(named(direct.href, name))] as const),
    ),
  ) as Record<DatabaseName, Gate>;

  const endSessions = (names: readonly DatabaseName[]) =>
    `select pg_terminate_backend(pid) from pg_stat_activity where datname in (${names.map((name) => `'sharetab_${name}'`).join()})`;
  /** Changes a setting of each database for new sessions, and ends the existing ones. */
  const setting = (set: string, reset: string) => async (names: readonly DatabaseName[]) => {
    const alter = (change: string) => names.map((name) => `alter database sharetab_${name} ${change}`);
    await asAdmin(...alter(set), endSessions(names));
    return async () => void (await asAdmin(...alter(reset), endSessions(names)));
  };
  const ways: Way[] = [
    {
      name: 'out of reach',
      isTotal: true,
      strike: async (names) => {
        for (const name of names) gates[name].freeze();
        return async () => void (await Promise.all(names.map((name) => gates[name].open())));
      },
    },
    {
      name: 'down',
      isTotal: true,
      strike: async (names) => {
        await Promise.all(names.map((name) => gates[name].shut()));
        return async () => void (await Promise.all(names.map((name) => gates[name].open())));
      },
    },
    {
      name: 'out of connections',
      isTotal: true,
      strike: setting('connection limit 0', 'connection limit -1'),
    },
    {
      name: 'read only, as while it fails over',
      isTotal: false,
      strike: setting('set default_transaction_read_only = on', 'reset default_transaction_read_only'),
    },
    {
      name: 'terminating sessions',
      isTotal: false,
      strike: async (names) => {
        const over = new AbortController();
        const terminating = (async () => {
          while (!over.signal.aborted) {
            await asAdmin(endSessions(names));
            await delay(TERMINATE_EVERY_MS);
          }
        })();
        return async () => {
          over.abort();
          await terminating;
        };
      },
    },
    {
      name: 'frozen',
      isTotal: true,
      strike: async () => {
        const sessions = (await asAdmin('select pid from pg_stat_activity')) as { pid: number }[];
        const all = [server.mark.pid, ...sessions.map(({ pid }) => pid)];
        const signal = (name: NodeJS.Signals) => all.map((pid) => kill(pid, name));
        signal('SIGSTOP');
        return async () => void signal('SIGCONT');
      },
    },
    {
      name: 'restarting',
      isTotal: true,
      strike: async () => {
        await server.stop();
        return async () => void (server = await startPostgres(again));
      },
    },
  ];
  return {
    urls: urlsOf((name) => gates[name].url),
    ways,
    stop: async () => {
      await Promise.all(DATABASES.map((name) => gates[name].stop()));
      await server.stop();
      deleteFolder(folder);
      guard.dismiss();
    },
  };
}

function urlsOf(urlOf: (name: DatabaseName) => string): DatabaseUrls {
  return { users: urlOf('users'), catalog: urlOf('catalog'), orders: urlOf('orders') };
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // The session has ended in the meantime.
  }
}
