/** How long a database may take before it counts as away, and how a connection that takes longer is given up. */

import type { Client, Pool, PoolClient } from 'pg';

/** In milliseconds. */
export interface Patience {
  /** For a connection: until one of the pool is free, or a new one is made. */
  readonly connectMs: number;
  /** For a statement: then the server ends it. */
  readonly statementMs: number;
}

/** Somebody waits at the other end: a connection and a statement together take less than five seconds. */
export const CALLER_PATIENCE: Patience = { connectMs: 1_750, statementMs: 2_500 };

/** Whoever works for nobody in particular, and tries again. */
export const WORKER_PATIENCE: Patience = { connectMs: 5_000, statementMs: 10_000 };

/** A server that should have ended a statement by now is frozen, or the network swallows what it says. */
const GRACE_MS = 500;

/** The settings of every session: a lost process never keeps a lock, and no statement outlasts who waits for it. */
export function sessionOptions({ statementMs }: Patience): string {
  return (
    `-c transaction_timeout=10s -c idle_in_transaction_session_timeout=5s -c statement_timeout=${statementMs} ` +
    // Every statement is short: compiling one takes longer than running it.
    '-c jit=off'
  );
}

/** Rejects as `query` does, and cuts the connection when the server says nothing: what waits in it fails at once. */
export async function withPatience<T>(client: Client, statementMs: number, query: Promise<T>): Promise<T> {
  const giveUp = () => {
    const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection;
    stream.destroy();
  };
  let isOver = false;
  const timer = setTimeout(() => {
    // A busy process looks at its clock before it reads what came meanwhile.
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
 * Has the pool let go of a connection that breaks in somebody's hands. Who holds one in a transaction does not give it
 * back when its begin or rollback fails: after a restart of the server or two the pool would be empty for ever.
 */
export function letGoOfBroken(pool: Pool): void {
  const onEnds = new WeakMap<PoolClient, () => void>();
  pool.on('acquire', (client) => {
    const onEnd = () => {
      const { release } = client;
      // Whoever gives it back after all is too late.
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
