/**
 * Keeps session tokens out of the database. better-auth stores them in clear, so its adapter is wrapped and sees only
 * their SHA-256. A plain hash is enough: tokens are 32 random characters and cannot be guessed.
 */

import { createHash } from 'node:crypto';
import type { BetterAuthOptions } from 'better-auth';
import { getAdapter } from 'better-auth/db/adapter';
import type { Pool } from 'pg';

type Adapter = Awaited<ReturnType<typeof getAdapter>>;
type Where = NonNullable<Parameters<Adapter['findMany']>[0]['where']>;
type Row = Record<string, unknown>;

/** Hashes a session token for storage. */
export function hashSessionToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/** Returns better-auth's PostgreSQL adapter on `pool`, which hashes session tokens before it stores them. */
export async function createHashedSessionAdapter(pool: Pool, options: BetterAuthOptions): Promise<Adapter> {
  return hashTokens(await getAdapter({ ...options, database: pool }));
}

function hashTokens<A extends Omit<Adapter, 'transaction'>>(adapter: A): A {
  const isSession = (model: string) => model === 'session';
  const wrapped: Partial<Adapter> = {
    create: async (input) => {
      if (!isSession(input.model)) return adapter.create(input);
      const data = input.data as Row;
      const row = await adapter.create<Row, Row>({
        ...input,
        data: { ...data, token: hashSessionToken(String(data['token'])) },
      });
      return { ...row, token: data['token'] } as never;
    },
    findOne: async (input) => revive(await adapter.findOne<Row>(hashed(input)), input) as never,
    findMany: async (input) => {
      const rows = await adapter.findMany<Row>(hashed(input));
      return rows.map((row) => revive(row, input)) as never;
    },
    update: async (input) => revive(await adapter.update<Row>(hashed(input)), input) as never,
    updateMany: (input) => adapter.updateMany(hashed(input)),
    delete: (input) => adapter.delete(hashed(input)),
    deleteMany: (input) => adapter.deleteMany(hashed(input)),
    count: (input) => adapter.count(hashed(input)),
    consumeOne: (input) => adapter.consumeOne(hashed(input)),
  };
  if ('transaction' in adapter) {
    const { transaction } = adapter as unknown as Adapter;
    wrapped.transaction = (callback) => transaction((inner) => callback(hashTokens(inner)));
  }
  return { ...adapter, ...wrapped };

  function hashed<I extends { model: string; where?: Where | undefined }>(input: I): I {
    if (!isSession(input.model) || !input.where) return input;
    return { ...input, where: input.where.map(hashCondition) };
  }
}

function hashCondition(condition: Where[number]): Where[number] {
  if (condition.field !== 'token') return condition;
  const { value } = condition;
  if (Array.isArray(value))
    return { ...condition, value: value.map((token) => hashSessionToken(String(token))) };
  return { ...condition, value: hashSessionToken(String(value)) };
}

/** Puts the token of the lookup back into a found session. Without one, the hash stays, which grants no access. */
function revive(row: Row | null, input: { model: string; where?: Where | undefined }): Row | null {
  if (!row || input.model !== 'session' || typeof row['token'] !== 'string') return row;
  const asked = (input.where ?? [])
    .filter((condition) => condition.field === 'token')
    .flatMap(({ value }) => (Array.isArray(value) ? value.map(String) : [String(value)]));
  const token = asked.find((candidate) => hashSessionToken(candidate) === row['token']);
  return token === undefined ? row : { ...row, token };
}
