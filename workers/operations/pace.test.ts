import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createPace } from './pace.ts';

/** A call that ends when the test says so. */
function pending() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { call: () => promise, resolve, reject };
}

test('is quick until told otherwise, and after a call that was', async () => {
  const pace = createPace(60_000);
  expect(pace.isQuick()).toBe(true);
  expect(await pace.measure(() => Promise.resolve('answer'))).toBe('answer');
  expect(pace.isQuick()).toBe(true);
});

test('is not quick after a call that failed, until one is quick again', async () => {
  const pace = createPace(60_000);
  await expect(pace.measure(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  expect(pace.isQuick()).toBe(false);
  await pace.measure(() => Promise.resolve());
  expect(pace.isQuick()).toBe(true);
});

test('is not quick while a call takes long, nor after it, whatever the others do', async () => {
  const pace = createPace(20);
  const long = pending();
  const measured = pace.measure(long.call);
  expect(pace.isQuick()).toBe(true);
  await expect.poll(pace.isQuick).toBe(false);
  await pace.measure(() => delay(0));
  expect(pace.isQuick()).toBe(false);
  long.resolve('at last');
  expect(await measured).toBe('at last');
  expect(pace.isQuick()).toBe(false);
});
