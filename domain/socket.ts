/**
 * The whole Socket.IO protocol, typed for both ends. Client-to-server names are imperative, server-to-client names past
 * tense.
 */

import type { Board, BoardOrder } from './contract/board.ts';
import type { Order, OrderForAgents, OrderLine, Share, Viewer } from './contract/orders.ts';
import type { TabLine } from './contract/basket.ts';
import type { TabRound } from './contract/rounds.ts';
import type { OwedLine, TabPayment } from './contract/tab-payments.ts';
import type { Tab, TabParticipant, TabViewer } from './contract/tabs.ts';
import type { EventType } from './events.ts';
import type { ErrorCode } from './failures.ts';
import type { Action } from './permissions.ts';
import type { TabEventType } from './tab.ts';

export interface SocketFailure {
  readonly error: { readonly code: ErrorCode; readonly message: string };
}

/**
 * One change of one order. `version` is the event's: a client ignores versions that it already has, and watches again
 * from its own version when one is missing.
 */
export interface OrderChanged {
  readonly orderId: string;
  readonly version: number;
  readonly type: EventType;
  readonly at: string;
  /** The order at that version or a later one; absent for who has asked for patches. */
  readonly order?: Order;
  /**
   * For who has asked for patches: leads from the order at the previous patch to the order at `version`; absent if a
   * later change, which was read with it, has it.
   */
  readonly patch?: OrderPatch;
}

/**
 * What differs between two versions of an order, as its watcher sees it: fields with their new values, and by id the
 * items of its lists that are new, or what differs in them. A list in `fields` replaces the whole list: its order has
 * changed. Applying a patch twice, or to a later version than it starts from, does no harm.
 */
export interface OrderPatch {
  readonly fields: Partial<Order>;
  readonly participants?: readonly ItemPatch<Order['participants'][number]>[];
  readonly removedParticipants?: readonly string[];
  readonly lines?: readonly ItemPatch<OrderLine>[];
  readonly removedLines?: readonly string[];
  readonly shares?: readonly ItemPatch<Share>[];
  readonly removedShares?: readonly string[];
}

/** A new item, whole, or the fields of a known one that differ. */
export type ItemPatch<Item extends { readonly id: string }> = Partial<Item> & Pick<Item, 'id'>;

/**
 * One change of one tab. `version` is the event's: a client ignores versions that it already has, and watches again
 * from its own version when one is missing. `patch` leads from the tab at the previous patch to the tab at `version`;
 * absent if a later change, which was read with it, has it.
 */
export interface TabChanged {
  readonly tabId: string;
  readonly version: number;
  readonly type: TabEventType;
  readonly at: string;
  /** The participant who did it; null for staff and the workflow. */
  readonly participantId: string | null;
  readonly patch?: TabPatch;
}

/**
 * What differs between two versions of a tab: fields with their new values, and the items of its lists that are new or
 * different, by id. Applying a patch twice, or to a later version than it starts from, does no harm.
 */
export interface TabPatch {
  readonly fields: Partial<Omit<Tab, 'participants' | 'lines' | 'rounds' | 'parts' | 'owed' | 'payments'>>;
  readonly participants?: readonly TabParticipant[];
  readonly lines?: readonly TabLine[];
  readonly removedLines?: readonly string[];
  readonly rounds?: readonly TabRound[];
  /** By participant; all others pay what they would have paid before. */
  readonly parts?: Tab['parts'];
  readonly owed?: readonly OwedLine[];
  /** Lines that are wholly paid now. */
  readonly removedOwed?: readonly string[];
  readonly payments?: readonly TabPayment[];
}

/**
 * What has happened to rounds without being an event of their tab: a status, a paid share, and the tab's sums with it.
 * Apart from the tab's versions, and told again with the next of them. `version` is the tab's: a client ignores news of
 * an older tab than its own, and a round of an older version than it has.
 */
export interface TabRounds {
  readonly tabId: string;
  readonly version: number;
  readonly patch: TabPatch;
}

/** Who is in a tab at the moment; apart from its versions. */
export interface TabPresence {
  readonly tabId: string;
  /** Participants with a connected screen. */
  readonly here: readonly string[];
  /** Those of them who are looking for something on the menu. */
  readonly choosing: readonly string[];
}

/**
 * Orders that were added to the counter's list or changed there, and the ids of those that left it: paid, canceled or
 * expired.
 */
export interface CounterChanged {
  readonly orders: OrderForAgents[];
  readonly gone: readonly string[];
}

/**
 * Units for sale of the variants that changed. `isOutdated`: products changed, too, and the menu must be read again.
 */
export interface MenuChanged {
  readonly stock: readonly { readonly variantId: string; readonly available: number }[];
  readonly isOutdated: boolean;
}

/** The orders to be paid at the counter. */
export interface WholeCounter {
  readonly orders: OrderForAgents[];
  /** How many orders were left out because the list would be too long. */
  readonly hidden: number;
}

export interface ClientToServerEvents {
  /**
   * Follows an order: the ack holds its current state; every later version arrives as `order:changed`, with the whole
   * order, or with `patches` with what has changed. `since`: also resends versions above it, those up to the ack's
   * without patches.
   */
  'order:watch': (
    request: { orderId: string; since?: number; guestToken?: string; patches?: boolean },
    ack: (answer: { order: Order | OrderForAgents; viewer: Viewer } | SocketFailure) => void,
  ) => void;
  'order:unwatch': (request: { orderId: string }) => void;
  /**
   * The ack holds the whole board, limited to what the client may see; later changes arrive in `board:changed` batches.
   */
  'board:watch': (request: Record<string, never>, ack: (answer: Board | SocketFailure) => void) => void;
  'board:unwatch': () => void;
  /** The ack holds all orders to be paid at the counter; later changes arrive in `counter:changed` batches. */
  'counter:watch': (
    request: Record<string, never>,
    ack: (answer: WholeCounter | SocketFailure) => void,
  ) => void;
  'counter:unwatch': () => void;
  /** The ack holds the stock of everything on the menu; later changes arrive as `menu:changed`. */
  'menu:watch': (request: Record<string, never>, ack: (answer: MenuChanged | SocketFailure) => void) => void;
  'menu:unwatch': () => void;
  /**
   * Follows a tab: the ack holds its current state and who is in it; later versions arrive as `tab:changed`, and what
   * happens to its rounds in between as `tab:rounds`. `since`: also resends versions above it.
   */
  'tab:watch': (
    request: { tabId: string; since?: number; guestToken?: string },
    ack: (answer: { tab: Tab; viewer: TabViewer; presence: TabPresence } | SocketFailure) => void,
  ) => void;
  'tab:unwatch': (request: { tabId: string }) => void;
  /** Says whether the watching participant is looking for something on the menu. */
  'tab:choose': (request: { tabId: string; isChoosing: boolean }) => void;
}

/** Requests with an ack. Ending a watch needs no permission, and who watches a tab may say what she does there. */
export type SocketRequest = Exclude<keyof ClientToServerEvents, `${string}:unwatch` | 'tab:choose'>;

/** The permission that each of them needs. */
export const SOCKET_PERMISSIONS = {
  'order:watch': 'order.read',
  'board:watch': 'board.watch',
  'counter:watch': 'counter.watch',
  'menu:watch': 'menu.read',
  'tab:watch': 'tab.read',
} as const satisfies Record<SocketRequest, Action>;

export interface ServerToClientEvents {
  'order:changed': (change: OrderChanged) => void;
  /** At most ten a second. Includes orders that left the board, with the status in which they left. */
  'board:changed': (batch: { orders: BoardOrder[] }) => void;
  /** At most four a second. */
  'menu:changed': (change: MenuChanged) => void;
  /** At most ten a second. */
  'counter:changed': (change: CounterChanged) => void;
  'tab:changed': (change: TabChanged) => void;
  /** At most ten a second. */
  'tab:rounds': (news: TabRounds) => void;
  /** At most two a second. */
  'tab:presence': (presence: TabPresence) => void;
}
