/** Simulated guests: each places an order over HTTP, pays with it, and follows it by Socket.IO until it is confirmed. */

import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { io, type Socket } from 'socket.io-client';
import type { Order } from '../../domain/contract/orders.ts';
import { hasEnded } from '../../domain/order.ts';
import { applyOrderPatch } from '../../domain/patch.ts';
import type { ClientToServerEvents, ServerToClientEvents } from '../../domain/socket.ts';
import { sendJson } from './send-json.ts';

export type ClientSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

/** One order as its customer saw it. */
export interface FollowedOrder {
  readonly orderId: string;
  /** When it was sent, in milliseconds of this machine's clock. */
  readonly sentAt: number;
  /** Until the 201. */
  readonly answerMs: number;
  /** Number of `503 try_again` responses before, each followed by a new order. */
  readonly refusals: number;
  /** Until her socket received the confirmation. */
  readonly toldMs: number;
}

/** Customers, each with a kept-alive connection and a socket. */
export interface Customers {
  /** Places an order as customer `lane`, and resolves when she sees it confirmed. */
  order(lane: number): Promise<FollowedOrder>;
  close(): void;
}

const PATIENCE_MS = 60_000;

/** Creates `count` customers and connects their sockets. */
export async function createCustomers(options: {
  apiUrl: string;
  variantId: string;
  count: number;
}): Promise<Customers> {
  const agent = new Agent({ keepAlive: true, maxSockets: options.count });
  const ordersUrl = new URL('/api/orders', options.apiUrl);
  const sockets = await Promise.all(Array.from({ length: options.count }, () => connect(options.apiUrl)));

  return {
    order: async (lane) => {
      const socket = sockets[lane]!;
      const sentAt = now();
      let refusals = 0;
      let placed = await place();
      for (; placed === 'try_again'; placed = await place()) {
        refusals += 1;
        if (now() - sentAt > PATIENCE_MS) throw new Error('no order is accepted for a minute');
      }
      const { order, guestToken } = placed;
      const answerMs = now() - sentAt;
      const { confirmed } = await followOrder(socket, order.id, guestToken);
      await confirmed;
      const toldMs = now() - sentAt;
      socket.emit('order:unwatch', { orderId: order.id });
      return { orderId: order.id, sentAt, answerMs, toldMs, refusals };
    },
    close: () => {
      for (const socket of sockets) socket.disconnect();
      agent.destroy();
    },
  };

  async function place(): Promise<{ order: Order; guestToken: string } | 'try_again'> {
    const body = {
      lines: [{ variantId: options.variantId, quantity: 1 }],
      contact: { name: 'Bea Bench', email: `bea.${randomUUID()}@bench.test` },
      place: { kind: 'table', label: '7' },
      payment: { paymentMethodId: 'pm_card_visa' },
    };
    const answer = await sendJson(agent, ordersUrl, { body, headers: { 'Idempotency-Key': randomUUID() } });
    if (answer.status === 201) return answer.body as { order: Order; guestToken: string };
    if (answer.status === 503) return 'try_again';
    throw new Error(`POST /api/orders answers ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
}

/** Opens a socket and resolves when it is connected. */
export function connect(
  apiUrl: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<ClientSocket> {
  return new Promise((resolve, reject) => {
    const socket: ClientSocket = io(apiUrl, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      extraHeaders: { ...headers },
    });
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', reject);
  });
}

/** Follows an order; resolves when its present state has arrived, with a promise of the confirmation. */
export async function followOrder(
  socket: ClientSocket,
  orderId: string,
  guestToken: string,
): Promise<{ readonly confirmed: Promise<void> }> {
  const { promise: confirmed, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => settle(new Error(`order ${orderId} is not confirmed in time`)), PATIENCE_MS);
  let shown: Order | undefined;
  const see = (order: Order) => {
    shown = order;
    if (order.status === 'confirmed') settle();
    else if (hasEnded(order.status)) settle(new Error(`order ${orderId} ended as ${order.status}`));
  };
  const onChanged: ServerToClientEvents['order:changed'] = ({ orderId: of, patch }) => {
    if (of === orderId && patch && shown) see(applyOrderPatch(shown, patch));
  };
  const onLost = () => settle(new Error('the customer lost her connection'));
  const settle = (error?: Error) => {
    clearTimeout(timer);
    socket.off('order:changed', onChanged);
    socket.off('disconnect', onLost);
    if (error) reject(error);
    else resolve();
  };
  socket.on('order:changed', onChanged);
  socket.on('disconnect', onLost);
  await new Promise<void>((watched) => {
    socket.emit('order:watch', { orderId, guestToken, patches: true }, (answer) => {
      if ('error' in answer) settle(new Error(`order:watch answers ${answer.error.code}`));
      else see(answer.order);
      watched();
    });
  });
  return { confirmed };
}

/** The clock of this machine in milliseconds, with a higher resolution than Date.now(). */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
