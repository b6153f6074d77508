/**
 * Rate limits on orders, payments and tabs per address and per person; accounts have separate limits (account-limits.ts).
 * Counts are in this process's memory. N processes allow N times as much, which is still far too slow for card testing;
 * in return an order takes no extra write, and limits work without a database.
 */

import { createHash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ApiError } from './api-error.ts';
import type { Client } from './client-address.ts';

/** Points per period in seconds, for an address and for a person (or the account that is tried). */
export interface Limit {
  readonly perAddress: number;
  readonly perPerson: number;
  readonly seconds: number;
}

/** The limits and their defaults. */
export const DEFAULT_LIMITS = {
  order: { perAddress: 120, perPerson: 30, seconds: 60 },
  pay: { perAddress: 120, perPerson: 20, seconds: 60 },
  /** New sockets, and requests on sockets. */
  socket: { perAddress: 600, perPerson: 600, seconds: 60 },
  socketRequest: { perAddress: 6_000, perPerson: 1_200, seconds: 60 },
  /** New tabs. */
  tab: { perAddress: 60, perPerson: 20, seconds: 60 },
  /** Codes of tabs that were wrong; here the person is everybody, so that many networks together guess none either. */
  tabCode: { perAddress: 15, perPerson: 120, seconds: 60 },
  /** Links to tabs, right or wrong: their secrets are too long to be guessed. */
  tabLink: { perAddress: 600, perPerson: 600, seconds: 60 },
  savedCards: { perAddress: 240, perPerson: 60, seconds: 60 },
} as const satisfies Record<string, Limit>;
export type LimitName = keyof typeof DEFAULT_LIMITS;
export type Limits = Readonly<Record<LimitName, Limit>>;

export interface RateLimits {
  /** Counts an attempt. Throws too_many_requests with the time to wait when a limit is exceeded. */
  consume(name: LimitName, who: Who): Promise<void>;
  /** Takes an attempt back: it was none of those that the limit is for. */
  giveBack(name: LimitName, who: Who): Promise<void>;
}

interface Who {
  readonly client: Client;
  readonly person: string | undefined;
}

/** Requests from this machine have no limit by address: on a laptop every client is 127.0.0.1. */
export function createRateLimits(limits: Limits): RateLimits {
  const limiters = Object.entries(limits).map(([name, limit]) => [
    name,
    {
      address: new RateLimiterMemory({ points: limit.perAddress, duration: limit.seconds }),
      person: new RateLimiterMemory({ points: limit.perPerson, duration: limit.seconds }),
    },
  ]);
  const byName = Object.fromEntries(limiters) as Record<
    LimitName,
    { address: RateLimiterMemory; person: RateLimiterMemory }
  >;
  return {
    consume: async (name, { client, person }) => {
      try {
        if (!client.isThisMachine) await byName[name].address.consume(hash(client.network));
        if (person !== undefined) await byName[name].person.consume(hash(person));
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        throw tooManyRequests(refusal.msBeforeNext);
      }
    },
    giveBack: async (name, { client, person }) => {
      if (!client.isThisMachine) await byName[name].address.reward(hash(client.network));
      if (person !== undefined) await byName[name].person.reward(hash(person));
    },
  };
}

/** 429: too many attempts; the caller may try again in `waitMs`. */
export function tooManyRequests(waitMs: number): ApiError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new ApiError(
    'too_many_requests',
    `That was tried too often. Please wait ${waitWords(seconds)} and try again.`,
    { retryAfterSeconds: seconds },
    seconds,
  );
}

function waitWords(seconds: number): string {
  return seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}

function hash(value: string): string {
  return createHash('sha256').update(value).digest('base64url');
}
