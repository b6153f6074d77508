/** Socket.IO per domain/socket.ts: who may connect, watch an order or watch the staff's lists, and when access ends. */

import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import type { Role } from '../../domain/permissions.ts';
import { SOCKET_PERMISSIONS, type SocketFailure, type SocketRequest } from '../../domain/socket.ts';
import type { ReadClient } from '../http/client-address.ts';
import { asKnownError } from '../http/known-error.ts';
import type { Origins } from '../http/origins.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import type { Reads } from '../http/reads.ts';
import type { Metrics } from '../operations/metrics.ts';
import type { Guests } from '../people/guests.ts';
import type { People, Person } from '../people/people.ts';
import { assertMay } from '../people/permit.ts';
import type { Connected, ServerOf, SocketOf } from './connection.ts';
import { limitRequests } from './limit-requests.ts';
import type { OrderFeed } from './order-feed.ts';
import { startMenuFeed } from './menu-feed.ts';
import { createQueue, createSocketCount } from './socket-limits.ts';
import { startStaffLists } from './staff-lists.ts';
import type { TabFeed } from './tab-feed.ts';
import type { TabPresences } from './tab-presence.ts';
import { createOrderWatches, type WatchedOrders } from './watch-orders.ts';
import { createTabWatches, type Seats } from './watch-tabs.ts';

const MAX_MESSAGE_BYTES = 8 * 1024;
/** Packets that may queue for a client that does not read before it is disconnected; it reconnects and catches up. */
const MAX_WAITING_PACKETS = 100;
/** The room of everybody who has the menu open. */
const MENU_ROOM = 'menu';
/** Requests of one socket that may queue. A page never has so many. */
const MOST_WAITING_REQUESTS = 100;
const SESSION_CHECK_MS = 5_000;
/** A client that receives nothing for the sum of both detects a dead network within ten seconds. */
const PING_INTERVAL_MS = 4_000;
const PING_TIMEOUT_MS = 4_000;

type OurSocket = SocketOf<SocketData>;
interface SocketData extends Connected {
  watched: WatchedOrders;
  seats: Seats;
}

export interface Sockets {
  /** Disconnects sockets whose session has ended or whose role has changed; also runs every few seconds. */
  checkSessions(): Promise<void>;
  stop(): Promise<void>;
}

/** Attaches Socket.IO (WebSocket only) to `http`. `listLiveSessions` returns the valid sessions with their roles. */
export function startSockets(options: {
  http: HttpServer;
  config: Config;
  reads: Reads;
  feed: OrderFeed;
  tabs: TabFeed;
  presences: TabPresences;
  people: People;
  guests: Guests;
  origins: Origins;
  metrics: Metrics;
  logger: Logger;
  rateLimits: RateLimits;
  readClient: ReadClient;
  listLiveSessions: (ids: readonly string[]) => Promise<ReadonlyMap<string, Role>>;
}): Sockets {
  const { feed, people, origins, metrics, logger, rateLimits, config } = options;
  const mayConnect = createSocketCount(config.sockets.perNetwork);
  const io: ServerOf<SocketData> = new Server(options.http, {
    transports: ['websocket'],
    serveClient: false,
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    pingInterval: PING_INTERVAL_MS,
    pingTimeout: PING_TIMEOUT_MS,
    // Only the staff's lists are worth compressing: a board of hundreds of orders is a megabyte, compressed a quarter
    // of it.
    perMessageDeflate: {
      threshold: 16 * 1024,
      serverNoContextTakeover: true,
      clientNoContextTakeover: true,
      zlibDeflateOptions: { level: 3 },
      concurrencyLimit: 2,
    },
    // CORS does not cover WebSocket: a foreign page is refused here.
    allowRequest: (request, decide) => {
      const { origin } = request.headers;
      if (origin !== undefined && !origins.isOurs(origin)) return decide(null, false);
      const client = options.readClient(request);
      if (!mayConnect(request, client)) return decide(null, false);
      rateLimits.consume('socket', { client, person: undefined }).then(
        () => decide(null, true),
        () => decide(null, false),
      );
    },
  });
  const lists = startStaffLists({
    io,
    config: options.config,
    orders: options.reads.orders,
    feed,
    logger,
    reads,
  });

  const menu = startMenuFeed({
    catalog: options.reads.catalog,
    feed,
    logger,
    isWatched: () => (io.sockets.adapter.rooms.get(MENU_ROOM)?.size ?? 0) > 0,
    emit: (change) => {
      for (const id of io.sockets.adapter.rooms.get(MENU_ROOM) ?? []) {
        const socket = io.sockets.sockets.get(id);
        if (socket && reads(socket)) socket.emit('menu:changed', change);
      }
    },
  });

  const orders = createOrderWatches<OurSocket>({ ...options, io, keepsUp: reads });
  const tabs = createTabWatches<OurSocket>({ ...options, io, keepsUp: reads });

  io.use((socket, next) => {
    const { cookie, authorization } = socket.handshake.headers;
    const { guestToken } = socket.handshake.auth as { guestToken?: unknown };
    const named = typeof guestToken === 'string' ? `Guest ${guestToken}` : authorization;
    people.identifyBy({ cookie, authorization: named }).then(
      (person) => {
        socket.data.person = person;
        socket.data.client = options.readClient(socket.request);
        socket.data.watched = new Map();
        socket.data.seats = new Map();
        next(isOneTooMany(person) ? new Error('too_many_requests') : undefined);
      },
      (error: unknown) => {
        logger.error({ err: error }, 'a socket could not be identified');
        next(new Error('try_again'));
      },
    );
  });

  io.on('connection', (socket) => {
    metrics.setSockets(io.engine.clientsCount);
    socket.on('disconnect', () => {
      orders.leave(socket);
      tabs.leave(socket);
      metrics.setSockets(io.engine.clientsCount);
    });
    limitRequests(socket);
    const inTurn = createQueue(MOST_WAITING_REQUESTS, () => socket.disconnect(true));
    /** Responds to a request if the caller has permission. */
    const on = (name: SocketRequest, work: (request: unknown) => Promise<unknown>) => {
      const listener = (request: unknown, ack: unknown) =>
        inTurn(() =>
          answer(socket, ack, async () => {
            await assertMay(SOCKET_PERMISSIONS[name], async () => socket.data.person);
            return work(request);
          }),
        );
      (socket as Socket).on(name, listener);
    };
    on('order:watch', (request) => orders.watch(socket, request));
    socket.on('order:unwatch', (request) => inTurn(async () => orders.unwatch(socket, request)));
    on('tab:watch', (request) => tabs.watch(socket, request));
    socket.on('tab:unwatch', (request) => inTurn(async () => tabs.unwatch(socket, request)));
    socket.on('tab:choose', (request) => inTurn(async () => tabs.choose(socket, request)));
    // Joins the room before it reads, so that no change in between is lost.
    on('menu:watch', async () => {
      await socket.join(MENU_ROOM);
      return menu.read();
    });
    // In turn, so that none overtakes the request that it ends.
    socket.on('menu:unwatch', () =>
      inTurn(async () => {
        await socket.leave(MENU_ROOM);
      }),
    );
    on('board:watch', () => lists.watchBoard(socket, socket.data.person.user!.role));
    socket.on('board:unwatch', () => inTurn(async () => lists.unwatchBoard(socket)));
    on('counter:watch', () => lists.watchCounter(socket));
    socket.on('counter:unwatch', () => inTurn(async () => lists.unwatchCounter(socket)));
  });

  function isOneTooMany({ user }: Person): boolean {
    if (!user) return false;
    const all = [...io.sockets.sockets.values()].filter(({ data }) => data.person.user?.id === user.id);
    return all.length >= config.sockets.perPerson;
  }

  /** False for a socket whose packets pile up: it is disconnected, and catches up when it reconnects. */
  function reads(socket: OurSocket): boolean {
    const { writeBuffer } = socket.conn as unknown as { writeBuffer: readonly unknown[] };
    if (writeBuffer.length <= MAX_WAITING_PACKETS) return true;
    metrics.countCutSocket();
    socket.conn.close(true);
    return false;
  }

  async function answer<T>(socket: OurSocket, ack: unknown, work: () => Promise<T>): Promise<void> {
    if (typeof ack !== 'function') return;
    const send = (reply: T | SocketFailure) => {
      if (reads(socket)) (ack as (reply: T | SocketFailure) => void)(reply);
    };
    const { client, person } = socket.data;
    try {
      await rateLimits.consume('socketRequest', { client, person: person.user?.id });
      send(await work());
    } catch (error) {
      const known = asKnownError(error);
      if (!known) logger.error({ err: error }, 'a socket request failed unexpectedly');
      else if (known !== error) logger.warn({ err: error }, 'a socket request met a part that is away');
      send({
        error: {
          code: known?.code ?? 'internal_error',
          message: known?.message ?? 'Something went wrong on our side. Please try again.',
        },
      });
    }
  }

  async function checkSessions(): Promise<void> {
    const signedIn = [...io.sockets.sockets.values()].filter((socket) => socket.data.person.user);
    if (signedIn.length === 0) return;
    const live = await options.listLiveSessions(signedIn.map((socket) => socket.data.person.user!.sessionId));
    for (const socket of signedIn) {
      const { sessionId, role } = socket.data.person.user!;
      const now = live.get(sessionId);
      if (now !== role) socket.disconnect(true);
    }
  }

  // Runs in every API process: no other one knows its sockets.
  const timer = setInterval(() => {
    checkSessions().catch((error: unknown) => logger.warn({ err: error }, 'sessions could not be checked'));
  }, SESSION_CHECK_MS);

  return {
    checkSessions,
    stop: async () => {
      clearInterval(timer);
      lists.stop();
      await menu.stop();
      io.disconnectSockets(true);
      await io.close();
    },
  };
}
