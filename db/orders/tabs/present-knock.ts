/** A request to be let in, in the form of the contract. */

import type { Knock, Knocker } from '../../../domain/contract/places.ts';
import type { KnockRow } from '../entities/tab.ts';

/** As the people of the tab and staff see it. */
export function presentKnocker({ id, name, createdAt, expiresAt }: KnockRow): Knocker {
  return { id, name, at: createdAt.toISOString(), expiresAt: expiresAt.toISOString() };
}

/** As the one who waits sees it. */
export function presentKnock({ id, name, tabId, status, expiresAt }: KnockRow): Knock {
  return {
    ...{ id, name },
    status: status === 'waiting' && hasExpired({ expiresAt }) ? 'over' : status,
    expiresAt: expiresAt.toISOString(),
    tabId: status === 'let_in' ? tabId : null,
  };
}

/** Whether it waits for an answer no longer, or was refused so long ago that she may ask again. */
export function hasExpired({ expiresAt }: Pick<KnockRow, 'expiresAt'>): boolean {
  return expiresAt.getTime() <= Date.now();
}
