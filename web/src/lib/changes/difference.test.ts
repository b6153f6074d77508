import { SvelteMap } from 'svelte/reactivity';
import { expect, test } from 'vitest';
import { ApiError, type ClientErrorCode } from '../api/api-error.ts';
import type { ChangePreview } from '../api/changes.ts';
import { Difference } from './difference.svelte.ts';

/** A page with one choice, and the questions that it asked, each to be answered when the test wants it. */
function page() {
  const state = new SvelteMap<'choice' | 'version', number>([['version', 1]]);
  const asked: { version: number; signal: AbortSignal; answer: (amount: number) => void; fail: Fail }[] = [];
  let reads = 0;
  const live = {
    get order() {
      return { version: state.get('version')! };
    },
    read: async () => void (reads += 1),
  };
  const difference = new Difference(
    live,
    () => state.get('choice'),
    (version, signal) =>
      new Promise<ChangePreview>((resolve, reject) => {
        const answer = (amount: number) => resolve({ differenceAmount: amount } as ChangePreview);
        asked.push({ version, signal, answer, fail: (code) => reject(new ApiError(code, 'Not like this.')) });
      }),
  );
  return { state, asked, difference, reads: () => reads, shown: () => difference.preview?.differenceAmount };
}
type Fail = (code: ClientErrorCode) => void;

test('only the answer to the latest choice counts, and the last one stays meanwhile', async () => {
  const { state, asked, difference, shown } = page();
  state.set('choice', 1);
  const first = difference.retry();
  asked[0]!.answer(100);
  await first;
  expect([shown(), difference.isBusy]).toEqual([100, false]);

  state.set('choice', 2);
  const second = difference.retry();
  state.set('choice', 3);
  const third = difference.retry();
  expect(asked[1]!.signal.aborted).toBe(true);
  asked[1]!.answer(200);
  await second;
  expect([shown(), difference.last?.differenceAmount, difference.isBusy]).toEqual([undefined, 100, true]);
  asked[2]!.answer(300);
  await third;
  expect([shown(), difference.isBusy]).toEqual([300, false]);
});

test('who chooses on, or leaves, asks no more about what was chosen before', async () => {
  const { state, asked, difference } = page();
  state.set('choice', 1);
  const leave = difference.follow(difference.question);
  await expect.poll(() => asked.length).toBe(1);
  leave();
  expect(asked[0]!.signal.aborted).toBe(true);
  difference.follow(difference.question)();
  state.delete('choice');
  await difference.retry();
  expect([asked.length, difference.isBusy, difference.last]).toEqual([1, false, undefined]);
});

test('a no stays until something else is chosen; without an answer it is asked again', async () => {
  const { state, asked, difference, shown, reads } = page();
  state.set('choice', 1);
  let asking = difference.retry();
  asked[0]!.fail('offline');
  await asking;
  expect([difference.failure?.code, difference.isBusy, reads()]).toEqual(['offline', false, 0]);

  asking = difference.retry();
  expect([difference.failure, difference.isBusy]).toEqual([undefined, true]);
  asked[1]!.fail('out_of_stock');
  await asking;
  expect([difference.refusal?.code, difference.isBusy]).toEqual(['out_of_stock', false]);
  state.set('choice', 2);
  expect([difference.refusal?.code, difference.isBusy]).toEqual(['out_of_stock', true]);
  asking = difference.retry();
  asked[2]!.answer(50);
  await asking;
  expect([shown(), difference.refusal]).toEqual([50, undefined]);
});

test('an order that has changed meanwhile is read again, and asked about as it is then', async () => {
  const { state, asked, difference, shown, reads } = page();
  state.set('choice', 1);
  let asking = difference.retry();
  asked[0]!.fail('version_conflict');
  await asking;
  expect([reads(), difference.refusal, difference.isBusy]).toEqual([1, undefined, true]);
  state.set('version', 2);
  asking = difference.retry();
  asked[1]!.answer(70);
  await asking;
  expect([asked[1]!.version, shown()]).toEqual([2, 70]);
});
