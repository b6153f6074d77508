/**
 * Passwords are hashed in threads of their own, as many as half the cores, and only so many requests may wait for one.
 * Node's own scrypt would run in libuv's four threads, which files, compression and name look-ups wait for too.
 */

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { ApiError } from '../../http/api-error.ts';
import type { Client } from '../../http/client-address.ts';

const THREADS = Math.max(1, Math.floor(availableParallelism() / 2));
/** About a second of work. Who comes later is told at once to come again, which takes no work at all. */
const PLACES = 12 * THREADS;
/** One network takes half of the places at most, so that somebody else always finds one. */
const PLACES_PER_NETWORK = PLACES / 2;
const RETRY_AFTER_SECONDS = 2;

export interface PasswordHashing {
  /**
   * Does work that hashes passwords. Throws `try_again` before anything is done when too many others are at it; and
   * when too many of the same network are, but for this machine, on which everybody has the same.
   */
  inTurn<T>(client: Client, work: () => Promise<T>): Promise<T>;
  /** `<salt>:<key>`, both in hexadecimal digits. */
  hash(password: string): Promise<string>;
  /** Whether a hash is that of the password. */
  verify(given: { hash: string; password: string }): Promise<boolean>;
  close(): Promise<void>;
}

/** Starts no thread before the first password; an idle one ends after a while. */
export function createPasswordHashing(): PasswordHashing {
  const threads = new Piscina<{ password: string; salt: string }, string>({
    filename: fileURLToPath(new URL('./scrypt-worker.ts', import.meta.url)),
    name: 'scrypt',
    minThreads: 0,
    maxThreads: THREADS,
    idleTimeout: 60_000,
    maxQueue: PLACES,
    // Passwords come by message: nothing of our settings has any business there.
    env: {},
  });
  const places = new Map<string, number>();
  let taken = 0;

  return {
    inTurn: async (client, work) => {
      const { network } = client;
      const ofNetwork = places.get(network) ?? 0;
      if (taken >= PLACES || (!client.isThisMachine && ofNetwork >= PLACES_PER_NETWORK)) throw tooMany();
      taken += 1;
      places.set(network, ofNetwork + 1);
      try {
        return await work();
      } finally {
        taken -= 1;
        const left = places.get(network)! - 1;
        if (left > 0) places.set(network, left);
        else places.delete(network);
      }
    },
    hash: async (password) => {
      const salt = randomBytes(16).toString('hex');
      return `${salt}:${await threads.run({ password, salt })}`;
    },
    verify: async ({ hash, password }) => {
      const [salt, key] = hash.split(':');
      if (!salt || !key) throw new Error('This is not the hash of a password');
      const [expected, actual] = [Buffer.from(key), Buffer.from(await threads.run({ password, salt }))];
      return expected.length === actual.length && timingSafeEqual(expected, actual);
    },
    close: () => threads.destroy(),
  };
}

function tooMany(): ApiError {
  return new ApiError(
    'try_again',
    'Many people sign in at this moment. Please try again in a few seconds.',
    undefined,
    RETRY_AFTER_SECONDS,
  );
}
