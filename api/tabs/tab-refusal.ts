import type { TabRefusal, TabRefused } from '../../db/orders/tabs/tab-refused.ts';
import { ApiError, idempotencyConflict } from '../http/api-error.ts';

/** The error of a command that a tab does not allow as it is, with what is true of it now. */
export function tabRefusal({ code, details }: TabRefused): ApiError {
  if (code === 'idempotency_conflict') return idempotencyConflict();
  return new ApiError(code, SENTENCES[code], Object.keys(details).length > 0 ? details : undefined);
}

const SENTENCES: Readonly<Record<Exclude<TabRefusal, 'idempotency_conflict'>, string>> = {
  not_found: 'This could not be found in the tab.',
  tab_ended: 'This tab takes nothing more: it was closed.',
  tab_locked: 'Nobody can join this tab at present. Ask its host to let you in.',
  tab_full: 'This tab is full.',
  tabs_differ: 'These tabs are paid in different ways, so they cannot become one.',
  removed_from_tab: 'You were removed from this tab. Ask its host.',
  host_is_here: 'The host was here a moment ago, so nobody can take over yet.',
  over_spending_limit: 'This is more than one person may order in this tab.',
  already_claimed: 'Somebody is paying this at the moment.',
  nothing_owed: 'Nothing of this is left to pay.',
  card_required: 'This shop asks for a card before more is ordered that is paid after.',
  split_mismatch: 'The amounts do not sum to the bill.',
  version_conflict: 'Somebody changed this meanwhile. Look at it again, then decide.',
  illegal_transition: 'This is not possible as the tab is now.',
  spot_taken: 'People order together here already. Ask them to let you in.',
  too_many_requests: 'Many people ask to be let in here. Please wait a minute and try again.',
};
