import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { summarizeTaxes } from './bill.ts';
import { discountsLeft, type GivenDiscount } from './discount.ts';
import { planChange, type ChangePlan, type LineChanges, type NewLine, type PlannedChange } from './change.ts';
import { allocateBill, type WeightedPayer } from './allocations.ts';
import { priceRefund, spreadRefund } from './refund.ts';

const RATES = [700, 1900, 0] as const;

interface BookedLine {
  id: string;
  participantId: string;
  sharedBetween: string[];
  weights: number[] | null;
  quantity: number;
  unitAmount: number;
  discountAmount: number;
  taxRate: number;
  returnedQuantity: number;
}

interface BookedShare {
  id: string;
  participantId: string;
  ownerId: string | null;
  amount: number;
  tipAmount: number;
  refundedAmount: number;
  /** Given back by changes. */
  changedAmount: number;
  capturedAmount: number;
  /** Reserved by refunds of any cause. */
  paidBackAmount: number;
  allocations: { lineId: string; amount: number }[];
}

/** An order that is changed, refunded and canceled, in memory, as the database does it. */
function orderOf(
  lines: readonly (Omit<BookedLine, 'sharedBetween' | 'weights' | 'returnedQuantity' | 'discountAmount'> & {
    between?: Readonly<Record<string, number>>;
  })[],
  tipAmount = 0,
) {
  const order = {
    currency: 'eur',
    lines: lines.map(({ between, ...line }): BookedLine => ({
      ...line,
      sharedBetween: Object.keys(between ?? { [line.participantId]: 1 }),
      weights: between ? Object.values(between) : null,
      discountAmount: 0,
      returnedQuantity: 0,
    })),
    discounts: [] as GivenDiscount[],
    shares: [] as BookedShare[],
  };
  let ids = 0;
  let changes = 0;
  const pay = (participantId: string, allocations: BookedShare['allocations'], tip: number) => {
    const amount = sumOf(allocations.map((each) => each.amount));
    order.shares.push({
      ...{ id: `share-${++ids}`, participantId, amount, tipAmount: tip, allocations },
      ...{
        ownerId: null,
        refundedAmount: 0,
        changedAmount: 0,
        capturedAmount: amount + tip,
        paidBackAmount: 0,
      },
    });
  };
  const bill = order.lines.map((line) => ({
    ...{ id: line.id, amount: amountOf(line), sharedBetween: weightsOf(line) },
  }));
  for (const { participantId, allocations } of allocateBill({ currency: 'eur', lines: bill }))
    pay(participantId, [...allocations], tipAmount);
  const refundableOf = (share: BookedShare) => share.capturedAmount - share.paidBackAmount;
  return {
    order,
    total: () => sumOf(order.lines.map(amountOf)),
    /** What somebody has paid and not got back, tips apart from refunds of them. */
    netOf: (participantId: string) => sumOf(sharesOf(participantId).map(refundableOf)),
    change(asker: string | null, wanted: LineChanges & { add: (NewLine & AddedLine)[] }) {
      const plan = planChange(order, asker, wanted);
      if ('refused' in plan) return plan;
      changes += 1;
      for (const { lineId, quantity, discountAmount } of plan.quantities) {
        const line = order.lines.find(({ id }) => id === lineId)!;
        line.quantity = quantity;
        line.discountAmount = discountAmount;
      }
      order.lines = order.lines.filter(({ quantity }) => quantity > 0);
      for (const { id, amount, sharedBetween, ...line } of wanted.add)
        order.lines.push({
          ...line,
          ...{ id, participantId: sharedBetween[0]!.participantId, returnedQuantity: 0 },
          sharedBetween: sharedBetween.map(({ participantId }) => participantId),
          weights: sharedBetween.map(({ weight }) => weight),
          unitAmount: amount / line.quantity,
          discountAmount: plan.discounts.find(({ lineId }) => lineId === id)?.amount ?? 0,
        });
      const id = `discount-${order.discounts.length}`;
      order.discounts.push({ id, name: id, changeId: id, lines: plan.discounts });
      for (const planned of plan.byPayer.flatMap(({ shares }) => shares)) {
        const share = order.shares.find(({ id }) => id === planned.id)!;
        share.amount = planned.amount;
        share.allocations = [...planned.allocations];
        share.changedAmount += planned.returnedAmount;
        share.paidBackAmount += planned.returnedAmount;
      }
      for (const { participantId, toPay } of plan.byPayer)
        if (toPay) pay(participantId, [...toPay.allocations], 0);
      return plan;
    },
    refund(payer: string, wish: { amount?: number; lines?: { lineId: string; quantity: number }[] }) {
      const shares = sharesOf(payer);
      const priced = priceRefund(wish, {
        currency: 'eur',
        lines: order.lines.map((line) => ({ ...line, amount: paidFor(shares, line.id) })),
        returned: new Map(order.lines.map(({ id, returnedQuantity }) => [id, returnedQuantity])),
        refundableAmount: sumOf(shares.map(refundableOf)),
      });
      if ('refused' in priced) return priced;
      const payments = shares.map((share) => ({ share, refundableAmount: refundableOf(share) }));
      for (const { payment, amount } of spreadRefund(priced.amount, payments)) {
        payment.share.refundedAmount += amount;
        payment.share.paidBackAmount += amount;
      }
      for (const { lineId, quantity } of wish.lines ?? [])
        order.lines.find(({ id }) => id === lineId)!.returnedQuantity += quantity;
      return priced;
    },
    cancel() {
      for (const share of order.shares) {
        share.refundedAmount += refundableOf(share);
        share.paidBackAmount = share.capturedAmount;
      }
    },
    check() {
      for (const line of order.lines) {
        expect(paidFor(order.shares, line.id)).toBe(amountOf(line));
        expect(line.discountAmount).toBeGreaterThanOrEqual(0);
        expect(amountOf(line)).toBeGreaterThanOrEqual(0);
      }
      expect(sumOf(discountsLeft(order.lines, order.discounts).map(({ amount }) => amount))).toBe(
        sumOf(order.lines.map(({ discountAmount }) => discountAmount)),
      );
      for (const share of order.shares) {
        expect(share.amount).toBe(sumOf(share.allocations.map(({ amount }) => amount)));
        expect(share.capturedAmount - share.changedAmount).toBe(share.amount + share.tipAmount);
        expect(share.refundedAmount).toBeLessThanOrEqual(share.amount + share.tipAmount);
        expect(share.paidBackAmount).toBe(share.changedAmount + share.refundedAmount);
        expect(share.paidBackAmount).toBeLessThanOrEqual(share.capturedAmount);
        for (const { lineId } of share.allocations)
          expect(order.lines.find(({ id }) => id === lineId)?.sharedBetween).toContain(share.participantId);
      }
      const taxed = (parts: readonly { amount: number; taxRate: number }[]) =>
        summarizeTaxes([...parts]).filter(({ grossAmount }) => grossAmount > 0);
      const billed = order.lines.map((line) => ({ amount: amountOf(line), taxRate: line.taxRate }));
      const allocated = order.shares.flatMap(({ allocations }) =>
        allocations.map(({ lineId, amount }) => ({
          ...{ amount, taxRate: order.lines.find(({ id }) => id === lineId)!.taxRate },
        })),
      );
      expect(taxed(allocated)).toEqual(taxed(billed));
      for (const payer of new Set(order.shares.map(({ participantId }) => participantId))) {
        const shares = sharesOf(payer);
        const hers = order.lines.map((line) => {
          const weights = weightsOf(line);
          const weight = weights.find(({ participantId }) => participantId === payer)?.weight ?? 0;
          const exact = (amountOf(line) * weight) / sumOf(weights.map((each) => each.weight));
          const part = paidFor(shares, line.id);
          // Each change rounds once.
          const rounded = line.sharedBetween.length === 1 ? 0 : 1 + changes;
          // What is waived is each payer's own.
          if (!order.discounts.some(({ lines }) => lines.some(({ lineId }) => lineId === line.id)))
            expect(Math.abs(part - exact)).toBeLessThanOrEqual(rounded);
          return part;
        });
        const paid = shares.map((share) => share.capturedAmount - share.changedAmount - share.tipAmount);
        expect(sumOf(paid)).toBe(sumOf(hers));
      }
    },
  };

  function sharesOf(participantId: string) {
    return order.shares.filter((share) => share.participantId === participantId);
  }
}

/** Who pays a line, with her weight. */
function weightsOf({
  sharedBetween,
  weights,
}: Pick<BookedLine, 'sharedBetween' | 'weights'>): WeightedPayer[] {
  return sharedBetween.map((participantId, index) => ({ participantId, weight: weights?.[index] ?? 1 }));
}

interface AddedLine {
  quantity: number;
  taxRate: number;
}

const amountOf = ({ quantity, unitAmount, discountAmount }: Omit<BookedLine, 'id'>) =>
  quantity * unitAmount - discountAmount;
const sumOf = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);
const paidFor = (shares: readonly Pick<BookedShare, 'allocations'>[], lineId: string) =>
  sumOf(
    shares.flatMap(({ allocations }) =>
      allocations.filter((each) => each.lineId === lineId).map(({ amount }) => amount),
    ),
  );
const differenceOf = (plan: PlannedChange): number | string =>
  'refused' in plan ? plan.refused : plan.differenceAmount;
const line = (id: string, quantity: number, unitAmount: number, participantId = 'ada') => ({
  ...{ id, quantity, unitAmount, participantId, taxRate: 1900 as number },
});
const alone = (participantId: string) => [{ participantId, weight: 1 }];
const added = (id: string, amount: number, payer = 'ada') => ({
  ...{ id, amount, quantity: 1, taxRate: 1900, sharedBetween: alone(payer) },
});

describe('a change', () => {
  test('that adds what is never paid, and takes it off again, moves nothing', () => {
    const { order } = orderOf([line('a', 1, 1000)]);
    const before = structuredClone(order);
    const plan = planChange(order, 'ada', { set: [], add: [added('b', 500)] });
    expect(plan).toMatchObject({
      differenceAmount: 500,
      byPayer: [{ shares: [], toPay: { amount: 500, allocations: [{ lineId: 'b', amount: 500 }] } }],
    });
    expect(planChange(order, 'ada', { set: [{ lineId: 'a', quantity: 1 }], add: [] })).toEqual({
      ...{ differenceAmount: 0, quantities: [], discounts: [] },
      byPayer: [{ participantId: 'ada', differenceAmount: 0, shares: [], toPay: null }],
    } satisfies ChangePlan);
    expect(order).toEqual(before);
  });

  test('is paid with a second payment, and refunds go over both', () => {
    const book = orderOf([line('a', 1, 1000)]);
    expect(differenceOf(book.change('ada', { set: [{ lineId: 'a', quantity: 2 }], add: [] }))).toBe(1000);
    expect(book.refund('ada', { amount: 600 })).toEqual({ amount: 600 });
    expect(book.refund('ada', { amount: 600 })).toEqual({ amount: 600 });
    expect(book.order.shares.map(({ refundedAmount }) => refundedAmount)).toEqual([1000, 200]);
    expect(book.refund('ada', { amount: 801 })).toEqual({ refused: 'more_than_captured' });
    expect(book.refund('ada', { amount: 800 })).toEqual({ amount: 800 });
    book.check();
  });

  test('adds a line that is refunded like the rest', () => {
    const book = orderOf([line('a', 1, 1000)]);
    book.change('ada', { set: [], add: [added('b', 450)] });
    expect(book.refund('ada', { lines: [{ lineId: 'b', quantity: 1 }] })).toEqual({ amount: 450 });
    book.check();
  });

  test('swaps at an equal price without money, and at a lower one gives back the rest', () => {
    const book = orderOf([line('a', 1, 1000), line('b', 1, 300)]);
    expect(
      differenceOf(book.change('ada', { set: [{ lineId: 'a', quantity: 0 }], add: [added('c', 1000)] })),
    ).toBe(0);
    expect(book.order.shares).toHaveLength(1);
    expect(
      differenceOf(book.change('ada', { set: [{ lineId: 'c', quantity: 0 }], add: [added('d', 600)] })),
    ).toBe(-400);
    expect(book.netOf('ada')).toBe(900);
    book.check();
  });

  test('counts what was paid and given back, not what was placed', () => {
    const book = orderOf([line('a', 2, 500), line('b', 1, 300)]);
    book.refund('ada', { lines: [{ lineId: 'a', quantity: 1 }] });
    // The piece that was given back is not given back again.
    expect(book.change('ada', { set: [{ lineId: 'a', quantity: 0 }], add: [] })).toMatchObject({
      refused: 'refunded_already',
    });
    expect(differenceOf(book.change('ada', { set: [{ lineId: 'a', quantity: 1 }], add: [] }))).toBe(-500);
    expect(book.netOf('ada')).toBe(300);
    book.refund('ada', { amount: 200 });
    expect(book.change('ada', { set: [{ lineId: 'b', quantity: 0 }], add: [added('c', 100)] })).toMatchObject(
      { refused: 'refunded_already' },
    );
    expect(
      differenceOf(book.change('ada', { set: [{ lineId: 'b', quantity: 0 }], add: [added('c', 400)] })),
    ).toBe(100);
    book.check();
  });

  test('that is waived moves no money; taken off again, it gives back what was paid for it', () => {
    const book = orderOf([line('a', 1, 1000)]);
    const waived = book.change('ada', {
      set: [],
      add: [added('b', 300), added('c', 600)],
      isWaived: true,
    });
    expect(waived).toMatchObject({
      ...{ differenceAmount: 0, byPayer: [{ toPay: null }] },
      discounts: [
        { lineId: 'b', amount: 300 },
        { lineId: 'c', amount: 600 },
      ],
    });
    book.check();
    expect(differenceOf(book.change('ada', { set: [{ lineId: 'c', quantity: 0 }], add: [] }))).toBe(0);
    // What is taken off pays for a part of what costs more; the rest is waived.
    const add = [{ ...added('d', 1400), quantity: 2 }, added('e', 600)];
    const swap = { set: [{ lineId: 'a', quantity: 0 }], add, isWaived: true };
    expect(book.change('ada', swap)).toMatchObject({
      differenceAmount: 0,
      discounts: [
        { lineId: 'd', amount: 700 },
        { lineId: 'e', amount: 300 },
      ],
    });
    book.check();
    expect(book.refund('ada', { lines: [{ lineId: 'd', quantity: 1 }] })).toEqual({ amount: 350 });
    expect(differenceOf(book.change('ada', { set: [{ lineId: 'd', quantity: 1 }], add: [] }))).toBe(-350);
    expect(book.netOf('ada')).toBe(300);
    book.check();
  });

  test('of a shared line frees and charges each payer in proportion, and nobody else', () => {
    const book = orderOf([
      { ...line('a', 3, 1000), between: { ada: 1, ben: 1, cem: 1 } },
      { ...line('b', 1, 101), between: { ada: 2, ben: 1 } },
      line('c', 1, 500, 'dan'),
    ]);
    const byPayer = (plan: PlannedChange) =>
      'refused' in plan ? plan : plan.byPayer.map((each) => [each.participantId, each.differenceAmount]);
    expect(byPayer(book.change('ben', { set: [{ lineId: 'a', quantity: 2 }], add: [] }))).toEqual([
      ...[
        ['ada', -334],
        ['ben', -333],
        ['cem', -333],
      ],
    ]);
    expect(byPayer(book.change('ada', { set: [{ lineId: 'b', quantity: 3 }], add: [] }))).toEqual([
      ...[
        ['ada', 135],
        ['ben', 67],
      ],
    ]);
    // Other options: what is freed pays for the new line first.
    const sharedBetween = [...alone('ada'), ...alone('ben'), ...alone('cem')];
    const swap = { set: [{ lineId: 'a', quantity: 0 }], add: [{ ...added('d', 2000), sharedBetween }] };
    expect(byPayer(book.change('cem', swap))).toEqual([
      ['ada', 1],
      ['ben', 0],
      ['cem', -1],
    ]);
    expect(byPayer(book.change(null, { set: [], add: [added('e', 250, 'cem')] }))).toEqual([['cem', 250]]);
    book.check();
  });

  test('asks for a part in what is changed; a share that was taken over only gives back', () => {
    const { order } = orderOf([line('a', 1, 1000), line('b', 1, 500, 'ben')]);
    const change = (lineId: string, quantity: number, asker: string | null = 'ada') =>
      planChange(order, asker, { set: [{ lineId, quantity }], add: [added('x', 1, 'cem')] });
    expect(differenceOf(change('b', 0))).toBe('not_yours');
    expect(differenceOf(change('b', 0, null))).toBe(-499);
    expect(differenceOf(change('nothing', 0))).toBe('unknown_line');
    // Ben treats her.
    Object.assign(order.shares[0]!, { participantId: 'ben', ownerId: 'ada' });
    expect(change('a', 0, 'ben')).toMatchObject({
      byPayer: [{ participantId: 'ben', differenceAmount: -1000, toPay: null }, { participantId: 'cem' }],
    });
    expect(change('a', 2)).toMatchObject({
      byPayer: [
        { participantId: 'ada', differenceAmount: 1000, toPay: { amount: 1000 } },
        { participantId: 'ben', differenceAmount: 0, shares: [] },
        { participantId: 'cem' },
      ],
    });
    const last = orderOf([line('a', 1, 1000)]).order;
    expect(differenceOf(planChange(last, 'ada', { set: [{ lineId: 'a', quantity: 0 }], add: [] }))).toBe(
      'nothing_left',
    );
  });
});

const PEOPLE = ['ada', 'ben', 'cem'] as const;
const people = fc.constantFrom(...PEOPLE);
/** Who shares a line, with her weight. */
const between = fc.dictionary(people, fc.integer({ min: 1, max: 3 }), { minKeys: 1 });
const step = fc.oneof(
  fc.record({
    kind: fc.constant('change' as const),
    payer: people,
    isStaffs: fc.boolean(),
    isWaived: fc.boolean(),
    sets: fc.array(fc.record({ of: fc.nat(), quantity: fc.integer({ min: 0, max: 4 }) }), { maxLength: 3 }),
    adds: fc.array(
      fc.record({
        quantity: fc.integer({ min: 1, max: 3 }),
        unitAmount: fc.integer({ min: 0, max: 900 }),
        taxRate: fc.constantFrom(...RATES),
        between,
      }),
      { maxLength: 3 },
    ),
  }),
  fc.record({
    kind: fc.constant('amount' as const),
    payer: people,
    amount: fc.integer({ min: 1, max: 1500 }),
  }),
  fc.record({ kind: fc.constant('units' as const), payer: people, of: fc.nat() }),
);

test('any sequence of changes, waivers, refunds and a cancel ends with paid − given back = bill, per payer and rate', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          quantity: fc.integer({ min: 1, max: 3 }),
          unitAmount: fc.integer({ min: 0, max: 900 }),
          taxRate: fc.constantFrom(...RATES),
          participantId: people,
          between,
        }),
        { minLength: 1, maxLength: 5 },
      ),
      fc.integer({ min: 0, max: 100 }),
      fc.array(step, { maxLength: 12 }),
      fc.boolean(),
      (lines, tipAmount, steps, isCanceled) => {
        const book = orderOf(
          lines.map((each, index) => ({ ...each, id: `line-${index}` })),
          tipAmount,
        );
        book.check();
        steps.forEach((each, at) => {
          const shared = book.order.lines.filter((one) => one.sharedBetween.includes(each.payer));
          const own = shared.filter((one) => one.sharedBetween.length === 1);
          const before = structuredClone(book.order.shares);
          let touched: readonly string[] = [each.payer];
          if (each.kind === 'amount') book.refund(each.payer, { amount: each.amount });
          else if (each.kind === 'units' && own.length > 0)
            book.refund(each.payer, { lines: [{ lineId: own[each.of % own.length]!.id, quantity: 1 }] });
          else if (each.kind === 'change') {
            const lines = each.isStaffs ? book.order.lines : shared;
            const total = book.total();
            const nets = new Map(PEOPLE.map((person) => [person, book.netOf(person)]));
            const sets = new Map(
              lines.length === 0
                ? []
                : each.sets.map((set) => [lines[set.of % lines.length]!.id, set.quantity]),
            );
            const plan = book.change(each.isStaffs ? null : each.payer, {
              isWaived: each.isWaived,
              set: [...sets].map(([lineId, quantity]) => ({ lineId, quantity })),
              add: each.adds.map(({ quantity, unitAmount, taxRate, between: sharers }, index) => ({
                ...{ id: `added-${at}-${index}`, amount: quantity * unitAmount, quantity, taxRate },
                sharedBetween: Object.entries(sharers).map(([participantId, weight]) => ({
                  participantId,
                  weight,
                })),
              })),
            });
            const byPayer = 'refused' in plan ? [] : plan.byPayer;
            touched = byPayer.map(({ participantId }) => participantId);
            expect(book.total() - total).toBe(sumOf(byPayer.map((one) => one.differenceAmount)));
            for (const person of PEOPLE) {
              const hers = byPayer.find(({ participantId }) => participantId === person);
              if (each.isWaived) expect(hers?.differenceAmount ?? 0).toBeLessThanOrEqual(0);
              expect(book.netOf(person) - nets.get(person)!).toBe(hers?.differenceAmount ?? 0);
            }
          }
          const ofOthers = (shares: typeof before) =>
            shares.filter(({ participantId }) => !touched.includes(participantId));
          expect(ofOthers(book.order.shares)).toEqual(ofOthers(before));
          book.check();
        });
        if (!isCanceled) return;
        book.cancel();
        book.check();
        expect(sumOf(PEOPLE.map(book.netOf))).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});
