/** Keys to count people and networks by in the database: HMACs, so that no address or name is stored. */

import { createHmac } from 'node:crypto';
import { isStaff } from '../../domain/permissions.ts';
import { deriveKey, type AppSecrets } from '../../db/app-keys.ts';
import type { Holder } from '../../db/orders/stock/unpaid-holds.ts';
import type { Client } from '../http/client-address.ts';
import type { SignedIn } from './people.ts';

export interface Holders {
  /**
   * Returns the holders that a person's unpaid orders count for. Staff do not count, nor does the network of an account
   * with a confirmed address: that is one person, wherever she is.
   */
  holderOf(user: SignedIn | null, email: string | undefined, client: Client): Holder;
  /** The key of a network; null for the loopback address, which everybody on a laptop has. */
  networkKey(client: Client): string | null;
}

/** A new secret resets all counts. */
export function createHolders([secret]: AppSecrets): Holders {
  const key = deriveKey(secret, 'holders');
  const hmac = (...parts: readonly string[]) =>
    createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url');
  const networkKey: Holders['networkKey'] = ({ network, isThisMachine }) =>
    isThisMachine ? null : hmac('network', network);
  return {
    networkKey,
    holderOf: (user, email, client) => {
      if (user && isStaff(user.role)) return { guest: null, network: null };
      return {
        guest: user ? hmac('user', user.id) : hmac('guest', email?.toLowerCase() ?? ''),
        network: user?.emailVerified ? null : networkKey(client),
      };
    },
  };
}
