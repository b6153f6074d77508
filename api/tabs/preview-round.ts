/** `POST /api/tabs/:id/rounds/preview`: the shares of a split, and why each is what it is. */

import type { z } from 'zod';
import type { Database } from '../../db/database.ts';
import type { RepricedLine } from '../../db/orders/tabs/send-round.ts';
import type { TabRecord } from '../../db/orders/tabs/present-tab.ts';
import { peopleOfRound } from '../../db/orders/tabs/tab-people.ts';
import type { previewRoundAnswer, SplitInput } from '../../domain/contract/rounds.ts';
import { explainShare } from '../../domain/explain-share.ts';
import { splitBill } from '../../domain/split.ts';
import { WHOLE_BASIS_POINTS, type SplitProblem } from '../../domain/split-problem.ts';
import { ApiError } from '../http/api-error.ts';
import { chosenLines, repriced } from './price-basket.ts';

type Preview = z.output<typeof previewRoundAnswer>;

/** Splits the basket, or lines of it, at the present prices. Throws split_mismatch for a split that makes no sense. */
export async function previewRound(
  catalog: Database,
  { tab, people }: TabRecord,
  {
    lineIds,
    split = { kind: 'own' },
  }: { lineIds?: readonly string[] | undefined; split?: SplitInput | undefined },
): Promise<Preview> {
  const chosen = chosenLines(tab.lines, lineIds);
  if (chosen.length === 0) return { totalAmount: 0, shares: [], differenceAmount: 0 };
  const amounts = new Map(
    (await repriced(catalog, chosen)).map((line: RepricedLine) => [line.id, line.amount]),
  );
  const lines = chosen.map(({ id, sharedBetween }) => ({ id, amount: amounts.get(id)!, sharedBetween }));
  const concerned = chosen.map(({ participantId, sharedBetween }) => ({
    participantId,
    sharedBetween: sharedBetween.map((sharer) => sharer.participantId),
  }));
  const participantIds = peopleOfRound(people, concerned).map(({ id }) => id);
  const result = splitBill({ currency: tab.currency, lines, participantIds, split });
  const { totalAmount } = result;
  if (!result.ok) {
    return { totalAmount, shares: [], differenceAmount: differenceOf(result.problem, totalAmount) };
  }
  const shares = result.shares.map((share) => ({
    participantId: share.participantId,
    amount: share.amount,
    parts: explainShare(share, result.items, tab.currency),
  }));
  return { totalAmount, shares, differenceAmount: 0 };
}

/** By how much a split is over the bill. Throws split_mismatch if it is wrong in another way. */
function differenceOf(problem: SplitProblem, totalAmount: number): number {
  if (problem.kind === 'amounts_do_not_sum') return problem.differenceAmount;
  if (problem.kind === 'percents_do_not_sum') {
    const exact = (totalAmount * problem.differenceBasisPoints) / WHOLE_BASIS_POINTS;
    return exact < 0 ? Math.floor(exact) : Math.ceil(exact);
  }
  throw new ApiError('split_mismatch', 'The bill cannot be split like this.', { problem, totalAmount });
}
