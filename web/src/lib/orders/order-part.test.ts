import { expect, test } from 'vitest';
import { ApiError } from '../api/api-error.ts';
import { OrderPart } from './order-part.svelte.ts';

/** A part whose reads the test controls. */
function readByHand() {
  const readings: { answer(items: readonly number[]): void; fail(): void }[] = [];
  const part = new OrderPart<number>(
    () =>
      new Promise((resolve, reject) => {
        readings.push({ answer: resolve, fail: () => reject(new ApiError('try_again', 'Again.')) });
      }),
  );
  return { part, readings };
}
const settled = () => new Promise((resolve) => setTimeout(resolve));

test('is read once for each version, one request at a time, and not for one that it has', async () => {
  const { part, readings } = readByHand();
  void part.follow(3);
  void part.follow(4);
  void part.follow(5);
  expect(readings).toHaveLength(1);
  readings[0]!.answer([1]);
  await settled();
  expect([readings.length, part.items]).toEqual([2, [1]]);
  readings[1]!.answer([1, 2]);
  await settled();
  await part.follow(5);
  await part.follow(2);
  expect([readings.length, part.items, part.isLoaded]).toEqual([2, [1, 2], true]);
});

test('keeps what it has after a failure, and is read again', async () => {
  const { part, readings } = readByHand();
  void part.follow(3);
  readings[0]!.fail();
  await settled();
  expect([part.failure?.code, part.isLoaded]).toEqual(['try_again', false]);
  void part.follow(3);
  readings[1]!.answer([7]);
  await settled();
  expect([part.failure, part.items]).toEqual([null, [7]]);
});
