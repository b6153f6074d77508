/** Who pays what of a basket, by the same rule as the API. */

import { allocateBill } from '#domain/allocations.ts';
import type { TabLine } from '#domain/contract/basket.ts';

/** Everybody's part of the basket, and of each line. */
export interface Parts {
  readonly totalAmount: number;
  of(participantId: string): number;
  ofLine(lineId: string, participantId: string): number;
}

/** Computes the parts if everybody pays her own. */
export function computeParts(
  currency: string,
  lines: readonly Pick<TabLine, 'id' | 'amount' | 'sharedBetween'>[],
): Parts {
  const shares = new Map(
    allocateBill({ currency, lines }).map(({ participantId, amount, allocations }) => [
      participantId,
      { amount, byLine: new Map(allocations.map((part) => [part.lineId, part.amount])) },
    ]),
  );
  return {
    totalAmount: lines.reduce((sum, { amount }) => sum + amount, 0),
    of: (participantId) => shares.get(participantId)?.amount ?? 0,
    ofLine: (lineId, participantId) => shares.get(participantId)?.byLine.get(lineId) ?? 0,
  };
}
