import { expect, test } from 'vitest';
import { runClosedLoop } from './closed-loop.ts';

test('runs the work as often as asked, never more at once than asked', async () => {
  let running = 0;
  let most = 0;
  const { results } = await runClosedLoop({ count: 25, atATime: 4 }, async (lane) => {
    most = Math.max(most, (running += 1));
    await new Promise(setImmediate);
    running -= 1;
    return lane;
  });
  expect(results).toHaveLength(25);
  expect(most).toBe(4);
  expect(new Set(results)).toEqual(new Set([0, 1, 2, 3]));
});

test('starts nothing more after a failure, and throws it once what runs has ended', async () => {
  let started = 0;
  let ended = 0;
  const loop = runClosedLoop({ count: 100, atATime: 3 }, async () => {
    const mine = (started += 1);
    await new Promise(setImmediate);
    ended += 1;
    if (mine === 2) throw new Error('declined');
  });
  await expect(loop).rejects.toThrow('declined');
  expect(ended).toBe(started);
  expect(started).toBeLessThan(10);
});

test('stops when it is told to', async () => {
  const stop = new AbortController();
  const loop = runClosedLoop({ count: 100, atATime: 1, signal: stop.signal }, async () => stop.abort());
  await expect(loop).rejects.toThrow('abort');
});
