import { expect, test } from 'vitest';
import { idsOfCode, orderCode } from './order-code.ts';

const id = '4f2ab1c0-8a1e-8c3d-9f00-112233445566';

test('an order has a code that is found again however it is typed', () => {
  expect(orderCode(id)).toBe('4F2A');
  for (const typed of ['4F2A', '4f2a', ' #4F2a ']) {
    const { first, last } = idsOfCode(typed)!;
    expect(first <= id && id <= last).toBe(true);
  }
  expect(idsOfCode('4F2B')!.first > id).toBe(true);
});

test('what is no code finds nothing by it', () => {
  for (const typed of ['', '4F2', '4F2AB', 'Ada', '#', '4F 2A']) expect(idsOfCode(typed)).toBeUndefined();
});
