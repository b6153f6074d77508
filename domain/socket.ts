/** The whole Socket.IO protocol, typed for both ends. Client to server is imperative, server to client past tense. */

import type { Board, BoardOrder } from './contract/board.ts';
import type { Order, OrderForAgents, Viewer } from './contract/orders.ts';
import type { EventType } from './events.ts';
import type { ErrorCode } from './failures.ts';
import type { Action } from './permissions.ts';

export interface SocketFailure {
  readonly error: { readonly code: ErrorCode; readonly message: string };
}

/**
 * One change of one order. `version` is the event's: a client drops what is not above the version it has, and
 * watches again from its own version when one is missing. `order` is the order at that version or a later one.
 */
export interface OrderChanged {
  readonly orderId: string;
  readonly version: number;
  readonly type: EventType;
  readonly at: string;
  readonly order: Order;
}

/** What came onto the counter's list or changed there, and the ids of what left it: paid, canceled or too late. */
export interface CounterChanged {
  readonly orders: OrderForAgents[];
  readonly gone: readonly string[];
}

/** Units for sale of the variants that changed. `isOutdated`: products changed, too, and the menu is to be read again. */
export interface MenuChanged {
  readonly stock: readonly { readonly variantId: string; readonly available: number }[];
  readonly isOutdated: boolean;
}

/** What is to be paid at the counter, as it is now. */
export interface WholeCounter {
  readonly orders: OrderForAgents[];
  /** How many orders it leaves out, as it would be too long. */
  readonly hidden: number;
}

export interface ClientToServerEvents {
  /** Follows an order: the ack holds it as it is; every later version comes as `order:changed`. `since`: versions above it are sent again. */
  'order:watch': (
    request: { orderId: string; since?: number; guestToken?: string },
    ack: (answer: { order: Order | OrderForAgents; viewer: Viewer } | SocketFailure) => void,
  ) => void;
  'order:unwatch': (request: { orderId: string }) => void;
  /** The ack holds the whole board, as whoever asks may see it; every later change comes in a `board:changed` batch. */
  'board:watch': (request: Record<string, never>, ack: (answer: Board | SocketFailure) => void) => void;
  'board:unwatch': () => void;
  /** The ack holds all that is to be paid at the counter; what changes comes in `counter:changed` batches. */
  'counter:watch': (
    request: Record<string, never>,
    ack: (answer: WholeCounter | SocketFailure) => void,
  ) => void;
  'counter:unwatch': () => void;
  /** The ack holds the stock of all that is on the menu; what changes comes as `menu:changed`. */
  'menu:watch': (request: Record<string, never>, ack: (answer: MenuChanged | SocketFailure) => void) => void;
  'menu:unwatch': () => void;
}

/** Requests that are answered. What ends a watch needs no permission. */
export type SocketRequest = Exclude<keyof ClientToServerEvents, `${string}:unwatch`>;

/** What one must be allowed to do for each of them. */
export const SOCKET_PERMISSIONS = {
  'order:watch': 'order.read',
  'board:watch': 'board.watch',
  'counter:watch': 'counter.watch',
  'menu:watch': 'menu.read',
} as const satisfies Record<SocketRequest, Action>;

export interface ServerToClientEvents {
  'order:changed': (change: OrderChanged) => void;
  /** At most ten a second. Orders that left the board come too, with the status they left in. */
  'board:changed': (batch: { orders: BoardOrder[] }) => void;
  /** At most four a second. */
  'menu:changed': (change: MenuChanged) => void;
  /** At most ten a second. */
  'counter:changed': (change: CounterChanged) => void;
}
