import { expect, test } from 'vitest';
import type { OrderForAgents } from '#domain/contract/orders.ts';
import { aShare } from '../../orders/an-order.ts';
import { buildOrder } from '../orders/order-builder.ts';
import { cashShares, findAtCounter, minutesLeft } from './counter-orders.ts';

const waiting = (number: number, changes: Partial<OrderForAgents> = {}) =>
  buildOrder(number, { status: 'awaiting_payment', number: null, shares: [aShare()], ...changes });
const listOf = (...orders: OrderForAgents[]) => new Map(orders.map((order) => [order.id, order]));

test('what a customer says finds her order: code, name or place', () => {
  const ada = waiting(1, { code: '4F2A', createdAt: '2026-11-22T12:00:00.000Z' });
  const contact = { name: 'Grace Hopper', email: 'grace@sharetab.test' };
  const grace = waiting(2, { code: '91BC', contact, createdAt: '2026-11-22T12:05:00.000Z' });
  const list = listOf(ada, grace);
  const codes = (said: string) => findAtCounter(list, said).map(({ code }) => code);
  expect(codes('')).toEqual(['91BC', '4F2A']);
  expect(codes('#4f')).toEqual(['4F2A']);
  expect(codes('hopper')).toEqual(['91BC']);
  expect(codes('table 1')).toEqual(['4F2A']);
  expect(codes('nobody')).toEqual([]);
});

test('cash is taken for shares that nobody is paying, of orders that wait for payment', () => {
  const shares = [aShare({ id: 'due' }), aShare({ id: 'paid', status: 'authorized' })];
  expect(cashShares(waiting(1, { shares })).map(({ id }) => id)).toEqual(['due']);
  expect(cashShares(waiting(1, { shares: [aShare({ status: 'requires_action' })] }))).toHaveLength(1);
  expect(cashShares(buildOrder(1, { status: 'confirmed', shares }))).toEqual([]);
});

test('the time that is left is told in whole minutes', () => {
  const now = Date.parse('2026-11-22T12:00:00.000Z');
  expect(minutesLeft('2026-11-22T12:04:59.000Z', now)).toBe(4);
  expect(minutesLeft('2026-11-22T11:00:00.000Z', now)).toBe(0);
});
