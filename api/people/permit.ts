/** What the router and the sockets ask before anything is done: whether whoever asks may. */

import { ACTIONS, may, needsAccount, type Action } from '../../domain/permissions.ts';
import { forbidden, unauthenticated } from '../http/api-error.ts';
import type { Person } from './people.ts';

/**
 * Throws unauthenticated or forbidden unless `person` may do `action` as far as can be judged before an order is read:
 * of what depends on the order, only whether it takes a role that she does not have. Asks who she is only if it matters.
 */
export async function assertMay(action: Action, person: () => Promise<Person>): Promise<void> {
  if (may({ role: null, participantIds: [] }, action)) return;
  if (ACTIONS[action] !== 'shop' && !needsAccount(action)) return;
  const { user, participantIds } = await person();
  if (may({ role: user?.role ?? null, participantIds }, action)) return;
  throw user ? forbidden() : unauthenticated();
}
