import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';
import type { DatabaseUrls } from '../../db/databases.ts';
import { namedUrls, templateUrls } from './template-databases.ts';

/** Three migrated, empty databases for exclusive use. */
export interface TestDatabases {
  /** For openDatabases(), and as the …_DATABASE_URL of child processes. */
  readonly urls: DatabaseUrls;
  /** Deletes them and closes all connections to them. The end of the test run deletes them in any case. */
  drop(): Promise<void>;
}

const databaseName = (url: string) => new URL(url).pathname.slice(1);

/** Creates three databases for one test file, in a tenth of a second. Tests within the file share or empty them. */
export async function createTestDatabases(): Promise<TestDatabases> {
  const server = inject('postgresUrl');
  const templates = templateUrls(server);
  const urls = namedUrls(server, randomBytes(6).toString('hex'));
  const databases = (['users', 'catalog', 'orders'] as const).map((key) => ({
    name: databaseName(urls[key]),
    template: databaseName(templates[key]),
  }));
  const onServer = async (statements: readonly string[]) => {
    const client = new Client({ connectionString: server });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await onServer(
    databases.map(({ name, template }) => `create database ${name} template ${template} strategy file_copy`),
  );
  return {
    urls,
    drop: () => onServer(databases.map(({ name }) => `drop database if exists ${name} with (force)`)),
  };
}
