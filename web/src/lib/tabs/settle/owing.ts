/** What a tab that is paid after owes, as its pages show it. Pure functions over the tab. */

import type { OrderLine } from '#domain/contract/orders.ts';
import type { OwedLine } from '#domain/contract/tab-payments.ts';
import type { Tab } from '#domain/contract/tabs.ts';

export type TabClaim = Tab['claims'][number];

/** A line that is not wholly paid, with somebody's part of it. */
export interface OwnPart {
  readonly line: OwedLine;
  readonly amount: number;
}

export interface Owing {
  readonly totalAmount: number;
  readonly paidAmount: number;
  /** What somebody is paying right now. */
  readonly claimedAmount: number;
  /** What nobody has paid, nor is paying now. */
  readonly openAmount: number;
  /** The viewer's part of what is open. */
  readonly ownAmount: number;
  readonly ownParts: readonly OwnPart[];
  /** What the viewer is paying right now. */
  readonly ownClaim: TabClaim | undefined;
  /** What others are paying right now. */
  readonly claims: readonly TabClaim[];
}

/** `selfId`: the participant who looks at it; null for staff. */
export function owingOf(tab: Tab, selfId: string | null): Owing {
  const ownParts = tab.owed.flatMap((line): OwnPart[] => {
    const amount = partOf(line, selfId);
    return amount > 0 ? [{ line, amount }] : [];
  });
  return {
    totalAmount: tab.totalAmount,
    paidAmount: tab.paidAmount,
    claimedAmount: sumOf(tab.claims),
    openAmount: tab.owed.reduce((sum, { openAmount }) => sum + openAmount, 0),
    ownAmount: sumOf(ownParts),
    ownParts,
    ownClaim: tab.claims.find(({ participantId }) => participantId === selfId),
    claims: tab.claims.filter(({ participantId }) => participantId !== selfId),
  };
}

/** Returns whether everything that the tab has had is paid, and it has had something. */
export function isPaidUp({ totalAmount, owedAmount }: Pick<Tab, 'totalAmount' | 'owedAmount'>): boolean {
  return totalAmount > 0 && owedAmount === 0;
}

/** Returns whether a payment's line is not of whole units: its part of a shared one, or of an amount. */
export function isPart({ amount, discountAmount, quantity, unitAmount }: OrderLine): boolean {
  return amount + discountAmount !== quantity * unitAmount;
}

function partOf({ due }: OwedLine, participantId: string | null): number {
  return due.find((part) => part.participantId === participantId)?.amount ?? 0;
}

export function sumOf(parts: readonly { readonly amount: number }[]): number {
  return parts.reduce((sum, { amount }) => sum + amount, 0);
}
