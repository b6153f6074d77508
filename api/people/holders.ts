/** By what people and networks are counted in the database: HMACs, so that neither an address nor a name is kept for it. */

import { createHmac } from 'node:crypto';
import { isStaff } from '../../domain/permissions.ts';
import { deriveKey, type AppSecrets } from '../../db/app-keys.ts';
import type { Holder } from '../../db/orders/stock/unpaid-holds.ts';
import type { Client } from '../http/client-address.ts';
import type { SignedIn } from './people.ts';

export interface Holders {
  /**
   * With whose unpaid orders those of a person are counted. Staff are not counted, nor is the network of an account whose
   * mail address is proven: that is one person, wherever she is.
   */
  holderOf(user: SignedIn | null, email: string | undefined, client: Client): Holder;
  /** A network; null on our own machine, where everybody is. */
  networkKey(client: Client): string | null;
}

/** With another secret everybody is counted anew. */
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
