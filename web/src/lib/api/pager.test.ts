import { expect, test } from 'vitest';
import { ApiError } from './api-error.ts';
import { Pager } from './pager.svelte.ts';

/** A list of numbers that grows and shrinks at its head, read in pages of two; the cursor is the last number read. */
function numbers(list: { items: number[]; fails?: boolean; waits?: Promise<void> }) {
  return new Pager<number>(async (cursor) => {
    await list.waits;
    if (list.fails) throw new ApiError('try_again', 'Again.');
    const behind = cursor === null ? list.items : list.items.filter((item) => item < Number(cursor));
    const items = behind.slice(0, 2);
    return { items, nextCursor: behind.length > 2 ? String(items.at(-1)) : null };
  });
}

test('reads page after page until there is none', async () => {
  const pager = numbers({ items: [5, 4, 3, 2, 1] });
  await pager.readMore();
  expect(pager.isLoaded).toBe(false);
  await pager.restart();
  expect([pager.items, pager.nextCursor]).toEqual([[5, 4], '4']);
  await pager.readMore();
  await pager.readMore();
  await pager.readMore();
  expect([pager.items, pager.nextCursor]).toEqual([[5, 4, 3, 2, 1], null]);
});

test('is read anew as far as it was read', async () => {
  const list = { items: [5, 4, 3, 2, 1] };
  const pager = numbers(list);
  await pager.restart();
  await pager.readMore();
  list.items.unshift(6);
  await pager.restart(pager.items.length);
  expect(pager.items).toEqual([6, 5, 4, 3]);
});

test('keeps what it has when it fails, and says why', async () => {
  const list = { items: [3, 2, 1], fails: false };
  const pager = numbers(list);
  await pager.restart();
  list.fails = true;
  await pager.readMore();
  expect([pager.items, pager.failure?.code, pager.isLoading]).toEqual([[3, 2], 'try_again', false]);
  list.fails = false;
  await pager.readMore();
  expect([pager.items, pager.failure]).toEqual([[3, 2, 1], null]);
});

test('drops what was asked for before it was started anew, or stopped', async () => {
  let answer = (): void => undefined;
  const waits = new Promise<void>((resolve) => (answer = resolve));
  const list: Parameters<typeof numbers>[0] = { items: [3, 2, 1], waits };
  const pager = numbers(list);
  const first = pager.restart();
  delete list.waits;
  list.items = [9];
  await pager.restart();
  answer();
  await first;
  expect(pager.items).toEqual([9]);
});

test('is refreshed without a sign of it, and keeps what it has if that fails or is late', async () => {
  const list: Parameters<typeof numbers>[0] = { items: [5, 4, 3, 2, 1] };
  const pager = numbers(list);
  await pager.refresh();
  expect(pager.isLoaded).toBe(false);
  await pager.restart();
  await pager.readMore();
  list.items = [6, 5, 4, 3, 2, 1];
  const refreshed = pager.refresh();
  expect(pager.isLoading).toBe(false);
  await refreshed;
  expect(pager.items).toEqual([6, 5, 4, 3]);
  list.fails = true;
  await pager.refresh();
  expect([pager.items, pager.failure]).toEqual([[6, 5, 4, 3], null]);
  list.fails = false;
  const late = pager.refresh();
  await pager.readMore();
  await late;
  expect(pager.items).toEqual([6, 5, 4, 3, 2, 1]);
});
