/** The card on file of a tab that is paid after: who is asked for one, and when what is owed is charged to it. */

import { hasTabEnded, type Settlement, type TabStatus } from './tab.ts';

/**
 * Whom the shop asks for a card before something is sent that is paid after: nobody, guests without an account,
 * everybody, or whoever's tab would owe more than an amount.
 */
export const CARD_ON_FILE = ['never', 'guests', 'always', 'above'] as const;
export type CardOnFile = (typeof CARD_ON_FILE)[number];

/** What the shop has set. */
export interface CardRules {
  readonly cardOnFile: CardOnFile;
  /** For `above`. */
  readonly cardOnFileAboveAmount: number;
}

/** Why a card on file could not be charged; `unknown`: Stripe did not answer, and nothing was charged. */
export const CARD_REFUSALS = ['declined', 'authentication_required', 'expired', 'unknown'] as const;
export type CardRefusedFor = (typeof CARD_REFUSALS)[number];

/** Returns the reason for a bank's decline code. */
export function refusedFor(declineCode: string | null): CardRefusedFor {
  if (declineCode === 'authentication_required' || declineCode === 'authentication_not_handled')
    return 'authentication_required';
  return declineCode === 'expired_card' ? 'expired' : 'declined';
}

/** What the answer depends on. */
export interface CardQuestion {
  readonly settlement: Settlement;
  /** Whether a card is on file that was not refused. */
  readonly hasCard: boolean;
  /** Whether whoever sends it is signed in. */
  readonly hasAccount: boolean;
  /** What the tab owes, and what is to be sent. */
  readonly owedAmount: number;
  readonly wantedAmount: number;
}

/** Returns whether the shop wants a card on file before this is sent. The API refuses it without, with `card_required`. */
export function asksForCard(rules: CardRules, question: CardQuestion): boolean {
  if (question.settlement !== 'after' || question.hasCard) return false;
  switch (rules.cardOnFile) {
    case 'never':
      return false;
    case 'guests':
      return !question.hasAccount;
    case 'always':
      return true;
    case 'above':
      return question.owedAmount + question.wantedAmount > rules.cardOnFileAboveAmount;
  }
}

/** Returns whether somebody may give a card, or replace it: a tab that is closing is paid, and not promised. */
export function takesCards(tab: { readonly settlement: Settlement; readonly status: TabStatus }): boolean {
  return tab.settlement === 'after' && tab.status === 'open';
}

/**
 * Returns whether the giver may take her card back: nothing is owed, or the tab is open and the shop would not ask for
 * it now.
 */
export function mayTakeBack(
  rules: CardRules,
  tab: {
    readonly settlement: Settlement;
    readonly status: TabStatus;
    readonly owedAmount: number;
    readonly hasAccount: boolean;
  },
): boolean {
  if (hasTabEnded(tab.status) || tab.owedAmount === 0) return true;
  const question = { ...tab, hasCard: false, wantedAmount: 0 };
  return tab.status === 'open' && !asksForCard(rules, question);
}

const MINUTE_MS = 60_000;

/** Returns how many minutes before such a charge its giver is told: an hour, or half of a shorter silence. */
export function noticeMinutesOf(chargeAfterHours: number): number {
  return Math.min(60, chargeAfterHours * 30);
}

/** What the time of the charge depends on. */
export interface SilentTab {
  readonly status: TabStatus;
  readonly settlement: Settlement;
  readonly owedAmount: number;
  /** Whether a round is not confirmed yet, or a payment not over. */
  readonly isRunning: boolean;
  readonly lastActivityAt: Date;
  readonly lastPaidAt: Date | null;
  readonly card: {
    /** After so many hours of silence, as its giver was told; 0: never. */
    readonly chargeAfterHours: number;
    readonly givenAt: Date;
    /** When its giver was last told that it is going to be charged. */
    readonly warnedAt: Date | null;
    /** Whether this rule has charged it before: it tries once. */
    readonly wasTried: boolean;
  } | null;
}

/** When the giver is told, and when what is owed is charged if nobody does anything. */
export interface SilentCharge {
  /** The last thing that was done. */
  readonly since: Date;
  readonly warnsAt: Date;
  readonly chargesAt: Date;
  /** Whether she has been told. */
  readonly isWarned: boolean;
}

/**
 * Returns when what an open tab owes is charged to its card because nobody does anything in it; null if it is not. If its
 * giver was told later than the notice demands, so is the charge.
 */
export function silentCharge({ card, ...tab }: SilentTab): SilentCharge | null {
  if (!card || card.wasTried || card.chargeAfterHours === 0) return null;
  if (tab.status !== 'open' || tab.settlement !== 'after' || tab.owedAmount === 0 || tab.isRunning)
    return null;
  const since = Math.max(
    tab.lastActivityAt.getTime(),
    tab.lastPaidAt?.getTime() ?? 0,
    card.givenAt.getTime(),
  );
  const silenceMs = card.chargeAfterHours * 60 * MINUTE_MS;
  const noticeMs = noticeMinutesOf(card.chargeAfterHours) * MINUTE_MS;
  const warnedAt = card.warnedAt?.getTime() ?? 0;
  const isWarned = warnedAt > since;
  const due = since + silenceMs;
  return {
    since: new Date(since),
    warnsAt: new Date(due - noticeMs),
    chargesAt: new Date(isWarned ? Math.max(due, warnedAt + noticeMs) : due),
    isWarned,
  };
}
