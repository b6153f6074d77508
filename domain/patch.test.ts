import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Order } from './contract/orders.ts';
import type { Tab } from './contract/tabs.ts';
import {
  applyOrderPatch,
  applyTabPatch,
  composeTabPatches,
  orderPatchBetween,
  tabPatchBetween,
} from './patch.ts';

/* Patches over generated orders and tabs: as they are sent, as JSON. */

const ids = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
/** Items with these ids, in any order. */
const items = <Fields extends object>(key: string, fields: fc.Arbitrary<Fields>) =>
  fc.uniqueArray(
    fc.tuple(ids, fields).map(([id, rest]) => ({ [key]: id, ...rest })),
    { selector: (item) => (item as Record<string, unknown>)[key] },
  );
const orders = fc.record({
  version: fc.nat(50),
  status: fc.constantFrom('placing', 'awaiting_payment', 'confirmed'),
  number: fc.option(fc.nat(3)),
  place: fc.option(fc.record({ kind: fc.constant('table'), label: fc.constantFrom('7', '8') })),
  attention: fc.subarray(['cash_to_return', 'refund_failed']),
  taxes: fc.array(fc.record({ rate: fc.nat(2), grossAmount: fc.nat(3) }), { maxLength: 2 }),
  participants: items('id', fc.record({ name: fc.constantFrom('Ada', 'Ben') })),
  lines: items('id', fc.record({ quantity: fc.nat(2), note: fc.option(fc.constantFrom('hot', '')) })),
  shares: items(
    'id',
    fc.record({
      status: fc.constantFrom('due', 'authorized', 'captured'),
      card: fc.option(fc.record({ brand: fc.constant('visa'), last4: fc.constantFrom('4242', '1111') })),
      allocations: fc.array(fc.record({ lineId: ids, amount: fc.nat(2) }), { maxLength: 2 }),
    }),
  ),
}) as unknown as fc.Arbitrary<Order>;

const tabs = fc.record({
  version: fc.nat(50),
  title: fc.option(fc.constantFrom('Lunch', 'Lane 3')),
  paidAmount: fc.nat(3),
  participants: items('id', fc.record({ name: fc.constantFrom('Ada', 'Ben'), isHere: fc.constant(true) })),
  lines: items('id', fc.record({ version: fc.nat(2), note: fc.option(fc.constant('hot')) })),
  rounds: items(
    'orderId',
    fc.record({ version: fc.nat(2), status: fc.constantFrom('placing', 'confirmed') }),
  ),
  parts: items('participantId', fc.record({ amount: fc.nat(2) })),
  owed: items('lineId', fc.record({ openAmount: fc.nat(2) })),
  payments: items('orderId', fc.record({ refundedAmount: fc.nat(2) })),
}) as unknown as fc.Arbitrary<Tab>;

const copy = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

test('an order with the patch to another of its states is that state, also when it is applied twice', () => {
  fc.assert(
    fc.property(orders, orders, (before, now) => {
      const patch = copy(orderPatchBetween(before, now));
      const patched = applyOrderPatch(before, patch);
      expect(patched).toEqual(now);
      expect(applyOrderPatch(patched, patch)).toEqual(now);
      expect(orderPatchBetween(now, copy(now))).toEqual({ fields: {} });
    }),
    { numRuns: 500 },
  );
});

/** A tab whose lists are sorted: new items come last, wherever they are. */
const inOrder = (tab: Tab): object =>
  Object.fromEntries(
    Object.entries(tab).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map((item) => JSON.stringify(item)).toSorted() : value,
    ]),
  );

test('a tab with the patch to another of its states is that state, but for the places of new items; who is here is no difference', () => {
  fc.assert(
    fc.property(tabs, tabs, (before, now) => {
      const patch = copy(tabPatchBetween(before, now));
      const patched = applyTabPatch(before, patch);
      expect(inOrder(patched)).toEqual(inOrder(now));
      expect(applyTabPatch(patched, patch)).toEqual(patched);
      // What was there keeps its place.
      const kept = before.lines.filter(({ id }) => now.lines.some((line) => line.id === id));
      expect(patched.lines.slice(0, kept.length).map(({ id }) => id)).toEqual(kept.map(({ id }) => id));
      const gone = { ...now, participants: now.participants.map((one) => ({ ...one, isHere: false })) };
      expect(tabPatchBetween(now, gone)).toEqual({ fields: {} });
    }),
    { numRuns: 500 },
  );
});

test('two patches of a tab in one do what they do one after the other, from wherever in between they are applied', () => {
  fc.assert(
    fc.property(tabs, tabs, tabs, (first, second, third) => {
      const patches = [tabPatchBetween(first, second), tabPatchBetween(second, third)] as const;
      const composed = copy(composeTabPatches(...patches));
      for (const tab of [first, second])
        expect(inOrder(applyTabPatch(tab, composed))).toEqual(inOrder(third));
    }),
    { numRuns: 500 },
  );
});

test('what differs in an order’s items is sent, not the items', () => {
  const share = { id: 'a', amount: 100, status: 'due', card: null };
  const before = { version: 1, lines: [], participants: [], shares: [share] } as unknown as Order;
  const now = { ...before, version: 2, shares: [{ ...before.shares[0]!, status: 'authorized' as const }] };
  expect(orderPatchBetween(before, now)).toEqual({
    fields: { version: 2 },
    shares: [{ id: 'a', status: 'authorized' }],
  });
});
