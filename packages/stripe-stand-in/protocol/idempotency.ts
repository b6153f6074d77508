import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { StripeError } from './errors.ts';

/** A response stored for its key. */
export interface KeptAnswer {
  status: number;
  body: string;
  requestId: string;
}

/** Idempotency as https://docs.stripe.com/api/idempotent_requests has it: keys live 24 hours. */
export interface Idempotency {
  /**
   * Claims the key while its request is under way. Returns the kept response when there is one. Throws
   * 409 when another request with the key is under way, 400 when it was first used for something else.
   */
  claim(key: string, request: RequestFingerprint, now: number): KeptAnswer | undefined;
  /** Stores the response, in the transaction of its effects. */
  keep(key: string, request: RequestFingerprint, answer: KeptAnswer, now: number): void;
  /** The request is over. */
  release(key: string): void;
}

/** The identity of a request. */
export interface RequestFingerprint {
  path: string;
  /** Of method, path and parameters. */
  hash: string;
}

const LIFETIME_SECONDS = 24 * 3600;

/** Method, path and body as they were sent; the order of parameters does not matter. */
export function fingerprint(method: string, path: string, body: string): RequestFingerprint {
  const sorted = body.split('&').toSorted().join('&');
  return { path, hash: createHash('sha256').update(`${method} ${path}\n${sorted}`).digest('base64') };
}

/** Makes the table when it is missing. */
export function createIdempotency(database: DatabaseSync): Idempotency {
  database.exec(`CREATE TABLE IF NOT EXISTS idempotency_keys (
      id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, path TEXT NOT NULL, hash TEXT NOT NULL, status INTEGER NOT NULL,
      body TEXT NOT NULL, request TEXT NOT NULL, created INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS idempotency_keys_created ON idempotency_keys (created)`);
  const find = database.prepare(
    'SELECT path, hash, status, body, request FROM idempotency_keys WHERE key = ? AND created > ?',
  );
  const write = database.prepare(
    'INSERT OR REPLACE INTO idempotency_keys (key, path, hash, status, body, request, created) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const prune = database.prepare('DELETE FROM idempotency_keys WHERE created <= ?');
  const underWay = new Map<string, RequestFingerprint>();
  let writes = 0;
  return {
    claim: (key, request, now) => {
      if (key.length > 255) {
        throw refusal(
          400,
          `The idempotency key '${key.slice(0, 20)}…' is too long. Idempotency keys can be up to 255 characters.`,
        );
      }
      const running = underWay.get(key);
      if (running) {
        throw refusal(
          409,
          `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
          'idempotency_key_in_use',
        );
      }
      const row = find.get(key, now - LIFETIME_SECONDS);
      if (!row) {
        underWay.set(key, request);
        return undefined;
      }
      if (row['path'] !== request.path) {
        throw refusal(
          400,
          `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${String(row['path'])}'). Try using a key other than '${key}' if you meant to execute a different request.`,
        );
      }
      if (row['hash'] !== request.hash) {
        throw refusal(
          400,
          `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
        );
      }
      return { status: Number(row['status']), body: String(row['body']), requestId: String(row['request']) };
    },
    keep: (key, request, answer, now) => {
      write.run(key, request.path, request.hash, answer.status, answer.body, answer.requestId, now);
      writes += 1;
      if (writes % 1000 === 0) prune.run(now - LIFETIME_SECONDS);
    },
    release: (key) => {
      underWay.delete(key);
    },
  };
}

function refusal(status: number, message: string, code?: string): StripeError {
  const error = new StripeError(status, {
    type: 'idempotency_error',
    message,
    ...(code === undefined ? {} : { code }),
  });
  error.beforeExecution = true;
  if (status === 409) error.headers['Stripe-Should-Retry'] = 'true';
  return error;
}
