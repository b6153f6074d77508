import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Difference } from '#domain/contract/reconciliation.ts';
import { difference } from './difference-builder.ts';
import { DifferenceLists } from './difference-lists.svelte.ts';

/* The lists, over real HTTP against an in-memory API. */

let kept: Difference[] = [];
/** Gate for responses with closed differences. */
let closedWait: Promise<void> | undefined;
const server = createServer((request, response) => {
  const query = new URL(request.url ?? '', 'http://page').searchParams;
  const all = kept.filter(({ status }) => status === query.get('status'));
  const start = Number(query.get('cursor') ?? 0);
  const end = start + Number(query.get('limit'));
  const page = { items: all.slice(start, end), nextCursor: end < all.length ? String(end) : null };
  const wait = query.get('status') === 'closed' ? closedWait : undefined;
  void Promise.resolve(wait).then(() => {
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' });
    response.end(JSON.stringify(page));
  });
});
let lists: DifferenceLists;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { fetch } = globalThis;
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => fetch(url + path, init));
});
beforeEach(() => (lists = new DifferenceLists()));
afterEach(() => lists.stop());
afterAll(async () => {
  vi.unstubAllGlobals();
  await new Promise((resolve) => server.close(resolve));
});

const some = (count: number, changes: Partial<Difference> = {}): Difference[] =>
  Array.from({ length: count }, (_, index) =>
    difference({ id: `${changes.status ?? 'open'}-${String(index).padStart(4, '0')}`, ...changes }),
  );
const mend = (outcome: 'mended' | null) => ({
  ...{ id: 'm', action: 'read_back' as const, by: 'Ada', begunAt: '2026-11-25T12:00:00.000Z' },
  ...{ outcome, endedAt: null, message: null },
});

test('more than a page of differences can be read to the last one', async () => {
  kept = [...some(120), ...some(60, { status: 'closed' })];
  await lists.read();
  expect([lists.open?.length, lists.closed?.length]).toEqual([50, 50]);
  await lists.more.open.readMore();
  await lists.more.open.readMore();
  expect([lists.open?.length, lists.more.open.nextCursor]).toEqual([120, null]);
  await lists.read();
  expect(lists.open?.length).toBe(120);
});

test('the most pressing come first, and one that is set right stays where it was', async () => {
  const [one, two, three] = [
    difference({ id: 'one', kind: 'ledger_differs' }),
    difference({ id: 'two', kind: 'money_without_order' }),
    difference({ id: 'three', kind: 'ledger_differs', foundAt: '2026-11-25T13:00:00.000Z' }),
  ];
  kept = [two, one, three];
  await lists.read();
  const order = () => lists.open?.map(({ id, status }) => `${id} ${status}`);
  expect(order()).toEqual(['two open', 'one open', 'three open']);
  const underWay = { ...one, mends: [mend(null)] } as unknown as Difference;
  kept = [two, underWay, three];
  lists.accept(underWay);
  expect(lists.open?.[1]?.mends).toHaveLength(1);
  const mended = { ...one, status: 'closed', mends: [mend('mended')] } as unknown as Difference;
  kept = [two, three, mended];
  // A running mend is polled until it has an outcome.
  await expect.poll(order).toEqual(['two open', 'one closed', 'three open']);
});

test('one that is set right is on a list at every moment, however the readings of both overlap', async () => {
  const one = difference({ id: 'one' });
  kept = [one];
  await lists.read();
  const mended = { ...one, status: 'closed', mends: [mend('mended')] } as unknown as Difference;
  kept = [mended];
  let answer = (): void => undefined;
  closedWait = new Promise((resolve) => (answer = resolve));
  const first = lists.read();
  await expect.poll(() => lists.more.open.isLoading).toBe(false);
  expect(lists.open?.map(({ id }) => id)).toEqual(['one']);
  lists.accept(mended);
  answer();
  closedWait = undefined;
  await first;
  await expect.poll(() => lists.isLoading).toBe(false);
  expect(lists.open?.map(({ id, status }) => `${id} ${status}`)).toEqual(['one closed']);
});
