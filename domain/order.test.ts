import { describe, expect, test } from 'vitest';
import {
  ADVANCE_TARGETS,
  BOARD_STATUSES,
  ENDED_STATUSES,
  findTransition,
  hasEnded,
  isTransition,
  nextAdvance,
  ORDER_STATUSES,
  TRANSITIONS,
  type OrderStatus,
  type Transition,
} from './order.ts';
import { handoverOf, PLACE_KINDS } from './place.ts';

const rows: readonly Transition[] = TRANSITIONS;

function reachable(): Set<OrderStatus> {
  const found = new Set<OrderStatus>();
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const row of rows) if (row.from === null || found.has(row.from)) found.add(row.to);
  }
  return found;
}

const HANDOVERS = [...new Set(PLACE_KINDS.map((kind) => handoverOf({ kind })))];

describe('the transitions table', () => {
  test('reaches every status', () => {
    expect(reachable()).toEqual(new Set(ORDER_STATUSES));
  });

  test('never leaves a status in which an order has ended', () => {
    for (const status of ENDED_STATUSES) {
      expect(rows.filter((row) => row.from === status)).toEqual([]);
      expect(hasEnded(status)).toBe(true);
    }
  });

  test('leaves every other status, so that no order is stuck', () => {
    for (const status of ORDER_STATUSES.filter((each) => !hasEnded(each))) {
      expect(rows.some((row) => row.from === status)).toBe(true);
    }
  });

  test('answers each question with one row at most', () => {
    const questions = rows.flatMap(({ from, action, by, handover = HANDOVERS }) =>
      by.flatMap((who) => handover.map((how) => [from, action, who, how].join())),
    );
    expect(new Set(questions).size).toBe(questions.length);
  });

  test('refuses everybody while an order is being placed or captured', () => {
    for (const status of ['placing', 'capturing'] as const) {
      const people = rows.filter((row) => row.from === status && row.by.some((by) => by !== 'workflow'));
      expect(people).toEqual([]);
    }
  });

  test('lets a host cancel until the order is prepared, and an agent until it is completed', () => {
    const mayCancel = (by: 'host' | 'agent') =>
      ORDER_STATUSES.filter((from) => findTransition(from, 'cancel', by));
    expect(mayCancel('host')).toEqual(['awaiting_payment', 'confirmed']);
    expect(mayCancel('agent')).toEqual(['awaiting_payment', ...BOARD_STATUSES]);
  });

  test('takes an agent from confirmed to completed one step at a time', () => {
    const taken = new Set<OrderStatus>();
    for (const place of [null, ...PLACE_KINDS.map((kind) => ({ kind }))]) {
      const steps: OrderStatus[] = [];
      for (let status: OrderStatus | undefined = 'confirmed'; status; status = nextAdvance({ status, place }))
        steps.push(status);
      expect(steps.at(-1)).toBe('completed');
      for (const step of steps) taken.add(step);
    }
    expect(taken).toEqual(new Set(['confirmed', ...ADVANCE_TARGETS]));
    expect(nextAdvance({ status: 'awaiting_payment', place: null })).toBeUndefined();
  });

  test('is what a history is held to', () => {
    expect(isTransition(null, 'placing', 'host')).toBe(true);
    expect(isTransition('awaiting_payment', 'capturing', 'workflow')).toBe(true);
    expect(isTransition('awaiting_payment', 'capturing', 'agent')).toBe(false);
    expect(isTransition('awaiting_payment', 'confirmed', 'workflow')).toBe(false);
    expect(isTransition('ready', 'completed', 'host')).toBe(false);
    expect(isTransition('completed', 'canceled', 'agent')).toBe(false);
    expect(isTransition(null, 'confirmed', 'workflow')).toBe(false);
    expect(isTransition('capturing', 'completed', 'workflow', 'settlement')).toBe(true);
    expect(isTransition('capturing', 'completed', 'workflow', 'goods')).toBe(false);
  });
});
