/** When a tab that is paid after closes by itself. */

import type { Settlement, TabStatus } from './tab.ts';

/** A tab that owes nothing closes if nobody does anything in it for so long. */
const QUIET_MS = 10 * 60_000;

/** What it depends on. */
export interface QuietTab {
  readonly status: TabStatus;
  readonly settlement: Settlement;
  readonly owedAmount: number;
  /** Whether a round is not confirmed yet, or a payment not over. */
  readonly isRunning: boolean;
  /** Whether a round of it was confirmed: a tab that has had nothing waits for its people. */
  readonly hasHadRounds: boolean;
  readonly isBasketEmpty: boolean;
  readonly lastActivityAt: Date;
  readonly lastPaidAt: Date | null;
}

/**
 * Returns when it closes if nobody does anything; null if it does not: something is owed, in progress, or being chosen,
 * or nothing was ever ordered. One that is settled before only expires.
 */
export function closesAt(tab: QuietTab): Date | null {
  if (tab.status !== 'open' || tab.settlement !== 'after') return null;
  if (tab.owedAmount > 0 || tab.isRunning || !tab.hasHadRounds || !tab.isBasketEmpty) return null;
  return new Date(Math.max(tab.lastActivityAt.getTime(), tab.lastPaidAt?.getTime() ?? 0) + QUIET_MS);
}
