import { expect, test } from 'vitest';
import type { AppliedChange } from '#domain/contract/order-changes.ts';
import type { Order } from '#domain/contract/orders.ts';
import { aLine } from '../../orders/an-order.ts';
import { buildOrder } from '../orders/order-builder.ts';
import { askableLines, callsOf, isCalling } from './kitchen.ts';
import { makerOf } from './makers.ts';
import { answerWords } from './question-words.ts';

const change = (id: string, fields: Partial<AppliedChange> = {}): AppliedChange => ({
  ...{ id, at: '2026-11-22T12:01:00.000Z', by: 'guest', participantId: null, reasonText: null },
  ...{ differenceAmount: 0, came: [], went: [], noted: [], place: null, isSeen: false },
  ...fields,
});
type Question = Order['questions'][number];
const question = (fields: Partial<Question> = {}): Question => ({
  ...{ id: 'q', lineId: 'cake', name: 'Cake', quantity: 1, participantId: 'ada', suggestion: null },
  ...{ status: 'open', answer: null, deadline: '2026-11-22T12:06:00.000Z', at: '2026-11-22T12:01:00.000Z' },
  ...fields,
});

test('a card calls while what was changed of its work is not seen', () => {
  const changes = [change('1', { isSeen: true }), change('2'), change('3')];
  expect(isCalling(buildOrder(1, { changes }))).toBe(false);
  expect(isCalling(buildOrder(1, { status: 'preparing', changes }))).toBe(true);
  expect(isCalling(buildOrder(1, { status: 'ready', changes: changes.slice(0, 1) }))).toBe(false);
  expect(callsOf([buildOrder(1, { changes }), buildOrder(2, { status: 'ready', changes })])).toEqual(['3']);
});

test('what is left of a line can be asked about once', () => {
  const lines = [
    aLine({ id: 'cake', quantity: 3, refundedQuantity: 1 }),
    aLine({ id: 'tea', refundedQuantity: 1 }),
    aLine({ id: 'latte' }),
  ];
  const units = (questions: Question[]) =>
    askableLines(buildOrder(1, { lines, questions })).map(({ id, units: left }) => [id, left]);
  expect(units([])).toEqual([
    ['cake', 2],
    ['latte', 1],
  ]);
  expect(units([question()])).toEqual([['latte', 1]]);
  expect(units([question({ status: 'withdrawn' })])).toHaveLength(2);
});

test('what came of a question is told', () => {
  const suggestion = {
    ...{ variantId: 'pie', name: 'Pie', options: [], optionNames: [], unitAmount: 400, quantity: 1 },
  };
  expect(answerWords(question())).toBe('Waiting for the guest’s answer');
  expect(answerWords(question({ status: 'answered', answer: 'take', suggestion }))).toBe('Takes Pie instead');
  expect(answerWords(question({ status: 'decided', answer: 'leave_out' }))).toBe(
    'Not answered in time. Left out',
  );
});

test('the maker of a change is the member of staff who asked for it', () => {
  const event = (type: 'change_requested' | 'changed', changeId: string, by: string | null) => ({
    ...{ type, changeId, by },
  });
  const history = [
    ...[event('change_requested', '1', null), event('changed', '1', null)],
    ...[event('change_requested', '2', 'Kim'), event('changed', '2', null)],
  ];
  expect(['1', '2', '3'].map((id) => makerOf(history, id))).toEqual([null, 'Kim', null]);
});
