import type { ErrorCode } from '../../../domain/failures.ts';

/** Why a command on a tab is refused: codes of the API. */
export type TabRefusal = Extract<
  ErrorCode,
  | 'not_found'
  | 'tab_ended'
  | 'tab_locked'
  | 'tab_full'
  | 'tabs_differ'
  | 'removed_from_tab'
  | 'host_is_here'
  | 'over_spending_limit'
  | 'split_mismatch'
  | 'already_claimed'
  | 'nothing_owed'
  | 'card_required'
  | 'version_conflict'
  | 'illegal_transition'
  | 'spot_taken'
  | 'too_many_requests'
  | 'idempotency_conflict'
>;

/** Thrown when a tab, as it is under its lock, doesn't allow a command; nothing was written. */
export class TabRefused extends Error {
  readonly code: TabRefusal;
  /** Ids and amounts, for the error's `details`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: TabRefusal, details: Readonly<Record<string, unknown>> = {}) {
    super(`the tab refuses it: ${code}`);
    this.code = code;
    this.details = details;
  }
}
