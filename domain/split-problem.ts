/** What may be wrong with the split that somebody chose, told so precisely that a form can help to mend it. */

import { chargeStep } from './currency.ts';
import { treatsOf, type AmountsSplit, type BillToSplit, type Split } from './split-rule.ts';

/** Differences are above 0 if the custom amounts or percents are too much, below if they are too little. */
export type SplitProblem =
  | {
      readonly kind: 'unknown_participant' | 'listed_twice' | 'treated_twice';
      readonly participantId: string;
    }
  | { readonly kind: 'unknown_line'; readonly lineId: string }
  /** There is no line, or nobody is listed. */
  | { readonly kind: 'nobody_pays' }
  /** Not a whole number of chargeable steps, or negative. */
  | { readonly kind: 'not_chargeable'; readonly participantId: string }
  | { readonly kind: 'amounts_do_not_sum'; readonly sumAmount: number; readonly differenceAmount: number }
  | {
      readonly kind: 'percents_do_not_sum';
      readonly sumBasisPoints: number;
      readonly differenceBasisPoints: number;
    };

/** What percents sum to. */
export const WHOLE_BASIS_POINTS = 10_000;

/** Returns the first problem of a split, or undefined if the bill can be split by it. */
export function findProblem(bill: BillToSplit, totalAmount: number): SplitProblem | undefined {
  return findUnknown(bill) ?? findTwice(bill) ?? findWrongSum(bill, totalAmount);
}

/**
 * Takes off one person's amount what all amounts are too much, or adds what they are too little. Returns undefined if
 * her amount is too small for it, or if she is not listed.
 */
export function mendAmounts(
  amounts: AmountsSplit['amounts'],
  participantId: string,
  totalAmount: number,
): AmountsSplit['amounts'] | undefined {
  const over = sum(amounts.map(({ amount }) => amount)) - totalAmount;
  const own = amounts.find((each) => each.participantId === participantId);
  if (!own || own.amount < over) return undefined;
  return amounts.map((each) => (each === own ? { ...own, amount: own.amount - over } : each));
}

function findUnknown({ split, lines, participantIds }: BillToSplit): SplitProblem | undefined {
  const known = new Set(participantIds);
  const listed = [
    ...listedIn(split),
    ...treatsOf(split).flatMap((each) => [each.payerId, ...(each.participantIds ?? [])]),
  ];
  const unknown = listed.find((id) => !known.has(id));
  if (unknown !== undefined) return { kind: 'unknown_participant', participantId: unknown };
  const ids = new Set(lines.map(({ id }) => id));
  const lineId = split.kind === 'even' ? split.except?.find((id) => !ids.has(id)) : undefined;
  if (lineId !== undefined) return { kind: 'unknown_line', lineId };
  const divides = split.kind === 'custom' || split.kind === 'even';
  const nobody = lines.length === 0 || (divides && listedIn(split, participantIds).length === 0);
  return nobody ? { kind: 'nobody_pays' } : undefined;
}

function findTwice({ split, participantIds }: BillToSplit): SplitProblem | undefined {
  const listed = twice(listedIn(split));
  if (listed !== undefined) return { kind: 'listed_twice', participantId: listed };
  const treated = twice(treatsOf(split).flatMap((each) => each.participantIds ?? participantIds));
  return treated === undefined ? undefined : { kind: 'treated_twice', participantId: treated };
}

function findWrongSum({ split, currency }: BillToSplit, totalAmount: number): SplitProblem | undefined {
  if (split.kind !== 'custom') return undefined;
  if ('percents' in split) {
    const negative = split.percents.find(
      ({ basisPoints }) => !Number.isSafeInteger(basisPoints) || basisPoints < 0,
    );
    if (negative) return { kind: 'not_chargeable', participantId: negative.participantId };
    const sumBasisPoints = sum(split.percents.map(({ basisPoints }) => basisPoints));
    const differenceBasisPoints = sumBasisPoints - WHOLE_BASIS_POINTS;
    return differenceBasisPoints === 0
      ? undefined
      : { kind: 'percents_do_not_sum', sumBasisPoints, differenceBasisPoints };
  }
  const step = chargeStep(currency);
  const wrong = split.amounts.find(
    ({ amount }) => !Number.isSafeInteger(amount) || amount < 0 || amount % step !== 0,
  );
  if (wrong) return { kind: 'not_chargeable', participantId: wrong.participantId };
  const sumAmount = sum(split.amounts.map(({ amount }) => amount));
  const differenceAmount = sumAmount - totalAmount;
  return differenceAmount === 0 ? undefined : { kind: 'amounts_do_not_sum', sumAmount, differenceAmount };
}

/** Returns those among whom a split divides the bill, if it lists them. */
function listedIn(split: Split, everybody: readonly string[] = []): readonly string[] {
  if (split.kind === 'even') return split.participantIds ?? everybody;
  if (split.kind !== 'custom') return [];
  return ('amounts' in split ? split.amounts : split.percents).map(({ participantId }) => participantId);
}

function twice(ids: readonly string[]): string | undefined {
  return ids.find((id, index) => ids.indexOf(id) !== index);
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((left, right) => left + right, 0);
}
