/**
 * Rate limits on orders, payments and tabs per address and per person; accounts have separate limits (account-limits.ts).
 * Counts are in this process's memory. N processes allow N times as much, which is still far too slow for card testing;
 * in return an order takes no extra write, and limits work without a database.
 */

import { createHash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { tooManyRequests } from './api-error.ts';
import type { Client } from './client-address.ts';
import { FailureLimiter } from './failure-limiter.ts';

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
  /** Codes of spots that were wrong; the person is everybody, too. */
  spotCode: { perAddress: 30, perPerson: 300, seconds: 60 },
  /** Requests to be let into a tab; and those to one tab, which is the person here. */
  knock: { perAddress: 30, perPerson: 10, seconds: 60 },
  knockAtTab: { perAddress: 1_000, perPerson: 60, seconds: 600 },
  savedCards: { perAddress: 240, perPerson: 60, seconds: 60 },
} as const satisfies Record<string, Limit>;
export type LimitName = keyof typeof DEFAULT_LIMITS;
export type Limits = Readonly<Record<LimitName, Limit>>;

/** Limits on what fails: any number may succeed, from one network at once, too. */
type FailureLimitName = 'tabCode' | 'spotCode';

export interface RateLimits {
  /** Counts an attempt. Throws too_many_requests with the time to wait when a limit is exceeded. */
  consume(name: Exclude<LimitName, FailureLimitName>, who: Who): Promise<void>;
  /** Runs an attempt, which counts only if `isFailure` says so of its error. Throws too_many_requests before it runs. */
  countFailures<T>(
    name: FailureLimitName,
    who: Who,
    attempt: () => Promise<T>,
    isFailure: (error: unknown) => boolean,
  ): Promise<T>;
}

interface Who {
  readonly client: Client;
  readonly person: string | undefined;
}

/** Requests from this machine have no limit by address: on a laptop every client is 127.0.0.1. */
export function createRateLimits(limits: Limits): RateLimits {
  const each = <Limiter>(make: (limit: { points: number; duration: number }) => Limiter) =>
    Object.fromEntries(
      Object.entries(limits).map(([name, { perAddress, perPerson, seconds: duration }]) => [
        name,
        { address: make({ points: perAddress, duration }), person: make({ points: perPerson, duration }) },
      ]),
    ) as Record<LimitName, { address: Limiter; person: Limiter }>;
  const attempts = each((limit) => new RateLimiterMemory(limit));
  const failures = each((limit) => new FailureLimiter(limit));
  return {
    consume: async (name, { client, person }) => {
      try {
        if (!client.isThisMachine) await attempts[name].address.consume(hash(client.network));
        if (person !== undefined) await attempts[name].person.consume(hash(person));
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        throw tooManyRequests(refusal.msBeforeNext);
      }
    },
    countFailures: (name, { client, person }, attempt, isFailure) => {
      const { address, person: ofPerson } = failures[name];
      const within = <T>(limiter: FailureLimiter, key: string, work: () => Promise<T>) =>
        limiter.run(hash(key), work, isFailure);
      const forPerson = () => (person === undefined ? attempt() : within(ofPerson, person, attempt));
      return client.isThisMachine ? forPerson() : within(address, client.network, forPerson);
    },
  };
}

function hash(value: string): string {
  return createHash('sha256').update(value).digest('base64url');
}
