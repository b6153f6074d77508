import { expect, test } from 'vitest';
import { buildOrder } from '../orders/order-builder.ts';
import { arrangeColumns, matchesSearch, neighborOf, successorOf } from './columns.ts';

const ids = (columns: ReturnType<typeof arrangeColumns>) =>
  columns.map((column) => column.orders.map((order) => order.number));

test('puts orders in the column of their status, in the order in which they were paid', () => {
  const columns = arrangeColumns([
    buildOrder(12),
    buildOrder(3, { status: 'ready' }),
    buildOrder(9),
    buildOrder(7, { status: 'preparing' }),
  ]);
  expect(columns.map((column) => column.status)).toEqual(['confirmed', 'preparing', 'ready']);
  expect(ids(columns)).toEqual([[9, 12], [7], [3]]);
});

test('finds orders by the start of their number, by place and by name', () => {
  const order = buildOrder(42, {
    place: { kind: 'lane', label: '7' },
    contact: { name: 'Grace', email: 'g@sharetab.test' },
  });
  for (const search of ['', ' ', '42', '#42', '4', 'lane', 'LANE 7', 'grac']) {
    expect(matchesSearch(order, search), search).toBe(true);
  }
  for (const search of ['2', 'table', '43']) expect(matchesSearch(order, search), search).toBe(false);
});

test('finds orders without a place or a contact', () => {
  const order = buildOrder(42, { place: null, contact: null });
  expect(matchesSearch(order, '42')).toBe(true);
  expect(matchesSearch(order, 'table')).toBe(false);
});

const board = arrangeColumns([
  buildOrder(1),
  buildOrder(2),
  buildOrder(3),
  buildOrder(4, { status: 'ready' }),
]);
const at = (number: number) => buildOrder(number).id;

test('arrow keys walk within a column and stop at its ends', () => {
  expect(neighborOf(board, at(1), 'down')).toBe(at(2));
  expect(neighborOf(board, at(2), 'up')).toBe(at(1));
  expect(neighborOf(board, at(1), 'up')).toBeUndefined();
  expect(neighborOf(board, at(3), 'down')).toBeUndefined();
});

test('arrow keys step over an empty column to the nearest height', () => {
  expect(neighborOf(board, at(3), 'right')).toBe(at(4));
  expect(neighborOf(board, at(4), 'left')).toBe(at(1));
  expect(neighborOf(board, at(4), 'right')).toBeUndefined();
});

test('an arrow key without a known card starts at the first one', () => {
  expect(neighborOf(board, undefined, 'down')).toBe(at(1));
  expect(neighborOf(board, 'gone', 'left')).toBe(at(1));
  expect(neighborOf(arrangeColumns([]), undefined, 'down')).toBeUndefined();
});

test('the focus stays at its height in the column when its order moves on', () => {
  const after = arrangeColumns([
    buildOrder(1),
    buildOrder(2, { status: 'preparing' }),
    buildOrder(3),
    buildOrder(4, { status: 'ready' }),
  ]);
  expect(successorOf(board, after, at(2))).toBe(at(3));
  const last = arrangeColumns([buildOrder(1), buildOrder(2), buildOrder(3, { status: 'preparing' })]);
  expect(successorOf(board, last, at(3))).toBe(at(2));
});

test('the focus follows the last order out of its column, and is lost with the last order of all', () => {
  const before = arrangeColumns([buildOrder(1)]);
  expect(successorOf(before, arrangeColumns([buildOrder(1, { status: 'preparing' })]), at(1))).toBe(at(1));
  expect(successorOf(before, arrangeColumns([]), at(1))).toBeUndefined();
});

test('the focus stays on an order that stays', () => {
  expect(successorOf(board, board, at(2))).toBe(at(2));
});
