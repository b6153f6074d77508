/** A PostgreSQL server set up as in the deployment, with the roles and databases of deploy/postgres/databases.sql. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { DatabaseUrls } from '../../db/databases.ts';
import { startGuard } from '../../dev/guard.ts';
import { temporaryPostgresFolder } from '../../dev/postgres-binaries.ts';
import { startPostgres } from '../../dev/postgres.ts';
import { deleteFolder } from '../../dev/processes.ts';

export interface DeployedPostgres {
  /** URL of the server as its superuser. */
  readonly superuser: string;
  /** URL of a database for a role. */
  url(role: 'sharetab' | 'sharetab_owner' | 'temporal', database: string): string;
  /** URLs of the product's three databases for a role. */
  urls(role: 'sharetab' | 'sharetab_owner'): DatabaseUrls;
  stop(): Promise<void>;
}

const SCRIPT = new URL('../../deploy/postgres/databases.sql', import.meta.url);
const PASSWORDS = { sharetab: 'ownedByNobody', temporal: 'anothersSecret' };

export async function startDeployedPostgres(): Promise<DeployedPostgres> {
  const guard = startGuard();
  const folder = temporaryPostgresFolder();
  guard.ownFolder(folder);
  const server = await startPostgres({ dataDir: join(folder, 'data'), durable: false, guard });
  const superuser = await renameSuperuser(server.url);
  const { password } = new URL(superuser);
  await runScript(superuser, {
    POSTGRES_PASSWORD: decodeURIComponent(password),
    SHARETAB_DB_PASSWORD: PASSWORDS.sharetab,
    TEMPORAL_DB_PASSWORD: PASSWORDS.temporal,
  });
  const url: DeployedPostgres['url'] = (role, database) =>
    Object.assign(new URL(server.url), {
      username: role,
      password: role === 'sharetab_owner' ? password : PASSWORDS[role],
      pathname: `/${database}`,
    }).href;
  return {
    superuser,
    url,
    urls: (role) => ({
      users: url(role, 'sharetab_users'),
      catalog: url(role, 'sharetab_catalog'),
      orders: url(role, 'sharetab_orders'),
    }),
    stop: async () => {
      await server.stop();
      deleteFolder(folder);
      guard.dismiss();
    },
  };
}

/** The test server's superuser has the name of the product's role; the image's is `postgres`. */
async function renameSuperuser(serverUrl: string): Promise<string> {
  const { username, password } = new URL(serverUrl);
  const renamed = Object.assign(new URL(serverUrl), { username: 'postgres' }).href;
  const first = await connect(serverUrl);
  await first.query(
    `create role postgres superuser login password ${first.escapeLiteral(decodeURIComponent(password))}`,
  );
  await first.end();
  const second = await connect(renamed);
  await second.query(`alter role ${second.escapeIdentifier(username)} rename to bootstrap`);
  await second.end();
  return renamed;
}

/** Runs the script as psql does. Supports only the psql commands that the script uses, and throws on others. */
async function runScript(serverUrl: string, environment: Readonly<Record<string, string>>): Promise<void> {
  const variables = new Map<string, string>();
  let client = await connect(serverUrl);
  try {
    for (const line of linesOf(readFileSync(SCRIPT, 'utf8'))) {
      const [, command, first, second] = /^\\(\w+) (\w+)(?: (\w+))?$/.exec(line) ?? [];
      if (command === 'getenv') variables.set(first!, environment[second!]!);
      else if (command === 'connect') {
        await client.end();
        client = await connect(Object.assign(new URL(serverUrl), { pathname: `/${first}` }).href);
      } else if (line.startsWith('\\')) throw new Error(`databases.sql uses ${line}`);
      else
        await client.query(
          line.replaceAll(/:'(\w+)'/g, (_all, name: string) => client.escapeLiteral(variables.get(name)!)),
        );
    }
  } finally {
    await client.end();
  }
}

/** Splits a script into psql commands (one per line) and SQL statements, without comments. */
function linesOf(script: string): string[] {
  return script
    .replaceAll(/^--.*$/gm, '')
    .replaceAll(/^(\\.*)$/gm, '$1;')
    .split(';')
    .map((text) => text.trim())
    .filter(Boolean);
}

async function connect(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString });
  await client.connect();
  return client;
}
