import { expect, test } from 'vitest';
import { canceledAmount, leftToCancel, wantedLines } from './cancel-lines.ts';
import { aLine, anOrder } from '../../orders/an-order.ts';

const line = (id: string, quantity: number, refundedQuantity = 0) =>
  aLine({ id, quantity, refundedQuantity, unitAmount: 350, amount: 350 * quantity });

test('only what was not canceled before can be canceled', () => {
  const order = anOrder({ lines: [line('beer', 5, 3), line('tea', 1)] });
  const lines = wantedLines(order, { beer: 4, tea: 0 });
  expect(lines).toEqual([{ lineId: 'beer', quantity: 2 }]);
  expect(canceledAmount(order, lines)).toBe(700);
  expect(leftToCancel(order)).toBe(true);
  expect(leftToCancel(anOrder({ lines: [line('beer', 5, 5)] }))).toBe(false);
});
