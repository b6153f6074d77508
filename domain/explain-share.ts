/** Answers "why do I owe this": a share's part of each line, fee and discount, in numbers that people recognize. */

import type { Allocation } from './allocations.ts';
import { chargeStep } from './currency.ts';
import { splitAmount } from './money.ts';
import type { SharedItem } from './split.ts';

/** A share as it is stored. `ownerId` is whose it was when somebody else has taken it over. */
export interface ShareToExplain {
  readonly participantId: string;
  readonly ownerId?: string | null | undefined;
  readonly allocations: readonly Allocation[];
}

/** A part of an item: `amount` is `weight` of `of`, as in `2 of 3`, up to the rounding of a cent. */
export interface ExplainedPart {
  readonly lineId: string;
  readonly amount: number;
  readonly weight: number;
  readonly of: number;
  /** Whose part it is, if the payer pays it for somebody else. */
  readonly forParticipantId: string | null;
}

/**
 * Explains a share of a bill by the items of `splitBill`, in the order of the bill. The amounts of a line sum to what the share pays
 * of it. A fee that goes by goods is explained by them: `1500 of 4500`.
 */
export function explainShare(
  share: ShareToExplain,
  items: readonly SharedItem[],
  currency: string,
): ExplainedPart[] {
  const owner = share.ownerId ?? share.participantId;
  const amounts = new Map(share.allocations.map(({ lineId, amount }) => [lineId, amount]));
  return items.flatMap((item) => {
    const amount = amounts.get(item.id);
    if (amount === undefined) return [];
    const own = item.parts?.filter(({ payerId, weight }) => payerId === owner && weight > 0) ?? [];
    if (own.length === 0) return [explainByGoods(item, amount, amounts, items)];
    const weights = own.map(({ weight }) => weight);
    const parts = own.length === 1 ? [amount] : splitAmount(amount, weights, chargeStep(currency));
    return own.map(({ participantId, weight }, index): ExplainedPart => ({
      lineId: item.id,
      amount: parts[index]!,
      weight,
      of: item.weight ?? weight,
      forParticipantId: participantId === share.participantId ? null : participantId,
    }));
  });
}

function explainByGoods(
  item: SharedItem,
  amount: number,
  amounts: ReadonlyMap<string, number>,
  items: readonly SharedItem[],
): ExplainedPart {
  const lines = items.filter(({ isFee }) => !isFee);
  const of = sum(lines.map((line) => line.amount));
  const weight = sum(lines.map(({ id }) => amounts.get(id) ?? 0));
  const explained = { lineId: item.id, amount, forParticipantId: null };
  if (of > 0) return { ...explained, weight, of };
  // Goods that cost nothing: everybody on the bill pays alike.
  const payers = new Set(lines.flatMap(({ parts = [] }) => parts.map(({ payerId }) => payerId)));
  return { ...explained, weight: 1, of: Math.max(payers.size, 1) };
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((left, right) => left + right, 0);
}
