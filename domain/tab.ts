/**
 * A tab is what a group shares, from its opening to its closing: its people, a basket, the rounds it has sent, and one
 * bill. This is its statuses and the one table of its transitions.
 */

/** Every status of a tab, in the order of its life. */
export const TAB_STATUSES = ['open', 'closing', 'closed', 'expired'] as const;
export type TabStatus = (typeof TAB_STATUSES)[number];

/** Statuses that a tab never leaves: its codes are void, and its workflow is closed or about to be. */
export const ENDED_TAB_STATUSES = ['closed', 'expired'] as const satisfies readonly TabStatus[];

/** When a round is paid: before it goes to the kitchen, or any time until the tab is closed. */
export const SETTLEMENTS = ['before', 'after'] as const;
export type Settlement = (typeof SETTLEMENTS)[number];

/** What the shop allows at a kind of spot; `alone`: everybody orders for herself. */
export const TABS_OFFERED = ['before', 'after', 'both', 'alone'] as const;
export type TabsOffered = (typeof TABS_OFFERED)[number];

/**
 * What happens to a round that is not paid by its deadline: it is canceled for all, the host pays the rest with her
 * saved card, or the lines of those who have not paid are dropped.
 */
export const ON_DEADLINE = ['cancel', 'host_covers', 'drop_unpaid'] as const;
export type OnDeadline = (typeof ON_DEADLINE)[number];

/** Who requests a transition. */
export type TabActor = 'participant' | 'host' | 'agent' | 'workflow';

/** Every action that changes a tab's status. */
export type TabAction = 'open' | 'close' | 'reopen' | 'finish' | 'expire' | 'merge' | 'recover';

/** In status `from`, `by` may do `action`, which leads to `to`. `from: null` creates the tab. */
export interface TabTransition {
  readonly from: TabStatus | null;
  readonly action: TabAction;
  readonly by: readonly TabActor[];
  readonly to: TabStatus;
}

export const TAB_TRANSITIONS = [
  { from: null, action: 'open', by: ['participant', 'agent'], to: 'open' },
  // No more rounds; what was sent is still paid and prepared.
  { from: 'open', action: 'close', by: ['host', 'agent', 'workflow'], to: 'closing' },
  { from: 'closing', action: 'reopen', by: ['host', 'agent'], to: 'open' },
  // Nothing is running and nothing is owed any more.
  { from: 'closing', action: 'finish', by: ['workflow'], to: 'closed' },
  // Everything of it belongs to another tab from then on.
  { from: 'open', action: 'merge', by: ['agent'], to: 'closed' },
  { from: 'closing', action: 'merge', by: ['agent'], to: 'closed' },
  { from: 'open', action: 'expire', by: ['workflow'], to: 'expired' },
  // It owes something nevertheless: reconciliation has found it, and staff have it paid or written off.
  { from: 'closed', action: 'recover', by: ['agent'], to: 'closing' },
  { from: 'expired', action: 'recover', by: ['agent'], to: 'closing' },
] as const satisfies readonly TabTransition[];

/** Returns whether `by` may move a tab from `from` to `to`. Every writer of a tab must obey this. */
export function isTabTransition(from: TabStatus | null, to: TabStatus, by: TabActor): boolean {
  const rows: readonly TabTransition[] = TAB_TRANSITIONS;
  return rows.some((row) => row.from === from && row.to === to && row.by.includes(by));
}

/** Returns whether a status is final: only one that owes something is recovered from it. */
export function hasTabEnded(status: TabStatus): boolean {
  return (ENDED_TAB_STATUSES as readonly TabStatus[]).includes(status);
}

/** The events of a tab's history, one per change and versioned. */
export const TAB_EVENT_TYPES = [
  'opened',
  'joined',
  'came_back',
  'added_by_other',
  'renamed',
  'left',
  'removed',
  'knocked',
  'let_in',
  'knock_refused',
  'settings_changed',
  'spot_left',
  'moved',
  'merged',
  'merged_into',
  'locked',
  'unlocked',
  'code_renewed',
  'host_changed',
  'ready_changed',
  'line_added',
  'line_changed',
  'line_removed',
  'sharing_left',
  'prices_changed',
  'round_sent',
  'round_confirmed',
  'round_taken_back',
  'round_ended',
  'round_completed',
  'change_asked',
  'change_over',
  'round_changed',
  'line_sold_out',
  'question_over',
  'payment_claimed',
  'payment_made',
  'claim_ended',
  'line_canceled',
  'written_off',
  'card_given',
  'card_taken_back',
  'card_charge_announced',
  'card_charge_asked',
  'card_charged',
  'card_refused',
  'share_covered',
  'share_dropped',
  'deadline_extended',
  'reminded',
  'closing',
  'reopened',
  'closed',
  'expired',
] as const;
export type TabEventType = (typeof TAB_EVENT_TYPES)[number];

/** Ids, amounts, statuses and codes only: no name, title, address, note or code, and nothing that a person typed. */
export interface TabEventData {
  readonly status: TabStatus;
  /** The participant whom it is about, if she is not the one who did it. */
  readonly participantId?: string;
  readonly lineId?: string;
  readonly orderId?: string;
  readonly shareId?: string;
  /** The other tab, of two that were merged. */
  readonly tabId?: string;
  readonly amount?: number;
  /** Whether somebody has said that she is ready, or that she is not. */
  readonly isReady?: boolean;
  /** Why a round ended, as in the order's own event. */
  readonly reason?: string;
  readonly shortages?: readonly { variantId: string; requested: number; available: number }[];
}

/** Limits of one tab. */
export const TAB_LIMITS = {
  /** People in it, those who have left included. */
  people: 50,
  /** Lines in its basket. */
  lines: 300,
  /** Lines that one payment names. */
  paidLines: 1000,
  /** Equal parts of a bill. */
  evenParts: 100,
  /** The largest weight in sharing a line: `12 of 20 pieces`. */
  weight: 100,
  /** People who wait to be let in, at once. */
  knocks: 10,
} as const;

/** Where a request to be let into a tab stands. */
export const KNOCK_STATUSES = ['waiting', 'let_in', 'refused', 'over'] as const;

/** How long somebody who asks to be let into a tab waits for an answer. */
export const KNOCK_MINUTES = 5;

/**
 * How long nobody was seen at a tab, and nothing of it was under way, until its spot counts as free: those who sit there
 * next cannot be expected to wait for anybody to let them in.
 */
export const DESERTED_MINUTES = 30;

/** Letters and digits that are told apart when spoken: no I, O, 0 or 1. */
export const JOIN_CODE_ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
export const JOIN_CODE_LENGTH = 6;
