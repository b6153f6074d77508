import { expect, test } from 'vitest';
import { buildOrder } from '../agent/orders/order-builder.ts';
import type { OrderForAgents } from '#domain/contract/orders.ts';
import { isOnBoard } from '../agent/board/columns.ts';
import { applyNews, replaceAll } from './list-change.ts';

type OrdersById = ReadonlyMap<string, OrderForAgents>;

const board = (...orders: ReturnType<typeof buildOrder>[]): OrdersById =>
  new Map(orders.map((order) => [order.id, order]));
const applyBatch = (shown: OrdersById, orders: OrderForAgents[], gone: string[] = []) =>
  applyNews(shown, { orders, gone }, ({ status }) => isOnBoard(status));

test('tells which orders arrived and which left', () => {
  const shown = board(buildOrder(1), buildOrder(2));
  const { orders, arrived, left } = applyBatch(shown, [
    buildOrder(1, { version: 6, status: 'canceled' }),
    buildOrder(2, { version: 6, status: 'preparing' }),
    buildOrder(3),
  ]);
  expect([...orders.values()].map((order) => [order.number, order.status])).toEqual([
    [2, 'preparing'],
    [3, 'confirmed'],
  ]);
  expect(arrived.map((order) => order.number)).toEqual([3]);
  expect(left.map((order) => [order.number, order.status])).toEqual([[1, 'canceled']]);
});

test('drops what is not newer than what is shown', () => {
  const shown = board(buildOrder(1, { version: 7, status: 'ready' }));
  const { orders } = applyBatch(shown, [
    buildOrder(1, { version: 7, status: 'preparing' }),
    buildOrder(1, { version: 6, status: 'canceled' }),
  ]);
  expect(orders.get(buildOrder(1).id)?.status).toBe('ready');
});

test('does not tell of orders that end without having been on the board', () => {
  const { arrived, left } = applyBatch(board(), [buildOrder(1, { status: 'completed' })]);
  expect([arrived, left]).toEqual([[], []]);
});

test('takes away what is told to be gone, and takes no notice of what was not there', () => {
  const { orders, left } = applyBatch(board(buildOrder(1), buildOrder(2)), [], [buildOrder(1).id, 'x']);
  expect([...orders.values()].map((order) => order.number)).toEqual([2]);
  expect(left.map((order) => order.number)).toEqual([1]);
});

test('catches up with a whole board and keeps what is newer here', () => {
  const shown = board(buildOrder(1), buildOrder(2, { version: 9, status: 'ready' }));
  const { orders, arrived, left } = replaceAll(shown, [buildOrder(2, { version: 8 }), buildOrder(3)]);
  expect([...orders.values()].map((order) => [order.number, order.status])).toEqual([
    [2, 'ready'],
    [3, 'confirmed'],
  ]);
  expect(arrived.map((order) => order.number)).toEqual([3]);
  expect(left.map((order) => order.number)).toEqual([1]);
});
