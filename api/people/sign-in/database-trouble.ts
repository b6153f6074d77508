/**
 * better-auth reports a database failure as an internal error. This module keeps the database's own error per call, so
 * that clients get "unavailable" instead of an internal error.
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

/** Runs a call of better-auth. Throws the database's own error if `hasFailed` says that the call failed. */
export async function tellingTrouble<T>(
  call: () => Promise<T>,
  hasFailed: (result: T) => boolean = () => false,
): Promise<T> {
  const trouble: { met?: unknown } = {};
  try {
    const result = await calls.run(trouble, call);
    if (trouble.met === undefined || !hasFailed(result)) return result;
  } catch (error) {
    throw trouble.met ?? error;
  }
  throw trouble.met;
}
