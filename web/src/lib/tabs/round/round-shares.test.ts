import { expect, it } from 'vitest';
import { aLine, anOrder, aShare } from '../../orders/an-order.ts';
import { asPayer, dropOutcome, groupShares, progressOf, sharesOf } from './round-shares.ts';

const [ada, ben, cy] = ['a', 'b', 'c'] as const;

it('counts who has paid, without those who have nothing to pay', () => {
  const shares = [
    aShare({ participantId: ada, amount: 500, status: 'authorized' }),
    aShare({ participantId: ben, amount: 300, status: 'requires_action' }),
    aShare({ participantId: cy, amount: 0, status: 'authorized' }),
  ];
  expect(progressOf({ shares })).toEqual({ paidCount: 1, count: 2, paidAmount: 500 });
});

it('lists who has to pay first, and folds the others of a large group', () => {
  const people = ['a', 'b', 'c', 'd', 'e', 'f'];
  const shares = people.map((id, place) =>
    aShare({ id, participantId: id, amount: place * 100, status: place % 2 === 1 ? 'due' : 'authorized' }),
  );
  const ids = (some: number) => {
    const groups = groupShares({ shares: shares.slice(0, some) }, (id) => people.indexOf(id));
    return [groups.all, groups.shown, groups.folded].map((list) => list.map(({ id }) => id).join(''));
  };
  expect(ids(5)).toEqual(['abcde', 'bdace', '']);
  expect(ids(6)).toEqual(['abcdef', 'bdf', 'ace']);
});

it('shows each payer her own payments and refunds, with the shares that she has taken over', () => {
  const order = anOrder({
    refundedAmount: 700,
    paymentStatus: 'partly_refunded',
    shares: [
      aShare({ id: '1', participantId: ada, status: 'refunded', amount: 500, refundedAmount: 500 }),
      aShare({ id: '2', participantId: ben, status: 'partly_refunded', amount: 300, refundedAmount: 200 }),
      aShare({ id: '3', participantId: ben, ownerId: cy, status: 'captured', amount: 100 }),
    ],
  });
  expect(asPayer(order, ada)).toMatchObject({ refundedAmount: 500, paymentStatus: 'refunded' });
  expect(asPayer(order, ben)).toMatchObject({ refundedAmount: 200, paymentStatus: 'partly_refunded' });
  expect(sharesOf(order, ben).map(({ id }) => id)).toEqual(['2', '3']);
  expect(asPayer(order, cy)).toMatchObject({ refundedAmount: 0, shares: [] });
});

it('tells what a drop takes away: only lines that the share alone pays and that its owner owns', () => {
  const lines = [
    aLine({ id: 'own', participantId: ben, amount: 800 }),
    aLine({ id: 'shared', participantId: ben, amount: 900 }),
    aLine({ id: 'given', participantId: ada, amount: 200 }),
  ];
  const allocations = [
    { lineId: 'own', amount: 800 },
    { lineId: 'shared', amount: 300 },
    { lineId: 'given', amount: 200 },
  ];
  const outcome = dropOutcome({ lines }, aShare({ participantId: ben, amount: 1300, allocations }));
  expect(outcome.lines.map(({ id }) => id)).toEqual(['own']);
  expect(outcome.restAmount).toBe(500);
});
