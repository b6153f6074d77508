/**
 * How often one address or one person may order and pay; accounts have limits of their own (account-limits.ts).
 * Counted in this process's memory: a limit slows card testing down, and N processes that each allow as much are still
 * far too slow for it; in return ordering pays no extra write, and limits work while a database is away.
 */

import { createHash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ApiError } from './api-error.ts';
import type { Client } from './client-address.ts';

/** Points per seconds, for an address and for a person (or the account that is tried). */
export interface Limit {
  readonly perAddress: number;
  readonly perPerson: number;
  readonly seconds: number;
}

/** What is limited, and how much by default. */
export const DEFAULT_LIMITS = {
  order: { perAddress: 120, perPerson: 30, seconds: 60 },
  pay: { perAddress: 120, perPerson: 20, seconds: 60 },
  /** New sockets, and what is asked by sockets. */
  socket: { perAddress: 600, perPerson: 600, seconds: 60 },
  socketRequest: { perAddress: 6_000, perPerson: 1_200, seconds: 60 },
  savedCards: { perAddress: 240, perPerson: 60, seconds: 60 },
} as const satisfies Record<string, Limit>;
export type LimitName = keyof typeof DEFAULT_LIMITS;
export type Limits = Readonly<Record<LimitName, Limit>>;

export interface RateLimits {
  /** Counts one try. Throws too_many_requests when there were too many, saying when to come back. */
  consume(name: LimitName, who: { client: Client; person: string | undefined }): Promise<void>;
}

/** A request of this machine is not limited by address: on a laptop everybody is 127.0.0.1. */
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
  };
}

/** 429: it was tried too often, and may be tried again in `waitMs`. */
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
