/** Statements that PostgreSQL executed, from pg_stat_statements (`--profile`). */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { writeTable } from './table.ts';

/** A running count. */
export interface StatementCount {
  /**
   * Writes a Markdown file into the folder: calls, plans and the time of both per order, or what else there were, the most frequent
   * first. `plans` is near 0 for what is planned once per connection.
   */
  writeDown(folder: string, count: number, options?: { file?: string; unit?: string }): Promise<void>;
}

/** Resets the counts. The server must have pg_stat_statements loaded. */
export async function startStatementCount(serverUrl: string): Promise<StatementCount> {
  await query(serverUrl, 'create extension if not exists pg_stat_statements');
  await query(serverUrl, 'select pg_stat_statements_reset()');
  return {
    writeDown: async (folder, count, { file = 'statements.md', unit = 'order' } = {}) => {
      const rows = await query<{
        database: string;
        calls: number;
        ms: number;
        plans: number;
        planMs: number;
        query: string;
      }>(
        serverUrl,
        `select d.datname as database, s.calls::int, s.total_exec_time as ms,
           s.plans::int, s.total_plan_time as "planMs", s.query
         from pg_stat_statements s join pg_database d on d.oid = s.dbid
         where d.datname <> 'postgres' order by s.calls desc`,
      );
      const total = rows.reduce((sum, { calls }) => sum + calls, 0);
      const table = writeTable(
        [
          'statement',
          'database',
          `calls per ${unit}`,
          `ms per ${unit}`,
          `plans per ${unit}`,
          'ms of planning',
        ],
        rows
          .filter(({ calls }) => calls >= count / 4)
          .map(({ database, calls, ms, plans, planMs, query: text }) => [
            text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').slice(0, 160),
            database,
            (calls / count).toFixed(2),
            (ms / count).toFixed(3),
            (plans / count).toFixed(2),
            (planMs / count).toFixed(3),
          ]),
      );
      const head = `${(total / count).toFixed(1)} statements per ${unit}, ${count} of them`;
      writeFileSync(join(folder, file), `${head}\n\n${table}\n`);
    },
  };
}

async function query<Row extends object>(serverUrl: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
