import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chargeStep } from './currency.ts';
import {
  coverShare,
  dropShare,
  ownerOf,
  type Round,
  type RoundFee,
  type RoundLine,
  type RoundShare,
} from './share-changes.ts';
import { SHARE_STATUSES, SHARES_TO_PAY } from './share.ts';
import { splitBill } from './split.ts';
import type { Split } from './split-rule.ts';

const PEOPLE = ['ada', 'ben', 'cem', 'dua'];
const HOST = 'ada';
type TestRound = Round<RoundShare, RoundLine, RoundFee>;

interface GivenLine {
  readonly owner: string;
  readonly amount: number;
  readonly sharers: readonly { readonly participantId: string; readonly weight: number }[];
}

function roundOf(
  given: readonly GivenLine[],
  fees: readonly { readonly id: string; readonly amount: number; readonly spread: 'goods' | 'evenly' }[] = [],
  split: Split = { kind: 'own' },
  currency = 'eur',
): TestRound {
  const lines = given.map(({ owner, amount, sharers }, index) => ({
    id: `line-${index}`,
    participantId: owner,
    amount,
    sharedBetween: sharers.length > 0 ? sharers : [{ participantId: owner, weight: 1 }],
  }));
  const result = splitBill({ currency, lines, fees, participantIds: PEOPLE, split });
  if (!result.ok) throw new Error(result.problem.kind);
  const shares = result.shares.map((share): RoundShare => ({
    ...share,
    id: `share-${share.participantId}`,
    ownerParticipantId: null,
    status: 'due',
  }));
  return { currency, lines, fees, shares };
}

const rounds = fc
  .record({
    currency: fc.constantFrom('eur', 'jpy', 'kwd'),
    lines: fc.array(
      fc.record({
        owner: fc.constantFrom(...PEOPLE),
        amount: fc.oneof(fc.nat(2), fc.nat(4000)),
        sharers: fc.uniqueArray(
          fc.record({ participantId: fc.constantFrom(...PEOPLE), weight: fc.integer({ min: 1, max: 4 }) }),
          { selector: ({ participantId }) => participantId },
        ),
      }),
      { minLength: 1, maxLength: 9 },
    ),
    service: fc.nat(500),
    discount: fc.nat(100),
    split: fc.constantFrom<Split>(
      { kind: 'own' },
      { kind: 'even' },
      { kind: 'even', except: ['line-0'] },
      { kind: 'treat', payerId: 'ben', participantIds: ['cem'] },
      { kind: 'custom', percents: PEOPLE.map((participantId) => ({ participantId, basisPoints: 2500 })) },
    ),
  })
  .map(({ currency, lines, service, discount, split }) => {
    const step = chargeStep(currency);
    return roundOf(
      lines.map((each) => ({ ...each, amount: each.amount * step })),
      [
        { id: 'service', amount: service * step, spread: 'goods' },
        { id: 'cover', amount: 100 * step, spread: 'evenly' },
        { id: 'discount', amount: 0 - discount * step, spread: 'goods' },
      ],
      split,
      currency,
    );
  });

const sum = (items: readonly { readonly amount: number }[]) =>
  items.reduce((left, { amount }) => left + amount, 0);

/** T2: the bill is paid exactly, item by item, and every share is what it pays. */
function expectToBalance({ lines, fees, shares, currency }: TestRound) {
  expect(sum(shares)).toBe(sum([...lines, ...fees]));
  const allocations = shares.flatMap((share) => share.allocations);
  for (const { id, amount } of [...lines, ...fees])
    expect(sum(allocations.filter(({ lineId }) => lineId === id))).toBe(amount);
  const ids = new Set([...lines, ...fees].map(({ id }) => id));
  for (const { lineId, amount } of allocations) {
    expect(ids).toContain(lineId);
    expect(Math.abs(amount % chargeStep(currency))).toBe(0);
  }
  for (const share of shares) expect(sum(share.allocations)).toBe(share.amount);
}

function paidBy({ shares }: TestRound, who: string): number {
  return sum(shares.filter(({ participantId }) => participantId === who));
}

describe('a share that is dropped', () => {
  test('changes no other share; the host pays what is left of it, and the bill is paid exactly', () => {
    fc.assert(
      fc.property(rounds, fc.shuffledSubarray(PEOPLE.slice(1)), (given, leaving) => {
        let round = given;
        for (const who of leaving) {
          const share = round.shares.find((each) => ownerOf(each) === who);
          if (!share) continue;
          const dropped = dropShare(round, share.id, HOST);
          if (!dropped.ok) throw new Error(dropped.problem);
          for (const each of round.shares) if (each !== share) expect(dropped.round.shares).toContain(each);
          expectToBalance(dropped.round);
          expect(dropped.droppedAmount).toBe(
            sum([...round.lines, ...round.fees]) - sum([...dropped.round.lines, ...dropped.round.fees]),
          );
          const kept = share.participantId === HOST ? share.amount : 0;
          expect(paidBy(dropped.round, HOST)).toBe(
            paidBy(round, HOST) - kept + share.amount - dropped.droppedAmount,
          );
          expect(paidBy(dropped.round, who)).toBe(0);
          for (const { participantId } of dropped.droppedLines) expect(participantId).toBe(who);
          round = dropped.round;
        }
      }),
    );
  });

  test('leaves what was shared, with its part of the service charge', () => {
    const round = roundOf(
      [
        { owner: 'ben', amount: 1000, sharers: [] },
        {
          owner: 'ben',
          amount: 900,
          sharers: [
            { participantId: 'ada', weight: 1 },
            { participantId: 'ben', weight: 2 },
          ],
        },
        { owner: 'cem', amount: 400, sharers: [] },
      ],
      [{ id: 'service', amount: 230, spread: 'goods' }],
    );
    const dropped = dropShare(round, 'share-ben', HOST);
    expect(dropped).toMatchObject({
      ok: true,
      droppedAmount: 1100,
      round: { fees: [{ id: 'service', amount: 130 }] },
    });
    if (!dropped.ok) return;
    expect(dropped.round.shares.find(({ id }) => id === 'share-ben')).toMatchObject({
      participantId: 'ada',
      ownerParticipantId: 'ben',
      amount: 660,
      allocations: [
        { lineId: 'line-1', amount: 600 },
        { lineId: 'service', amount: 60 },
      ],
    });
  });

  test('is 0 if its owner shared nothing, and drops a line of 0 that nobody else has', () => {
    const round = roundOf([
      { owner: 'ben', amount: 1000, sharers: [] },
      { owner: 'ben', amount: 0, sharers: [] },
      { owner: 'ada', amount: 100, sharers: [] },
    ]);
    const dropped = dropShare(round, 'share-ben', HOST);
    expect(dropped).toMatchObject({ ok: true, droppedAmount: 1000 });
    if (dropped.ok) expect(dropped.round.lines.map(({ id }) => id)).toEqual(['line-2']);
  });

  test('keeps what she treats others to: their lines are not hers', () => {
    const round = roundOf(
      [
        { owner: 'ben', amount: 1000, sharers: [] },
        { owner: 'cem', amount: 500, sharers: [] },
      ],
      [],
      { kind: 'treat', payerId: 'ben' },
    );
    const dropped = dropShare(round, 'share-ben', HOST);
    expect(dropped).toMatchObject({ ok: true, droppedAmount: 1000 });
    if (dropped.ok) expect(paidBy(dropped.round, HOST)).toBe(500);
  });

  test('is not the host’s own, nor one that is paid or being paid', () => {
    const round = roundOf([
      { owner: 'ada', amount: 1000, sharers: [] },
      { owner: 'ben', amount: 500, sharers: [] },
    ]);
    expect(dropShare(round, 'share-ada', HOST)).toEqual({ ok: false, problem: 'host_share' });
    expect(dropShare(round, 'share-dua', HOST)).toEqual({ ok: false, problem: 'not_found' });
    for (const status of SHARE_STATUSES) {
      const shares = round.shares.map((share) => ({ ...share, status }));
      const canChange = SHARES_TO_PAY.some((each) => each === status);
      expect(dropShare({ ...round, shares }, 'share-ben', HOST).ok).toBe(canChange);
      expect(coverShare(shares, 'share-ben', 'cem').ok).toBe(canChange);
    }
  });
});

describe('a share that is taken over', () => {
  test('is the same for another payer, who keeps her own; its owner may take it back', () => {
    fc.assert(
      fc.property(rounds, fc.constantFrom(...PEOPLE), fc.nat(9), (round, payer, at) => {
        const share = round.shares[at % round.shares.length]!;
        const covered = coverShare(round.shares, share.id, payer);
        if (!covered.ok) {
          expect(payer).toBe(share.participantId);
          return;
        }
        expectToBalance({ ...round, shares: covered.shares });
        expect(covered.shares.filter((each) => !round.shares.includes(each))).toEqual([
          { ...share, participantId: payer, ownerParticipantId: share.participantId },
        ]);
        const back = coverShare(covered.shares, share.id, share.participantId);
        expect(back).toEqual({ ok: true, shares: round.shares });
        expect(coverShare(covered.shares, share.id, payer)).toEqual({ ok: false, problem: 'pays_already' });
      }),
    );
  });

  test('may be taken over again, and dropped by what its owner ordered', () => {
    const round = roundOf([
      { owner: 'ben', amount: 1000, sharers: [] },
      { owner: 'cem', amount: 500, sharers: [] },
    ]);
    const covered = coverShare(round.shares, 'share-ben', 'cem');
    if (!covered.ok) throw new Error(covered.problem);
    const again = coverShare(covered.shares, 'share-ben', 'dua');
    expect(again.ok && again.shares[0]).toMatchObject({ participantId: 'dua', ownerParticipantId: 'ben' });
    const dropped = dropShare({ ...round, shares: covered.shares }, 'share-ben', HOST);
    expect(dropped).toMatchObject({ ok: true, droppedAmount: 1000 });
    if (dropped.ok) expect(paidBy(dropped.round, HOST)).toBe(0);
  });
});
