import { expect, test } from 'vitest';
import type { Order, OrderLine, Share } from './contract/orders.ts';
import type { ListedRefund } from './contract/payments.ts';
import { allocateBill } from './allocations.ts';
import { summarizeTaxes } from './bill.ts';
import { partOfPayer } from './payer-receipt.ts';
import { describeReceipt, hasReceipt, rateText } from './receipt.ts';

const lineOf = (fields: Partial<OrderLine>): OrderLine => ({
  ...{ id: 'beer', variantId: 'v', name: 'Pils', options: [], quantity: 1, note: null, participantId: 'ada' },
  ...{ refundedQuantity: 0, productId: 'p', category: 'Drinks', wholeAmount: null },
  ...{ discountAmount: 0, ifSoldOut: 'leave_out' },
  ...{ unitAmount: 500, amount: 500, taxRate: 1900, taxClass: null, sharedBetween: ['ada'] },
  ...fields,
});
const orderOf = (lines: OrderLine[], fields: Partial<Order> = {}, tipAmount = 0): Order => {
  const currency = fields.currency ?? 'eur';
  const weighed = lines.map((line) => ({
    ...line,
    sharedBetween: line.sharedBetween.map((participantId) => ({ participantId, weight: 1 })),
  }));
  const shares = allocateBill({ currency, lines: weighed }).map((share): Share => ({
    ...share,
    allocations: [...share.allocations],
    ...{
      id: `of ${share.participantId}`,
      tipAmount,
      refundedAmount: 0,
      changedAmount: 0,
      status: 'captured',
    },
    ...{
      ownerId: null,
      method: 'card',
      declineCode: null,
      card: { brand: 'visa', last4: '4242' },
      dispute: null,
    },
  }));
  return {
    ...{
      id: 'o',
      code: '4F2A',
      number: 42,
      kind: 'solo',
      paidAfter: false,
      movedFrom: null,
      status: 'completed',
      reason: null,
      reasonText: null,
      version: 9,
    },
    ...{
      paymentStatus: 'paid',
      currency,
      tab: null,
      settles: null,
      place: null,
      host: 'ada',
      deadline: null,
      needsAttention: null,
      attention: [],
    },
    ...{ change: null, changes: [], discounts: [], questions: [] },
    ...{ participants: [{ id: 'ada', name: 'Ada' }], lines, shares, refundedAmount: 0 },
    ...{
      totalAmount: lines.reduce((sum, { amount }) => sum + amount, 0),
      taxes: summarizeTaxes(lines),
      tipsAmount: tipAmount * shares.length,
    },
    ...{ confirmedAt: '2026-11-23T12:01:00.000Z', createdAt: '2026-11-23T12:00:00.000Z' },
    updatedAt: '2026-11-23T12:01:00.000Z',
    ...fields,
  };
};
const refundOf = (fields: Partial<ListedRefund>): ListedRefund => ({
  ...{
    id: 'r',
    amount: 500,
    cause: 'requested',
    reason: 'cold',
    status: 'succeeded',
    shareId: 'of ada',
    lines: [],
  },
  ...{ restock: false, method: 'card', origin: 'staff', by: null, failureCode: null, isBesides: false },
  wasMade: true,
  createdAt: '2026-11-24T12:00:00.000Z',
  ...fields,
});

test('every rate has a letter, the highest first, and every line that of its own', () => {
  const soup = lineOf({ id: 'soup', taxRate: 700, amount: 333, unitAmount: 333 });
  const { lines, taxes, left, payers } = describeReceipt(orderOf([soup, lineOf({ amount: 1000 })]), []);
  expect(taxes).toEqual([
    { letter: 'A', rate: 1900, netAmount: 840, taxAmount: 160, grossAmount: 1000 },
    { letter: 'B', rate: 700, netAmount: 311, taxAmount: 22, grossAmount: 333 },
  ]);
  expect(lines.map(({ letter }) => letter)).toEqual(['B', 'A']);
  expect([left, payers]).toEqual([null, []]);
});

test('what went back keeps what was sold as it was, and stands with its own tax and with what is left', () => {
  const soup = lineOf({ id: 'soup', taxRate: 700 });
  const order = orderOf([lineOf({}), soup], { refundedAmount: 500 }, 200);
  const refunds = [
    refundOf({ id: 'failed', status: 'failed' }),
    refundOf({ id: 'paid twice', isBesides: true }),
    refundOf({ lines: [{ lineId: 'soup', quantity: 1 }] }),
  ];
  const receipt = describeReceipt(order, refunds);
  expect(receipt.taxes).toEqual(describeReceipt(order, []).taxes);
  expect(receipt.refunds).toEqual([
    {
      ...{ id: 'r', createdAt: '2026-11-24T12:00:00.000Z', method: 'card', amount: 500, tipAmount: 0 },
      taxes: [{ letter: 'B', rate: 700, netAmount: 467, taxAmount: 33, grossAmount: 500 }],
    },
  ]);
  expect(receipt.left).toEqual({
    amount: 700,
    tipsAmount: 200,
    taxes: [{ letter: 'A', rate: 1900, netAmount: 420, taxAmount: 80, grossAmount: 500 }],
  });
});

test('an order of several says which part of each line is whose, and what each of them paid how', () => {
  const participants = [
    { id: 'ada', name: 'Ada' },
    { id: 'ben', name: 'Ben' },
  ];
  const order = orderOf(
    [lineOf({ amount: 501, sharedBetween: ['ada', 'ben'] }), lineOf({ id: 'soup', sharedBetween: ['ben'] })],
    { participants },
    50,
  );
  const { lines, payers } = describeReceipt(order, []);
  expect(lines.map(({ parts }) => parts)).toEqual([
    [
      { name: 'Ada', amount: 251 },
      { name: 'Ben', amount: 250 },
    ],
    [{ name: 'Ben', amount: 500 }],
  ]);
  const way = { method: 'card', card: { brand: 'visa', last4: '4242' } };
  expect(payers).toEqual([
    { id: 'ada card visa 4242', name: 'Ada', amount: 301, tipAmount: 50, refundedAmount: 0, way },
    { id: 'ben card visa 4242', name: 'Ben', amount: 800, tipAmount: 50, refundedAmount: 0, way },
  ]);
});

test.each([
  ['jpy', 1100, { netAmount: 1019, taxAmount: 81, grossAmount: 1100 }, 800],
  ['kwd', 12500, { netAmount: 11574, taxAmount: 926, grossAmount: 12500 }, 800],
])(
  'the tax of %s is whole in its own minor unit, which none or three digits have',
  (currency, amount, tax, taxRate) => {
    const order = orderOf([lineOf({ amount, unitAmount: amount, taxRate })], { currency });
    expect(describeReceipt(order, []).taxes).toEqual([{ letter: 'A', rate: taxRate, ...tax }]);
    const { refunds, left } = describeReceipt(order, [refundOf({ amount: 330 })]);
    expect(refunds[0]!.taxes[0]!.grossAmount + left!.taxes[0]!.grossAmount).toBe(amount);
    expect(refunds[0]!.taxes[0]!.taxAmount + left!.taxes[0]!.taxAmount).toBe(tax.taxAmount);
  },
);

test('rates are written without needless zeros', () => {
  expect([1900, 750, 0, 1025].map(rateText)).toEqual(['19%', '7.5%', '0%', '10.25%']);
});

test('an order that was never confirmed has no receipt', () => {
  expect(hasReceipt({ confirmedAt: null, paidAfter: false })).toBe(false);
  const confirmedAt = '2026-11-23T12:01:00.000Z';
  expect(hasReceipt({ confirmedAt, paidAfter: false })).toBe(true);
  expect(hasReceipt({ confirmedAt, paidAfter: true })).toBe(false);
});

test('the receipts of all payers sum to the bill, in total and for each rate, with the shares that one has taken over', () => {
  const lines = [
    lineOf({
      id: 'pizza',
      unitAmount: 1000,
      amount: 1000,
      taxRate: 700,
      sharedBetween: ['ada', 'ben', 'cy'],
    }),
    lineOf({ id: 'beer', quantity: 3, unitAmount: 450, amount: 1350, sharedBetween: ['ben'] }),
    lineOf({ id: 'tea', unitAmount: 350, amount: 350, sharedBetween: ['cy'] }),
    lineOf({ id: 'water', unitAmount: 0, amount: 0, sharedBetween: ['ada'] }),
  ];
  const bill = orderOf(lines, {}, 50);
  const order = {
    ...bill,
    shares: bill.shares.map((share) =>
      share.participantId === 'cy' ? { ...share, participantId: 'ada', ownerId: 'cy' } : share,
    ),
  };
  const [ada, ben] = ['ada', 'ben'].map((id) => partOfPayer(order, id)) as [Order, Order];
  expect(ada.lines.map(({ id, amount }) => [id, amount])).toEqual([
    ['pizza', 667],
    ['tea', 350],
    ['water', 0],
  ]);
  expect(ben.lines.map(({ id }) => id)).toEqual(['pizza', 'beer']);
  const receipts = [ada, ben].map((part) => describeReceipt(part, []));
  expect(receipts.reduce((sum, { paidAmount }) => sum + paidAmount, 0)).toBe(
    order.totalAmount + order.tipsAmount,
  );
  for (const { rate, grossAmount } of order.taxes) {
    const parts = [ada, ben].flatMap(({ taxes }) => taxes.filter((tax) => tax.rate === rate));
    expect(parts.reduce((sum, tax) => sum + tax.grossAmount, 0)).toBe(grossAmount);
  }
  expect(partOfPayer(order, null)).toBe(order);
  const refunds = [
    { id: 'r', shareId: 'of ben', amount: 450, status: 'succeeded', isBesides: false, method: 'card' },
  ].map((refund) => ({ ...refund, lines: [{ lineId: 'beer', quantity: 1 }] })) as unknown as ListedRefund[];
  expect(describeReceipt(ben, refunds).left?.amount).toBe(ben.totalAmount + 50 - 450);
});

test('of a changed order each payment and what each gave back stand once, and sum to the total as it is now', () => {
  const bill = orderOf([
    lineOf({ id: 'beer', quantity: 2, amount: 1000 }),
    lineOf({ id: 'cake', amount: 300 }),
  ]);
  const [first] = bill.shares as [Share];
  const beers = (id: string, amount: number): Share => ({
    ...{ ...first, id, amount, allocations: [{ lineId: 'beer', amount }] },
    card: { brand: 'mastercard', last4: '4444' },
  });
  const change = { id: 'c', at: '2026-11-23T12:05:00.000Z', by: 'guest' as const, participantId: 'ada' };
  const story = {
    reasonText: null,
    differenceAmount: 500,
    came: [],
    went: [],
    noted: [],
    place: null,
    isSeen: true,
  };
  const order: Order = {
    ...bill,
    lines: [
      { ...bill.lines[0]!, unitAmount: 600, discountAmount: 200 },
      { ...bill.lines[1]!, discountAmount: 200 },
    ],
    discounts: [
      { id: 'd', name: 'late', changeId: 'c', amount: 200, lines: [{ lineId: 'beer', amount: 200 }] },
      { id: 'e', name: 'cold', changeId: 'c', amount: 200, lines: [{ lineId: 'cake', amount: 200 }] },
    ],
    changes: [{ ...change, ...story }],
    shares: [
      {
        ...first,
        amount: 800,
        changedAmount: 250,
        allocations: [
          { lineId: 'beer', amount: 500 },
          { lineId: 'cake', amount: 300 },
        ],
      },
      beers('second', 300),
      { ...beers('third', 200), participantId: 'ben' },
    ],
  };
  const back = refundOf({ id: 'back', cause: 'changed', amount: 100, isBesides: true });
  const failed = refundOf({ id: 'failed', cause: 'changed', amount: 150, status: 'failed', isBesides: true });
  const { paid, returned, paidAmount, payers, lines, left, changedAt } = describeReceipt(order, [
    back,
    failed,
  ]);
  expect(paid.map(({ way, amount }) => [way.card?.last4, amount])).toEqual([
    ['4242', 1050],
    ['4444', 300],
    ['4444', 200],
  ]);
  expect(returned.map(({ amount, createdAt }) => [amount, createdAt])).toEqual([
    [100, back.createdAt],
    [150, null],
  ]);
  const sumOf = (parts: readonly { amount: number }[]) => parts.reduce((sum, { amount }) => sum + amount, 0);
  expect(sumOf(paid) - sumOf(returned)).toBe(paidAmount);
  expect([left, changedAt]).toEqual([null, change.at]);
  expect(payers.map(({ amount }) => amount)).toEqual([800, 300, 200]);
  expect(lines.map(({ parts }) => parts.map(({ amount }) => amount))).toEqual([[800, 200], [300]]);
  const [ada, ben] = ['ada', 'ben'].map((id) => describeReceipt(partOfPayer(order, id), [back, failed]));
  expect(ada!.paidAmount + ben!.paidAmount).toBe(paidAmount);
  expect(sumOf(ada!.paid) - sumOf(ada!.returned)).toBe(ada!.paidAmount);
  expect([ada!.payers, ben!.returned]).toEqual([[], []]);
  // What is off a line is told only to who pays all of it.
  expect(partOfPayer(order, 'ada').discounts.map(({ id }) => id)).toEqual(['e']);
});
