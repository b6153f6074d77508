/**
 * better-auth turns a database failure into an internal error, into a refusal ("failed to create user"), or even into a
 * success: it signs out, and mails, as well as it can. This module keeps the database's own error per call. A call that
 * met one has failed, so clients get "unavailable" and repeat it.
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import { isDatabaseAway } from '../../../db/database-away.ts';

const calls = new AsyncLocalStorage<{ met?: unknown }>();

/** Wraps the adapter, or any part of it, so that its methods record when the database is unavailable. */
export function noteTrouble<A extends object>(adapter: A): A {
  const noting = Object.entries(adapter).map(([name, member]: [string, unknown]) => {
    if (typeof member !== 'function') return [name, member];
    return [name, async (...args: unknown[]) => note(() => member.apply(adapter, args) as unknown)];
  });
  return { ...adapter, ...(Object.fromEntries(noting) as object) };
}

async function note<T>(ask: () => T): Promise<Awaited<T>> {
  try {
    return await ask();
  } catch (error) {
    const call = calls.getStore();
    if (call && isDatabaseAway(error)) call.met = error;
    throw error;
  }
}

/** Runs a call of better-auth. Throws the database's own error if the call met one, whatever its result is. */
export async function tellingTrouble<T>(call: () => Promise<T>): Promise<T> {
  const trouble: { met?: unknown } = {};
  try {
    const result = await calls.run(trouble, call);
    if (trouble.met === undefined) return result;
  } catch (error) {
    throw trouble.met ?? error;
  }
  throw trouble.met;
}
