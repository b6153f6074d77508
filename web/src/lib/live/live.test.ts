import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BoardOrder } from '#domain/contract/board.ts';
import type { OrderForAgents } from '#domain/contract/orders.ts';
import { LiveBoard } from '../agent/board/live-board.svelte.ts';
import { buildOrder } from '../agent/orders/order-builder.ts';
import { listenToRefusals } from '../api/refusals.ts';
import { connection } from './connection.svelte.ts';
import type { ListChange } from './list-change.ts';
import { LiveOrder } from './live-order.svelte.ts';
import { LiveServer } from './live-server.ts';

/* Live pages over a real connection that is lost and restored. */

const server = new LiveServer();
const followed: (LiveOrder | LiveBoard)[] = [];
/** Waits until it looks as expected. */
const eventually = <Value>(look: () => Value, expected: Value): Promise<void> =>
  vi.waitFor(() => expect(look()).toEqual(expected), { timeout: 30_000, interval: 10 });
vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  await server.start();
  const { fetch } = globalThis;
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => fetch(server.url + path, init));
  vi.stubGlobal('location', new URL(server.url));
  vi.stubGlobal('window', new EventTarget());
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }));
});
beforeEach(() => {
  server.orders.clear();
  server.refusals.clear();
  server.asked.length = 0;
});
afterEach(() => {
  server.setNetwork('open');
  for (const one of followed.splice(0)) one.stop();
});
afterAll(async () => {
  await server.stop();
  vi.unstubAllGlobals();
});

function startOrder(id: string): LiveOrder {
  const live = new LiveOrder(id);
  followed.push(live);
  live.start();
  return live;
}

function startBoard(onChange: (change: ListChange<BoardOrder>) => void = () => undefined): LiveBoard {
  const board = new LiveBoard(onChange);
  followed.push(board);
  board.start();
  return board;
}

/** Starts a board and waits until the page is connected. */
async function openBoard(): Promise<LiveBoard> {
  const board = startBoard();
  await eventually(() => connection.state, 'live');
  return board;
}

const order = buildOrder(1, { version: 5 });
const at = (version: number, changes: Partial<OrderForAgents> = {}): OrderForAgents => ({
  ...order,
  version,
  ...changes,
});
const askedFor = (what: string): number => server.asked.filter((asked) => asked === what).length;
const versionsOn = (board: LiveBoard): number[] => [...board.orders.values()].map(({ version }) => version);

describe('an order', () => {
  test('is asked for once on a page that is connected, with what only staff see', async () => {
    server.keep(order);
    await openBoard();
    const live = startOrder(order.id);
    await eventually(() => live.order?.version, 5);
    await eventually(() => connection.state, 'live');
    expect(live.details).toEqual({ contact: order.contact, allergies: [], workflowUrl: order.workflowUrl });
    expect(askedFor('order:watch')).toBe(1);
    expect(askedFor(`GET /api/orders/${order.id}`)).toBe(0);
  });

  test('is read by HTTP while the page connects, then kept up by the socket', async () => {
    server.keep(order);
    const live = startOrder(order.id);
    await eventually(() => connection.state, 'live');
    expect(live.order?.version).toBe(5);
    expect(askedFor(`GET /api/orders/${order.id}`)).toBe(1);
    server.tell(at(6, { status: 'ready' }));
    await eventually(() => live.order?.status, 'ready');
    expect(live.lastChange?.version).toBe(6);
  });

  test('takes no older version, and asks again when one is missing', async () => {
    server.keep(order);
    const live = startOrder(order.id);
    await eventually(() => connection.state, 'live');
    server.tell(at(4, { status: 'canceled' }));
    server.tell(at(6));
    await eventually(() => live.order?.version, 6);
    expect(live.order?.status).toBe(order.status);
    expect(askedFor('order:watch')).toBe(1);
    server.keep(at(7));
    server.tell(at(8));
    await eventually(() => live.order?.version, 8);
    expect(askedFor('order:watch')).toBe(2);
  });

  test('stays followed by whoever else follows it on the page', async () => {
    server.keep(order);
    const [one, other] = [startOrder(order.id), startOrder(order.id)];
    await eventually(() => connection.state, 'live');
    one.stop();
    server.tell(at(6));
    await eventually(() => other.order?.version, 6);
    expect(askedFor('order:unwatch')).toBe(0);
    expect(one.order?.version).toBe(5);
  });

  test('stays in sight when it may not be seen any more, and is not called live', async () => {
    server.keep(order);
    const live = startOrder(order.id);
    await eventually(() => connection.state, 'live');
    const doubts = vi.fn();
    listenToRefusals(doubts);
    server.refusals.set('order', 'unauthenticated');
    server.setNetwork('down');
    server.setNetwork('open');
    await eventually(() => connection.state, 'refused');
    expect(live.order?.version).toBe(5);
    expect(live.refusal?.code).toBe('unauthenticated');
    expect(doubts).toHaveBeenCalled();
  });
});

describe('a list', () => {
  test('comes whole, tells what changes, and keeps what is told while it is on its way', async () => {
    server.keep(order);
    const changes: ListChange<BoardOrder>[] = [];
    const late = buildOrder(2);
    server.beforeAnswer = async () => {
      server.tell(late);
      // A later message was acknowledged, so the change has reached the page.
      const probe = startOrder(order.id);
      await eventually(() => probe.order?.version, 5);
    };
    const board = startBoard((change) => changes.push(change));
    await eventually(() => board.orders.size, 2);
    expect(board.fresh).toEqual(new Set([late.id]));
    server.tell({ ...late, version: late.version + 1, status: 'completed' });
    await eventually(() => board.orders.size, 1);
    expect(changes.map(({ arrived, left }) => [arrived.length, left.length])).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(askedFor('GET /api/board')).toBe(0);
  });

  test('shows why it may not be seen while there is nothing to show', async () => {
    server.refusals.set('board', 'forbidden');
    const board = startBoard();
    await eventually(() => connection.state, 'refused');
    expect(board.failure?.code).toBe('forbidden');
    expect(board.isLoaded).toBe(false);
  });

  test('is asked for again after a refusal that passes', async () => {
    server.refusals.set('board', 'try_again');
    const board = startBoard();
    await eventually(() => connection.state, 'refused');
    server.refusals.clear();
    await eventually(() => connection.state, 'live');
    expect(board.isLoaded).toBe(true);
    expect(board.failure).toBeNull();
  });

  test('shows an order as moving until the server tells that it has moved, or refuses', async () => {
    server.keep(at(5, { status: 'confirmed' }));
    const board = await openBoard();
    const shown = board.orders.get(order.id)!;
    expect(await board.advance(shown)).toBe(true);
    expect(await board.advance(shown)).toBe(false);
    expect(board.moving.get(order.id)).toBe('preparing');
    server.tell(at(6, { status: 'preparing' }));
    await eventually(() => board.moving.size, 0);
    expect(board.orders.get(order.id)?.status).toBe('preparing');
    server.refusals.set('board', 'illegal_transition');
    await expect(board.advance(board.orders.get(order.id)!)).rejects.toMatchObject({
      code: 'illegal_transition',
    });
    expect(board.moving.size).toBe(0);
  });
});

describe.each([
  ['cut', 'down'],
  ['swallowed', 'swallows'],
] as const)('a connection that is %s', (_how, network) => {
  test('is called lost, and all that was missed is there when it is back', async () => {
    server.keep(order);
    const board = await openBoard();
    const live = startOrder(order.id);
    await eventually(() => live.order?.version, 5);
    await eventually(() => connection.state, 'live');
    server.setNetwork(network);
    await eventually(() => connection.state, 'lost');
    server.tell(at(9, { status: 'ready' }));
    expect([versionsOn(board), live.order?.version]).toEqual([[5], 5]);

    // Shown data is current as soon as it is called live.
    let shownWhenLive: unknown;
    const watching = setInterval(() => {
      if (connection.state === 'live') shownWhenLive ??= [versionsOn(board), live.order?.version];
    }, 1);
    server.setNetwork('open');
    await eventually(() => shownWhenLive, [[9], 9]);
    clearInterval(watching);
    server.tell(at(10));
    await eventually(() => [versionsOn(board), live.order?.version], [[10], 10]);
  });
});

test('what is not followed is read by HTTP', async () => {
  server.keep(order);
  const board = await openBoard();
  const live = startOrder(order.id);
  await eventually(() => live.order?.version, 5);
  server.refusals.set('board', 'invalid_request').set('order', 'invalid_request');
  server.setNetwork('down');
  server.setNetwork('open');
  await eventually(() => connection.state, 'refused');
  server.keep(at(7));
  await eventually(() => [versionsOn(board), live.order?.version], [[7], 7]);
  expect(connection.state).toBe('refused');
});
