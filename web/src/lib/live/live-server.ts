import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, createServer as createProxy, type AddressInfo, type Socket as Pipe } from 'node:net';
import { Server as SocketServer, type Socket } from 'socket.io';
import type { OrderForAgents, Viewer } from '#domain/contract/orders.ts';
import type { ErrorCode } from '#domain/failures.ts';
import { orderPatchBetween } from '#domain/patch.ts';
import type { ClientToServerEvents, ServerToClientEvents } from '#domain/socket.ts';
import type { Topic } from './socket.ts';

const VIEWER: Viewer = { role: 'agent', participantId: null, may: [] };

type Connected = Socket<ClientToServerEvents, ServerToClientEvents>;

/**
 * A test server for live pages: real HTTP and Socket.IO with orders in memory, behind a network that can be cut or can
 * swallow packets.
 */
export class LiveServer {
  readonly orders = new Map<string, OrderForAgents>();
  /** Every request in order: `GET /api/orders/<id>`, `order:watch`. */
  readonly asked: string[] = [];
  /** Topics that may not be watched, with the reason. */
  readonly refusals = new Map<Topic, ErrorCode>();
  /** Gate for the next response to `board:watch`, after it has read the board. */
  beforeAnswer: (() => Promise<void>) | undefined;

  readonly #http: Server = createServer((request, response) => this.#answer(request, response));
  readonly #io = new SocketServer<ClientToServerEvents, ServerToClientEvents>(this.#http, {
    transports: ['websocket'],
    pingInterval: 1000,
    pingTimeout: 1000,
  });
  readonly #proxy = createProxy((pipe) => this.#pipe(pipe));
  readonly #pipes = new Set<Pipe>();
  #network: 'open' | 'down' | 'swallows' = 'open';

  /** The address that pages reach it at. */
  get url(): string {
    return `http://127.0.0.1:${(this.#proxy.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => this.#proxy.listen(0, '127.0.0.1', resolve));
    this.#io.on('connection', (socket) => this.#serve(socket));
  }

  async stop(): Promise<void> {
    this.setNetwork('down');
    await new Promise((resolve) => this.#proxy.close(resolve));
    await this.#io.close();
  }

  /** `down` cuts every connection and refuses new ones; `swallows` keeps them open and drops all packets. */
  setNetwork(network: 'open' | 'down' | 'swallows'): void {
    this.#network = network;
    for (const pipe of this.#pipes) {
      if (network === 'swallows') pipe.pause();
      else pipe.destroy();
    }
  }

  /** Stores an order without notification: a change while nobody is connected, or a lost message. */
  keep(order: OrderForAgents): void {
    this.orders.set(order.id, order);
  }

  /** Stores an order and notifies its watchers of what differs from the one that it told last. */
  tell(order: OrderForAgents): void {
    const { id, version, updatedAt: at } = order;
    const patch = orderPatchBetween(this.orders.get(id) ?? order, order);
    this.keep(order);
    this.#io.to(`order ${id}`).emit('order:changed', { orderId: id, version, type: 'ready', at, patch });
    this.#io.to('board').emit('board:changed', { orders: [order] });
  }

  #serve(socket: Connected): void {
    socket.on('order:watch', ({ orderId, patches }, ack) => {
      this.asked.push('order:watch');
      const order = this.orders.get(orderId);
      const code = this.refusals.get('order') ?? (order && patches ? undefined : 'not_found');
      if (!order || code) return ack({ error: { code: code ?? 'not_found', message: 'Refused.' } });
      void socket.join(`order ${orderId}`);
      ack({ order, viewer: VIEWER });
    });
    socket.on('order:unwatch', ({ orderId }) => {
      this.asked.push('order:unwatch');
      void socket.leave(`order ${orderId}`);
    });
    socket.on('board:watch', async (_request, ack) => {
      this.asked.push('board:watch');
      const code = this.refusals.get('board');
      if (code) return ack({ error: { code, message: 'Refused.' } });
      void socket.join('board');
      const orders = [...this.orders.values()];
      const wait = this.beforeAnswer;
      this.beforeAnswer = undefined;
      await wait?.();
      ack({ orders, hidden: 0 });
    });
    socket.on('board:unwatch', () => void socket.leave('board'));
  }

  #answer({ method, url = '' }: IncomingMessage, response: ServerResponse): void {
    const { pathname } = new URL(url, this.url);
    this.asked.push(`${method} ${pathname}`);
    const reply = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify(body));
    };
    if (pathname === '/api/board') return reply(200, { orders: [...this.orders.values()], hidden: 0 });
    const [, id, command] = /^\/api\/orders\/([^/]+)(?:\/(\w+))?$/.exec(pathname) ?? [];
    const order = this.orders.get(id ?? '');
    if (!order) return reply(404, { error: { code: 'not_found', message: 'There is no such order.' } });
    if (command === 'advance' && this.refusals.has('board'))
      return reply(409, { error: { code: 'illegal_transition', message: 'Somebody was faster.' } });
    reply(200, { order, viewer: VIEWER });
  }

  #pipe(pipe: Pipe): void {
    if (this.#network === 'down') return void pipe.destroy();
    const { port } = this.#http.address() as AddressInfo;
    const onward = connect(port, '127.0.0.1');
    for (const [end, other] of [
      [pipe, onward],
      [onward, pipe],
    ] as const) {
      this.#pipes.add(end);
      end.on('error', () => other.destroy());
      end.on('close', () => {
        this.#pipes.delete(end);
        other.destroy();
      });
      end.pipe(other);
      if (this.#network === 'swallows') end.pause();
    }
  }
}
