import { expect, it } from 'vitest';
import type { ListedRefund } from '#domain/contract/payments.ts';
import { aLine, anOrder, aShare } from '../../orders/an-order.ts';
import { refundsOfLines } from './group-refund.ts';

const allocated = (...parts: [string, number][]) => parts.map(([lineId, amount]) => ({ lineId, amount }));
const order = anOrder({
  status: 'completed',
  lines: [
    aLine({ id: 'pizza', amount: 1300, unitAmount: 1300 }),
    aLine({ id: 'beer', quantity: 2, amount: 900 }),
  ],
  shares: [
    aShare({
      id: 'ben',
      participantId: 'b',
      status: 'captured',
      amount: 867,
      allocations: allocated(['pizza', 867]),
    }),
    aShare({
      ...{ id: 'cy', participantId: 'c', status: 'captured', amount: 1333 },
      allocations: allocated(['pizza', 433], ['beer', 900]),
    }),
    aShare({ id: 'dee', participantId: 'd', status: 'voided', amount: 0 }),
  ],
});
const draft = { reason: ' cold ', restock: true };

it('gives each payer back what she paid of the chosen lines, and restocks them once', () => {
  expect(refundsOfLines({ ...draft, quantities: { pizza: 1, beer: 1 } }, order, [])).toEqual([
    {
      ...{ shareId: 'ben', participantId: 'b', amount: 867 },
      body: { shareId: 'ben', lines: [{ lineId: 'pizza', quantity: 1 }], reason: 'cold', restock: true },
    },
    {
      ...{ shareId: 'cy', participantId: 'c', amount: 883 },
      body: {
        ...{ shareId: 'cy', reason: 'cold', restock: false },
        lines: [
          { lineId: 'pizza', quantity: 1 },
          { lineId: 'beer', quantity: 1 },
        ],
      },
    },
  ]);
});

it('leaves out whoever has it back already', () => {
  const back = { shareId: 'ben', status: 'succeeded', isBesides: false, amount: 867 };
  const refunds = [{ ...back, lines: [{ lineId: 'pizza', quantity: 1 }] }] as unknown as ListedRefund[];
  const left = refundsOfLines({ ...draft, quantities: { pizza: 1 } }, order, refunds);
  expect(left.map(({ shareId, amount }) => [shareId, amount])).toEqual([['cy', 433]]);
});
