/** The permission check of the router and the sockets before a request runs. */

import { ACTIONS, may, needsAccount, type Action } from '../../domain/permissions.ts';
import { forbidden, unauthenticated } from '../http/api-error.ts';
import type { Person } from './people.ts';

/**
 * Throws unauthenticated or forbidden unless `person` may do `action`, as far as this can be decided without the order.
 * For permissions that depend on the order, it checks only the required role. Identifies the person only if needed.
 */
export async function assertMay(action: Action, person: () => Promise<Person>): Promise<void> {
  if (may({ role: null, participantIds: [] }, action)) return;
  if (ACTIONS[action] !== 'shop' && !needsAccount(action)) return;
  const { user, participantIds } = await person();
  if (may({ role: user?.role ?? null, participantIds }, action)) return;
  throw user ? forbidden() : unauthenticated();
}
