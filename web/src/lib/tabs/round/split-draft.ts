/** How a host wants to split a round, as she fills it in, and the split that the API understands. */

import type { SplitInput } from '#domain/contract/rounds.ts';
import { splitAmount } from '#domain/money.ts';
import { mendAmounts, WHOLE_BASIS_POINTS } from '#domain/split-problem.ts';
import { amountText, parseAmount, percentText } from '../../ui/amount-text.ts';

export const WAYS = ['own', 'even', 'custom', 'treat'] as const;
export type Way = (typeof WAYS)[number];

export interface TreatDraft {
  payerId: string;
  /** Whom she treats; null: everybody. */
  participantIds: string[] | null;
}

export interface SplitDraft {
  way: Way;
  /** Lines that stay with those they belong to. */
  except: string[];
  unit: 'amount' | 'percent';
  /** What was typed, by participant. */
  amounts: Record<string, string>;
  percents: Record<string, string>;
  treats: TreatDraft[];
  /** Those who are not treated pay alike instead of each her own. */
  restIsEven: boolean;
}

/** What a draft is about. */
export interface SplitGround {
  readonly currency: string;
  /** Those who may be asked to pay, in the tab's order. */
  readonly participantIds: readonly string[];
  /** The lines that are sent. */
  readonly lineIds: readonly string[];
  readonly totalAmount: number;
}

/** What typed amounts or percents sum to, in minor units or basis points. */
export interface CustomSum {
  readonly sum: number;
  readonly whole: number;
  /** Above 0 if they are too much, below if they are too little. */
  readonly difference: number;
  /** Whose entry cannot be read. */
  readonly unreadable: readonly string[];
}

export function emptyDraft(hostId: string): SplitDraft {
  return {
    way: 'own',
    except: [],
    unit: 'amount',
    amounts: {},
    percents: {},
    treats: [{ payerId: hostId, participantIds: null }],
    restIsEven: false,
  };
}

/** Fills in custom parts as they would be without them: what each owes of her own, and equal percents. */
export function fillCustom(
  draft: SplitDraft,
  { currency, participantIds }: SplitGround,
  own: ReadonlyMap<string, number>,
): void {
  const percents = splitAmount(
    WHOLE_BASIS_POINTS,
    participantIds.map(() => 1),
    1,
  );
  draft.amounts = Object.fromEntries(
    participantIds.map((id) => [id, amountText(own.get(id) ?? 0, currency)]),
  );
  draft.percents = Object.fromEntries(participantIds.map((id, index) => [id, percentText(percents[index]!)]));
}

/** Sums the custom parts as typed. An empty field is 0. */
export function sumCustom(
  draft: SplitDraft,
  { currency, participantIds, totalAmount }: SplitGround,
): CustomSum {
  const read = participantIds.map((id) => [id, readPart(draft, id, currency)] as const);
  const sum = read.reduce((before, [, part]) => before + (part ?? 0), 0);
  const whole = draft.unit === 'amount' ? totalAmount : WHOLE_BASIS_POINTS;
  const unreadable = read.flatMap(([id, part]) => (part === undefined ? [id] : []));
  return { sum, whole, difference: sum - whole, unreadable };
}

/**
 * Takes off one person's part what all parts are too much, or adds what they are too little. Returns what to fill in;
 * undefined if her part is too small for it.
 */
export function mendCustom(
  draft: SplitDraft,
  ground: SplitGround,
  participantId: string,
): string | undefined {
  const { difference, whole, unreadable } = sumCustom(draft, ground);
  if (difference === 0 || unreadable.length > 0) return undefined;
  const parts = ground.participantIds.map((id) => ({
    participantId: id,
    amount: readPart(draft, id, ground.currency) ?? 0,
  }));
  const mended = mendAmounts(parts, participantId, whole)?.find(
    (part) => part.participantId === participantId,
  );
  if (!mended) return undefined;
  return draft.unit === 'amount' ? amountText(mended.amount, ground.currency) : percentText(mended.amount);
}

/** Returns the split that a draft says; undefined while custom parts do not sum, or a treat treats nobody. */
export function splitOf(draft: SplitDraft, ground: SplitGround): SplitInput | undefined {
  switch (draft.way) {
    case 'own':
      return { kind: 'own' };
    case 'even':
      return evenOf(draft, ground);
    case 'custom':
      return customOf(draft, ground);
    case 'treat':
      return treatOf(draft, ground);
  }
}

/** A line that is not sent any more is excepted from nothing. */
function evenOf({ except: marked }: SplitDraft, { lineIds }: SplitGround): SplitInput {
  const except = marked.filter((id) => lineIds.includes(id));
  return except.length > 0 ? { kind: 'even', except } : { kind: 'even' };
}

function customOf(draft: SplitDraft, ground: SplitGround): SplitInput | undefined {
  const { difference, unreadable } = sumCustom(draft, ground);
  if (difference !== 0 || unreadable.length > 0) return undefined;
  const parts = ground.participantIds.map((participantId) => ({
    participantId,
    part: readPart(draft, participantId, ground.currency)!,
  }));
  return draft.unit === 'amount'
    ? { kind: 'custom', amounts: parts.map(({ participantId, part }) => ({ participantId, amount: part })) }
    : {
        kind: 'custom',
        percents: parts.map(({ participantId, part }) => ({ participantId, basisPoints: part })),
      };
}

function treatOf(
  { treats, restIsEven }: SplitDraft,
  { participantIds }: SplitGround,
): SplitInput | undefined {
  const known = new Set(participantIds);
  const made = treats.map(({ payerId, participantIds: treated }) =>
    treated === null
      ? { kind: 'treat' as const, payerId }
      : { kind: 'treat' as const, payerId, participantIds: treated.filter((id) => known.has(id)) },
  );
  const [first, ...others] = made;
  const treatsNobody = made.some((treat) => 'participantIds' in treat && treat.participantIds.length === 0);
  if (!first || treatsNobody || made.some(({ payerId }) => !known.has(payerId))) return undefined;
  if (!('participantIds' in first) && others.length === 0) return first;
  return { kind: restIsEven ? 'even' : 'own', treats: made };
}

/** Returns what was typed for somebody in minor units or basis points; undefined if it is no amount or percentage. */
function readPart({ unit, amounts, percents }: SplitDraft, id: string, currency: string): number | undefined {
  const typed = ((unit === 'amount' ? amounts : percents)[id] ?? '').trim();
  if (typed === '') return 0;
  if (unit === 'amount') return parseAmount(typed, currency);
  const match = /^(\d{1,3})(?:[.,](\d{1,2}))?\s*%?$/.exec(typed);
  return match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : undefined;
}
