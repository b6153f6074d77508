import type { DatabaseSync } from 'node:sqlite';
import type { Exchange } from './exchange.ts';
import type { FormParams, FormValue } from '../protocol/form-encoding.ts';
import type { KeptAnswer } from '../protocol/idempotency.ts';

/** One request as the log keeps it. */
export interface LoggedRequest {
  seq: number;
  id: string;
  /** ISO 8601, by the stand-in's clock. */
  at: string;
  method: string;
  path: string;
  /** `own_page`: an action on the developer's page; `none`: rejected or cut off before the key was read. */
  keyKind: 'secret' | 'publishable' | 'own_page' | 'none';
  idempotencyKey: string | null;
  apiVersion: string;
  /** Card numbers, security codes and client secrets are masked. */
  params: FormParams;
  /** The status that was sent, or that would have been sent when the connection was cut. */
  status: number;
  errorCode: string | null;
  /** The id of the object in the response. */
  objectId: string | null;
  /** The response came from its idempotency key; nothing was executed. */
  replayed: boolean;
  /** Kinds and ids of the faults that affected it. */
  faults: string[];
  faultIds: string[];
  /** From the last byte of the request to the answer, in milliseconds. */
  durationMs: number;
}

/** Every API request, oldest first, in the database. */
export interface RequestLog {
  add(exchange: Exchange, answered: KeptAnswer, milliseconds: number): void;
  /** Entries with `seq > after`, oldest first; or the newest `limit` when `latest`. */
  read(filter: {
    after?: number;
    limit?: number;
    method?: string;
    path?: string;
    latest?: boolean;
  }): LoggedRequest[];
}

/** How many requests are kept when the server starts again. */
const KEPT = 500_000;

/** Makes the table when it is missing. */
export function createRequestLog(database: DatabaseSync): RequestLog {
  database.exec(
    'CREATE TABLE IF NOT EXISTS requests (seq INTEGER PRIMARY KEY AUTOINCREMENT, method TEXT NOT NULL, path TEXT NOT NULL, entry TEXT NOT NULL)',
  );
  database.exec(`DELETE FROM requests WHERE seq <= (SELECT max(seq) FROM requests) - ${KEPT}`);
  const insert = database.prepare('INSERT INTO requests (method, path, entry) VALUES (?, ?, ?)');
  const select = (order: string): ReturnType<DatabaseSync['prepare']> =>
    database.prepare(
      `SELECT seq, entry FROM requests WHERE seq > ? AND (? = '' OR method = ?) AND (? = '' OR path GLOB ?) ORDER BY seq ${order} LIMIT ?`,
    );
  const oldest = select('ASC');
  const newest = select('DESC');
  return {
    add: (exchange, answered, milliseconds) => {
      const entry = entryOf(exchange, answered, milliseconds);
      insert.run(entry.method, entry.path, JSON.stringify(entry));
    },
    read: ({ after = 0, limit = 1000, method = '', path = '', latest = false }) =>
      (latest ? newest : oldest)
        .all(after, method, method, path, path, limit)
        .map((row) => ({ ...(JSON.parse(String(row['entry'])) as LoggedRequest), seq: Number(row['seq']) })),
  };
}

function entryOf(exchange: Exchange, answered: KeptAnswer, milliseconds: number): Omit<LoggedRequest, 'seq'> {
  const { requestId, method, path, keyKind, apiVersion, isReplayed, faults } = exchange;
  // A list has neither, and is long.
  const isObject = answered.body !== '' && !answered.body.startsWith('{"object":"list"');
  const { id, error } = (isObject ? JSON.parse(answered.body) : {}) as {
    id?: string;
    error?: { code?: string; type?: string };
  };
  return {
    id: requestId,
    at: new Date(milliseconds).toISOString(),
    method,
    path,
    keyKind,
    idempotencyKey: exchange.idempotencyKey ?? null,
    apiVersion,
    params: mask(exchange.params),
    status: answered.status,
    errorCode: error?.code ?? error?.type ?? null,
    objectId: id ?? null,
    replayed: isReplayed,
    faults: faults.map(({ kind }) => kind),
    faultIds: faults.map(({ id: faultId }) => faultId),
    durationMs: exchange.elapsed(),
  };
}

function mask(params: FormParams): FormParams {
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [key, maskValue(key, value)]));
}

function maskValue(key: string, value: FormValue): FormValue {
  if (typeof value !== 'string')
    return Array.isArray(value) ? value.map((item) => maskValue(key, item)) : mask(value);
  if (key === 'number') return `****${value.slice(-4)}`;
  if (key === 'client_secret') return value.replace(/_secret_.*/, '_secret_…');
  return key === 'cvc' ? '***' : value;
}
