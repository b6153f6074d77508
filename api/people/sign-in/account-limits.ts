/**
 * Limits on failed sign-ins, sign-ups and requested mails. All processes count together in the users database. An
 * account is never limited by itself alone: attempts from another network or an unknown device do not lock its owner
 * out.
 */

import { createHmac } from 'node:crypto';
import type { Pool } from 'pg';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { tooManyRequests } from '../../http/api-error.ts';
import type { Client } from '../../http/client-address.ts';

export interface AccountLimit {
  /** Per network, over all accounts. */
  readonly perNetwork: number;
  /** Per network and account, and per known device. */
  readonly perAccount: number;
  /** Per account over all networks, without its known devices. It stops distributed guessing. */
  readonly perAccountOfAll: number;
  readonly seconds: number;
}

const HOUR_SECONDS = 60 * 60;

/** The limits and their defaults. Sign-in counts failures only. */
export const ACCOUNT_LIMITS = {
  signIn: { perNetwork: 60, perAccount: 10, perAccountOfAll: 200, seconds: HOUR_SECONDS / 4 },
  signUp: { perNetwork: 30, perAccount: 5, perAccountOfAll: 1_000, seconds: HOUR_SECONDS },
  resetPassword: { perNetwork: 20, perAccount: 5, perAccountOfAll: 1_000, seconds: HOUR_SECONDS },
  useResetLink: { perNetwork: 60, perAccount: 10, perAccountOfAll: 60, seconds: HOUR_SECONDS },
  verificationMail: { perNetwork: 20, perAccount: 5, perAccountOfAll: 1_000, seconds: HOUR_SECONDS },
} as const satisfies Record<string, AccountLimit>;
export type AccountLimitName = keyof typeof ACCOUNT_LIMITS;

/** The client and the account that it tries: a mail address or another identifier. */
export interface Trying {
  readonly client: Client;
  readonly account: string;
  /** The id of a device that has signed in to this account before. */
  readonly knownDevice?: string | undefined;
}

/** An attempt, counted before it runs so that concurrent attempts cannot slip past the limit. */
export interface CountedTry {
  /** Uncounts the attempt: it did not fail, or the failure was not the client's fault. */
  takeBack(): Promise<void>;
}

export interface AccountLimits {
  /** Counts an attempt. Throws too_many_requests with the time to wait when a limit is exceeded. */
  count(name: AccountLimitName, who: Trying): Promise<CountedTry>;
  /** Counts one more mail of this type to a mailbox. Returns whether it may be sent, regardless of who asked for it. */
  mayMail(type: string, recipient: string): Promise<boolean>;
}

/** Limit per mailbox and mail type. Links are valid for as long as this period, so the newest ones always work. */
const MAILS_PER_HOUR = 10;

/**
 * Stores the counts in the table `attempts` of `pool`, which a worker's job sweeps. Keys are hashed, so no address is
 * stored.
 */
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
        // Attempts rejected by the limit do not count as failures: a burst would otherwise lock out an owner who knows
        // the password.
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
