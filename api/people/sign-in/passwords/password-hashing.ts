/**
 * Hashes passwords in a pool of threads, half as many as cores, with a bounded queue. Node's own scrypt would block
 * libuv's four threads, which files, compression and DNS lookups need too.
 */

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { ApiError } from '../../../http/api-error.ts';
import type { Client } from '../../../http/client-address.ts';

const THREADS = Math.max(1, Math.floor(availableParallelism() / 2));
/** About a second of work. Beyond it, requests are refused immediately and at no cost. */
const PLACES = 12 * THREADS;
/** One network may take at most half of the queue, so that others always find a place. */
const PLACES_PER_NETWORK = PLACES / 2;
const RETRY_AFTER_SECONDS = 2;

export interface PasswordHashing {
  /**
   * Runs work that hashes passwords. Throws `try_again` before it starts if the queue is full, or if the network has
   * its share of it. The loopback address has no such share, since everybody on a laptop has it.
   */
  inTurn<T>(client: Client, work: () => Promise<T>): Promise<T>;
  /** `<salt>:<key>`, both in hexadecimal. */
  hash(password: string): Promise<string>;
  /** Returns whether the hash matches the password. */
  verify(given: { hash: string; password: string }): Promise<boolean>;
  close(): Promise<void>;
}

/** Starts threads on demand; an idle thread ends after a while. */
export function createPasswordHashing(): PasswordHashing {
  const threads = new Piscina<{ password: string; salt: string }, string>({
    filename: fileURLToPath(new URL('./scrypt-worker.ts', import.meta.url)),
    name: 'scrypt',
    minThreads: 0,
    maxThreads: THREADS,
    idleTimeout: 60_000,
    maxQueue: PLACES,
    // Passwords arrive by message. The thread gets no environment or settings.
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
