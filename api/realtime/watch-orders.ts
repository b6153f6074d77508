/** Orders on sockets: who watches which, what each is sent, and when access ends. */

import { z } from 'zod';
import type { Config } from '../../config.ts';
import type { Order, OrderForAgents, PublicEvent, Viewer } from '../../domain/contract/orders.ts';
import { orderPatchBetween } from '../../domain/patch.ts';
import { SOCKET_PERMISSIONS, type OrderPatch } from '../../domain/socket.ts';
import { ApiError, forbidden, invalidRequest, notFound } from '../http/api-error.ts';
import type { Reads } from '../http/reads.ts';
import type { Metrics } from '../operations/metrics.ts';
import { presentForAgents } from '../orders/present-order.ts';
import { accessTo, orderFor } from '../people/access.ts';
import type { Guests } from '../people/guests.ts';
import { withToken, type Person } from '../people/people.ts';
import { catchUp } from './catch-up.ts';
import type { Connected, ServerOf, SocketOf } from './connection.ts';
import type { OnOrderNews, OrderFeed } from './order-feed.ts';

const MAX_WATCHED_ORDERS = 50;
const PERMISSION = SOCKET_PERMISSIONS['order:watch'];

/** How a socket watches one order. */
interface Watch {
  readonly person: Person;
  readonly wantsPatches: boolean;
  /** As whom she was last sent the order. */
  viewer: Viewer;
}
/** The orders that a socket watches. */
export type WatchedOrders = Map<string, Watch>;

type OrderSocket = SocketOf<Connected & { watched: WatchedOrders }>;

const watchSchema = z.strictObject({
  orderId: z.uuid(),
  since: z.int().min(0).optional(),
  guestToken: z.string().max(200).optional(),
  patches: z.boolean().optional(),
});
const unwatchSchema = z.strictObject({ orderId: z.uuid() });

const roomOf = (orderId: string) => `order:${orderId}`;

export interface OrderWatches<Watcher> {
  watch(socket: Watcher, request: unknown): Promise<{ order: Order | OrderForAgents; viewer: Viewer }>;
  unwatch(socket: Watcher, request: unknown): void;
  /** Ends all watches of a socket that has disconnected. */
  leave(socket: Watcher): void;
}

/** `keepsUp` returns whether a socket reads what it is sent, and disconnects one that does not. */
export function createOrderWatches<Watcher extends OrderSocket>(options: {
  io: ServerOf<Watcher['data']>;
  config: Config;
  feed: Pick<OrderFeed, 'hold' | 'release' | 'eventsSince' | 'onNews'>;
  reads: Pick<Reads, 'run'>;
  guests: Guests;
  metrics: Metrics;
  keepsUp: (socket: Watcher) => boolean;
}): OrderWatches<Watcher> {
  const { io, config, feed, reads, guests, metrics, keepsUp } = options;

  const watch = async (socket: Watcher, request: unknown) => {
    const parsed = watchSchema.safeParse(request);
    if (!parsed.success) throw invalidRequest('Say which order to watch.');
    const { orderId, since, guestToken, patches = false } = parsed.data;
    const { watched, client } = socket.data;
    if (watched.size >= MAX_WATCHED_ORDERS && !watched.has(orderId))
      throw invalidRequest('Too many orders are watched at once.');
    const person = withToken(guests, socket.data.person, guestToken);
    const live = await reads.run(client, () => feed.hold(orderId));
    if (!live) throw notFound('This order');
    const enter = () => {
      const access = accessTo(live.state, person);
      if (!access) throw notFound('This order');
      if (!access.may(PERMISSION)) throw forbidden();
      if (socket.disconnected) throw new ApiError('try_again', 'The connection has ended.');
      return access;
    };
    const tellMissed = (event: PublicEvent): void => {
      const order = patches ? undefined : orderFor(live.state.order, enter().viewer);
      socket.emit('order:changed', { ...asChange(event), ...(order && { order }) });
    };
    try {
      enter();
      end(socket, orderId);
      const readAbove = (version: number) => feed.eventsSince(orderId, version);
      const missed = await catchUp(socket, { since, readAbove, emit: tellMissed });
      // From here on, nothing waits: the next news of the order is the next version for this socket.
      const access = enter();
      const { viewer } = access;
      watched.set(orderId, { person, viewer, wantsPatches: patches });
      void socket.join(roomOf(orderId));
      missed.forEach(tellMissed);
      const { state } = live;
      const isInside = access.may('order.read_inside');
      return { order: isInside ? presentForAgents(config, state) : orderFor(state.order, viewer), viewer };
    } catch (error) {
      feed.release(orderId);
      throw error;
    }
  };

  const end = (socket: Watcher, orderId: string): void => {
    if (!socket.data.watched.delete(orderId)) return;
    void socket.leave(roomOf(orderId));
    feed.release(orderId);
  };

  /** Groups those who are sent the same: each group's message is computed and encoded once. */
  const onNews: OnOrderNews = (before, now, events) => {
    const { id } = now.order;
    const groups = new Map<string, { see: () => Seen; sockets: string[] }>();
    for (const socketId of io.sockets.adapter.rooms.get(roomOf(id)) ?? []) {
      const socket = io.sockets.sockets.get(socketId) as Watcher | undefined;
      const own = socket?.data.watched.get(id);
      if (!socket || !own) continue;
      // Who was removed from a tab knows no more of a round in which she has no part.
      const access = accessTo(now, own.person);
      if (!access?.may(PERMISSION)) end(socket, id);
      else if (keepsUp(socket)) {
        const { viewer } = access;
        const { key, see } = own.wantsPatches
          ? patchFor(before.order, now.order, own.viewer, viewer)
          : wholeFor(now.order, viewer);
        own.viewer = viewer;
        const group = groups.get(key) ?? { see, sockets: [] };
        groups.set(key, group);
        group.sockets.push(socketId);
      }
    }
    for (const { see, sockets } of groups.values()) send(sockets, see(), events);
  };

  const send = (sockets: readonly string[], { order, patch }: Seen, events: readonly PublicEvent[]): void => {
    events.forEach((event, index) => {
      const isLast = index === events.length - 1;
      io.to([...sockets]).emit('order:changed', {
        ...asChange(event),
        ...(order && { order }),
        ...(patch && isLast && { patch }),
      });
      const seconds = (Date.now() - Date.parse(event.at)) / 1000;
      sockets.forEach(() => metrics.observeDelivery(seconds));
    });
  };

  feed.onNews(onNews);

  return {
    watch,
    unwatch: (socket, request) => {
      const parsed = unwatchSchema.safeParse(request);
      if (parsed.success) end(socket, parsed.data.orderId);
    },
    leave: (socket) => {
      for (const orderId of [...socket.data.watched.keys()]) end(socket, orderId);
    },
  };
}

/** What a group of watchers is sent: the whole order, or what has changed. */
interface Seen {
  readonly order?: Order;
  readonly patch?: OrderPatch;
}

/** What somebody is sent; all with the same key are sent the same. */
interface Message {
  readonly key: string;
  readonly see: () => Seen;
}

function wholeFor(now: Order, viewer: Viewer): Message {
  return { key: `order ${kindOf(viewer)}`, see: () => ({ order: orderFor(now, viewer) }) };
}

/** All participants share a patch, unless it tells one of her own card or dispute, or is of other shares than before. */
function patchFor(before: Order, now: Order, was: Viewer, is: Viewer): Message {
  const idsOf = ({ shares }: Order) => shares.map(({ id }) => id).join();
  const isCommon =
    is.role === 'participant' &&
    kindOf(was) === kindOf(is) &&
    idsOf(before) === idsOf(now) &&
    ownParts(before, is) === ownParts(now, is);
  const [from, to] = isCommon ? [NOBODY, NOBODY] : [was, is];
  return {
    key: `patch ${kindOf(from)}, ${kindOf(to)}`,
    see: () => ({ patch: orderPatchBetween(orderFor(before, from), orderFor(now, to)) }),
  };
}

/** A participant without a share. */
const NOBODY: Viewer = { role: 'participant', participantId: null, may: [] };

/** Viewers of one kind see the same order. */
function kindOf({ role, participantId }: Viewer): string {
  return role === 'participant' ? `participant ${participantId}` : 'all';
}

/** What `orderFor` shows of a share to its payer and to no other participant. */
function ownParts({ shares }: Order, { participantId }: Viewer): string {
  const own = shares.filter((share) => share.participantId === participantId);
  return JSON.stringify(own.map(({ id, card, dispute }) => [id, card, dispute]));
}

function asChange({ orderId, version, type, at }: PublicEvent) {
  return { orderId, version, type, at };
}
