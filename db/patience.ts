/** How long a database may take before it counts as away, and how a slow connection is given up. */

import type { Client, Pool, PoolClient } from 'pg';

/** In milliseconds. */
export interface Patience {
  /** For a connection: until the pool has a free one or makes a new one. */
  readonly connectMs: number;
  /** For a statement: then the server cancels it. */
  readonly statementMs: number;
  /** For a transaction: then the server ends its session. Ten seconds if absent. */
  readonly transactionMs?: number;
}

/** For requests, where a client waits: connection and statement together take less than five seconds. */
export const CALLER_PATIENCE: Patience = { connectMs: 1_750, statementMs: 2_500 };

/** For background work, which retries. */
export const WORKER_PATIENCE: Patience = { connectMs: 5_000, statementMs: 10_000 };

/** For migrations: a database's are one transaction, which may change large tables on a busy machine. */
export const MIGRATION_PATIENCE: Patience = { connectMs: 5_000, statementMs: 60_000, transactionMs: 300_000 };

/** A server that has not canceled an overdue statement is frozen, or the network drops its packets. */
const GRACE_MS = 500;

/** Returns the settings of every session: a dead process never keeps a lock, and no statement outlasts its caller. */
export function sessionOptions({ statementMs, transactionMs = 10_000 }: Patience): string {
  return (
    `-c transaction_timeout=${transactionMs} -c idle_in_transaction_session_timeout=5s -c statement_timeout=${statementMs} ` +
    // Every statement is short: JIT compilation takes longer than running it.
    '-c jit=off'
  );
}

/**
 * Rejects as `query` does, and closes the connection when the server doesn't respond: its pending queries fail at once.
 */
export async function withPatience<T>(client: Client, statementMs: number, query: Promise<T>): Promise<T> {
  const giveUp = () => {
    const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection;
    stream.destroy();
  };
  let isOver = false;
  const timer = setTimeout(() => {
    // A busy process may see the timeout before it reads an answer that has already arrived.
    setImmediate(() => {
      if (!isOver) giveUp();
    });
  }, statementMs + GRACE_MS);
  try {
    return await query;
  } finally {
    isOver = true;
    clearTimeout(timer);
  }
}

/**
 * Removes from the pool a connection that breaks while it is in use. A transaction whose begin or rollback fails
 * doesn't release its connection: after a few restarts of the server the pool would stay exhausted.
 */
export function letGoOfBroken(pool: Pool): void {
  const onEnds = new WeakMap<PoolClient, () => void>();
  pool.on('acquire', (client) => {
    const onEnd = () => {
      const { release } = client;
      // A later release does nothing.
      client.release = () => undefined;
      release.call(client, true);
    };
    onEnds.set(client, onEnd);
    client.once('end', onEnd);
  });
  pool.on('release', (_error, client) => {
    const onEnd = onEnds.get(client);
    if (onEnd) client.off('end', onEnd);
  });
}
