/** How much more a round may come to whose tab is paid after: the limits of what may be owed hold as for a round. */

import { asksForCard, type CardRules } from '../../../domain/tab-card.ts';
import { partsByPerson, type DividedLine } from '../../../domain/round-parts.ts';
import type { OwedBound, OwedBounds } from '../../../domain/unpaid.ts';
import type { TabRow } from '../entities/tab.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { readOwedBound } from '../tabs/bound-owed.ts';
import { readLiveCard, readPromisedAmount } from '../tabs/live-card.ts';
import { TabRefused } from '../tabs/tab-refused.ts';

/** What limits a guest. Staff know whom they serve. */
export interface ChangeBounds {
  readonly owedBounds: OwedBounds;
  readonly cardRules: CardRules;
  /** Whether whoever asks is signed in. */
  readonly hasAccount: boolean;
}

type BillLine = DividedLine & { readonly participantId: string };

/** Thrown if more would be owed than the shop allows; nothing was written. */
export class OwedTooMuch extends Error {
  readonly bound: OwedBound;

  constructor(bound: OwedBound) {
    super(`the change would exceed ${bound}`);
    this.bound = bound;
  }
}

/**
 * Throws if a change may not cost so much more: OwedTooMuch, or TabRefused: over_spending_limit or card_required. Without
 * `bounds`, for staff, only the tab's own limit counts.
 */
export async function assertMayOweMore(
  em: OrdersManager,
  tab: TabRow,
  change: {
    readonly orderId: string;
    readonly differenceAmount: number;
    readonly before: readonly BillLine[];
    readonly after: readonly BillLine[];
  },
  bounds: ChangeBounds | undefined,
): Promise<void> {
  const { differenceAmount, orderId } = change;
  assertWithinSpendingLimit(tab, change);
  if (!bounds || differenceAmount <= 0) return;
  const { cardRules } = bounds;
  if (cardRules.cardOnFile !== 'never') {
    const question = {
      ...{ settlement: tab.settlement, wantedAmount: differenceAmount },
      owedAmount: await readPromisedAmount(em, tab.id),
      hasCard: (await readLiveCard(em, tab.id))?.refused === null,
      hasAccount: bounds.hasAccount,
    };
    if (asksForCard(cardRules, question)) throw new TabRefused('card_required');
  }
  const reached = await readOwedBound(
    em,
    tab.id,
    Object.entries(owedMore(change)).map(([participantId, amount]) => ({ participantId, amount })),
    bounds.owedBounds,
    orderId,
  );
  if (reached) throw new OwedTooMuch(reached);
}

/** Returns what a change costs more by whoever ordered the lines: that is who owes it by the limits. */
export function owedMore({
  before,
  after,
}: {
  readonly before: readonly BillLine[];
  readonly after: readonly BillLine[];
}): Readonly<Record<string, number>> {
  const more: Record<string, number> = {};
  const count = (lines: readonly BillLine[], sign: 1 | -1) => {
    for (const { participantId, amount } of lines)
      more[participantId] = (more[participantId] ?? 0) + sign * amount;
  };
  count(after, 1);
  count(before, -1);
  return Object.fromEntries(Object.entries(more).filter(([, amount]) => amount !== 0));
}

function assertWithinSpendingLimit(
  { currency, spendingLimit }: TabRow,
  { before, after }: { readonly before: readonly BillLine[]; readonly after: readonly BillLine[] },
): void {
  if (spendingLimit == null || !isDearer(before, after)) return;
  const was = partsByPerson(currency, before);
  for (const [participantId, amount] of partsByPerson(currency, after))
    if (amount > spendingLimit && amount > (was.get(participantId) ?? 0))
      throw new TabRefused('over_spending_limit', { participantId, amount, limit: spendingLimit });
}

/** Whether any line costs more than before: what is only taken off exceeds no limit, however the rest is rounded. */
function isDearer(before: readonly BillLine[], after: readonly BillLine[]): boolean {
  const was = new Map(before.map(({ id, amount }) => [id, amount]));
  return after.some(({ id, amount }) => amount > (was.get(id) ?? 0));
}
