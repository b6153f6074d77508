/**
 * How often somebody may fail to sign in, sign up or ask for a mail. Counted in the users database, by all processes
 * together, and never by the account alone: a stranger in another network, or on another device than the owner's own,
 * uses up nothing of hers.
 */

import { createHmac } from 'node:crypto';
import type { Pool } from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { Client } from '../http/client-address.ts';
import { tooManyRequests } from '../http/rate-limits.ts';

export interface AccountLimit {
  /** Of one network, on whatever accounts. */
  readonly perNetwork: number;
  /** Of one network on one account; and of a known device. */
  readonly perAccount: number;
  /** Of everybody on one account, but for its known devices: against guessing from many networks at once. */
  readonly perAccountOfAll: number;
  readonly seconds: number;
}

const HOUR_SECONDS = 60 * 60;

/** What is limited, and how much by default. Of signing in only failures count. */
export const ACCOUNT_LIMITS = {
  signIn: { perNetwork: 60, perAccount: 10, perAccountOfAll: 200, seconds: HOUR_SECONDS / 4 },
  signUp: { perNetwork: 30, perAccount: 5, perAccountOfAll: 1_000, seconds: HOUR_SECONDS },
  resetPassword: { perNetwork: 20, perAccount: 5, perAccountOfAll: 1_000, seconds: HOUR_SECONDS },
  useResetLink: { perNetwork: 60, perAccount: 10, perAccountOfAll: 60, seconds: HOUR_SECONDS },
  verificationMail: { perNetwork: 20, perAccount: 5, perAccountOfAll: 1_000, seconds: HOUR_SECONDS },
} as const satisfies Record<string, AccountLimit>;
export type AccountLimitName = keyof typeof ACCOUNT_LIMITS;

/** Who tries, and on which account: its mail address, or what else it is known by. */
export interface Trying {
  readonly client: Client;
  readonly account: string;
  /** The id of a device that was signed in to this account before. */
  readonly knownDevice?: string | undefined;
}

/** A try that has been counted before it was made, so that a hundred at once are a hundred. */
export interface CountedTry {
  /** It was no failure, or none of theirs: it does not count. */
  takeBack(): Promise<void>;
}

export interface AccountLimits {
  /** Counts a try. Throws too_many_requests when there were too many, saying when to come back. */
  count(name: AccountLimitName, who: Trying): Promise<CountedTry>;
  /** Whether one more mail of this type may go to somebody's mailbox, whoever asked for it; counts it. */
  mayMail(type: string, recipient: string): Promise<boolean>;
}

/** One mailbox gets no more of one type of mail. The links in them are good for as long, so the newest ones work. */
const MAILS_PER_HOUR = 10;

/** Counts in `pool`'s table `attempts`, which a job of the workers sweeps; `key` keeps addresses out of it. */
export function createAccountLimits(options: { pool: Pool; key: string }): AccountLimits {
  const hash = (...parts: readonly string[]) =>
    createHmac('sha256', options.key).update(JSON.stringify(parts)).digest('base64url');
  const limiter = (keyPrefix: string, points: number, duration: number) =>
    new RateLimiterPostgres({
      storeClient: options.pool,
      storeType: 'pool',
      tableName: 'attempts',
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix,
      points,
      duration,
    });
  const limiters = Object.fromEntries(
    Object.entries(ACCOUNT_LIMITS).map(([name, limit]) => [
      name,
      {
        network: limiter(`${name}:network`, limit.perNetwork, limit.seconds),
        account: limiter(`${name}:account`, limit.perAccount, limit.seconds),
        all: limiter(`${name}:all`, limit.perAccountOfAll, limit.seconds),
      },
    ]),
  ) as Record<AccountLimitName, Record<'network' | 'account' | 'all', RateLimiterPostgres>>;
  const mails = limiter('mail', MAILS_PER_HOUR, HOUR_SECONDS);

  return {
    count: async (name, { client, account, knownDevice }) => {
      const { network, account: ofOne, all } = limiters[name];
      const counted: [RateLimiterPostgres, string][] =
        knownDevice === undefined
          ? [
              ...(client.isThisMachine
                ? []
                : [[network, hash(client.network)] as [RateLimiterPostgres, string]]),
              [ofOne, hash(account, client.network)],
              [all, hash(account)],
            ]
          : [[ofOne, hash(account, 'device', knownDevice)]];
      const taken: typeof counted = [];
      const takeBack = async () => {
        await Promise.all(taken.map(([bucket, key]) => bucket.reward(key)));
      };
      try {
        for (const [bucket, key] of counted) {
          taken.push([bucket, key]);
          await bucket.consume(key);
        }
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        // Who was not let in did not fail: many at once would lock an account whose owner knows its password.
        await takeBack();
        throw tooManyRequests(refusal.msBeforeNext);
      }
      return { takeBack };
    },
    mayMail: async (type, recipient) => {
      try {
        await mails.consume(hash(type, recipient));
        return true;
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        return false;
      }
    },
  };
}
