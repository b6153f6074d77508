/** The staff's lists at their limits: omissions are counted, and long lists are sent once and compressed. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { listBoard, listCounter } from '../../db/orders/orders/open-orders.ts';
import type { Board } from '../../domain/contract/board.ts';
import { fillBoard } from '../../bench/board/fill-board.ts';
import { Client } from 'pg';
import { startTestSystem, type TestSystem } from '../../test/setup/system.ts';
import { signUp, Visitor } from '../../test/setup/visitor.ts';

const OPEN = 620;

let system: TestSystem;
let agent: Visitor;
beforeAll(async () => {
  system = await startTestSystem({ worker: false });
  agent = new Visitor(system.url);
  await signUp(agent, system.databases, 'agent');
  const client = new Client({ connectionString: system.config.databases.orders });
  await client.connect();
  await fillBoard(client, OPEN);
  await client.end();
});
afterAll(() => system?.stop());

test('a board of hundreds of orders comes whole, the oldest first, and packed', async () => {
  const socket = await agent.connect();
  const tcp = (socket.io.engine.transport as unknown as { ws: { _socket: { bytesRead: number } } }).ws
    ._socket;
  const before = tcp.bytesRead;
  const list = (await socket.timeout(20_000).emitWithAck('board:watch', {})) as Board;
  expect(list.hidden).toBe(0);
  expect(list.orders).toHaveLength(OPEN);
  const times = list.orders.map(({ createdAt }) => createdAt);
  expect(times).toEqual(times.toSorted());
  expect(tcp.bytesRead - before).toBeLessThan(JSON.stringify(list).length / 3);
  socket.close();
});

test('what is left out of a list is counted, and it is what waits the shortest', async () => {
  const { orders } = system.databases;
  const all = await listBoard(orders, OPEN);
  expect(all).toMatchObject({ hidden: 0 });
  expect(all.ids).toHaveLength(OPEN);
  expect(await listBoard(orders, 500)).toEqual({ ids: all.ids.slice(0, 500), hidden: OPEN - 500 });
  expect(await listCounter(orders, 1)).toEqual({ ids: [], hidden: 0 });
});
