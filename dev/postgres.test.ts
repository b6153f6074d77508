import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryPostgresFolder } from './postgres-binaries.ts';
import { startPostgres, type PostgresServer } from './postgres.ts';
import { deleteFolder, isSameProcess } from './processes.ts';

let folder: string;
let dataDir: string;

beforeEach(() => {
  folder = temporaryPostgresFolder();
  dataDir = join(folder, 'data');
});

afterEach(() => deleteFolder(folder));

async function query(server: PostgresServer, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  try {
    return (await client.query(statement)).rows as unknown[];
  } finally {
    await client.end();
  }
}

test('keeps what was written over a stop and a start', async () => {
  const first = await startPostgres({ dataDir });
  await query(first, 'create table notes as select 1 as note');
  await first.stop();
  expect(first.process.end()).toEqual({ code: 0, signal: null });
  const second = await startPostgres({ dataDir });
  expect(await query(second, 'select note from notes')).toEqual([{ note: 1 }]);
  await second.stop();
});

test('recovers after the server was killed, although its pid file is still there', async () => {
  const killed = await startPostgres({ dataDir });
  await query(killed, 'create table notes as select 2 as note');
  process.kill(killed.mark.pid, 'SIGKILL');
  await killed.process.ended;
  expect(existsSync(join(dataDir, 'postmaster.pid'))).toBe(true);
  const server = await startPostgres({ dataDir });
  expect(await query(server, 'select note from notes')).toEqual([{ note: 2 }]);
  await server.stop();
});

test('waits for what a killed server left running', async () => {
  const killed = await startPostgres({ dataDir });
  const [part] = await query(killed, `select pid from pg_stat_activity where backend_type = 'checkpointer'`);
  const { pid } = part as { pid: number };
  process.kill(pid, 'SIGSTOP');
  process.kill(killed.mark.pid, 'SIGKILL');
  await killed.process.ended;
  const starting = startPostgres({ dataDir });
  setTimeout(() => process.kill(pid, 'SIGCONT'), 1_500);
  const server = await starting;
  expect(await query(server, 'select 3 as note')).toEqual([{ note: 3 }]);
  await server.stop();
});

test('ends a server that a killed starter left running on the same folder', async () => {
  const leftOver = await startPostgres({ dataDir });
  const server = await startPostgres({ dataDir });
  expect(isSameProcess(leftOver.mark)).toBe(false);
  expect(await query(server, 'select 3 as note')).toEqual([{ note: 3 }]);
  await server.stop();
});

test('refuses visitors without the password', async () => {
  const server = await startPostgres({ dataDir, durable: false });
  const stranger = new Client({ connectionString: server.url.replace(/:[0-9a-f]{32}@/, ':guess@') });
  await expect(stranger.connect()).rejects.toThrow(/password authentication failed/);
  await server.stop();
});

test('says so when the data are of another version', async () => {
  const server = await startPostgres({ dataDir, durable: false });
  await server.stop();
  writeFileSync(join(dataDir, 'PG_VERSION'), '17\n');
  await expect(startPostgres({ dataDir })).rejects.toThrow(/are of PostgreSQL 17, not 18/);
});
