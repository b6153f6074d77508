import { nextAdvance, type AdvanceTarget } from '#domain/order.ts';
import { ApiError, isApiError } from '../../api/api-error.ts';
import type { BoardOrder } from '#domain/contract/board.ts';
import type { SocketFailure } from '#domain/socket.ts';
import {
  ask,
  follow,
  isFailure,
  isFollowing,
  watchAgain,
  type Follower,
  type LiveSocket,
} from '../../live/socket.ts';
import { advanceOrder, readBoard } from '../orders/order-calls.ts';
import { applyBatch, replaceBoard, type BoardChange, type BoardOrders } from './merge.ts';

/** Batches that come within this time are drawn together. */
const FRAME = 80;
/** How long a new card stays marked as new. */
const FRESH_FOR = 6000;
/** How often the board is read by HTTP while it is not followed, and how long an advance may stay unheard of. */
const PATIENCE = 5000;
/** How long the socket has before the board is read by HTTP. */
const SOCKET_FIRST = 1500;

/**
 * The agents' board, followed live from `start` to `stop`. It comes whole on every connect, and kept up by batches; while it is not followed it is read by HTTP. `onChange` hears of each change after the first load.
 */
export class LiveBoard {
  orders: BoardOrders = $state.raw(new Map());
  /** How many open orders are too many to be shown, and were not sent. */
  hidden: number = $state(0);
  /** False until there is something to show; then nothing makes it false again. */
  isLoaded: boolean = $state(false);
  /** Why there is nothing to show. */
  failure: ApiError | null = $state.raw(null);
  /** Orders that somebody here has advanced and that the server has not yet told of, with where they go. */
  moving: ReadonlyMap<string, AdvanceTarget> = $state.raw(new Map());
  /** Orders that arrived a moment ago. */
  fresh: ReadonlySet<string> = $state.raw(new Set());

  readonly #onChange: (change: BoardChange) => void;
  #socket: LiveSocket | null = null;
  #pending: BoardOrder[] = [];
  /** Batches are kept back while the whole board is on its way: they may be newer than it. */
  #isWatching = false;
  #timers = new Set<ReturnType<typeof setTimeout>>();
  #ends: (() => void)[] = [];
  readonly #onBatch = (batch: { orders: BoardOrder[] }): void => {
    if (this.#pending.length === 0) this.#after(FRAME, () => this.#draw());
    this.#pending.push(...batch.orders);
  };
  readonly #follower: Follower = { watch: (socket) => this.#watch(socket) };

  constructor(onChange: (change: BoardChange) => void) {
    this.#onChange = onChange;
  }

  start(): void {
    // Sent once: by HTTP only where the socket is slow to come, or does not come at all.
    this.#after(SOCKET_FIRST, () => !isFollowing(this.#follower) && void this.read());
    const end = follow(this.#follower);
    const poll = setInterval(() => !isFollowing(this.#follower) && void this.read(), PATIENCE);
    this.#ends = [
      () => clearInterval(poll),
      () => {
        this.#socket?.off('board:changed', this.#onBatch);
        if (this.#socket?.connected) this.#socket.emit('board:unwatch');
      },
      end,
    ];
  }

  stop(): void {
    for (const end of this.#ends) end();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#ends = [];
    this.#timers.clear();
    this.#socket = null;
  }

  /** Reads the whole board by HTTP. A failure is kept only while there is nothing to show. */
  async read(): Promise<void> {
    try {
      const { orders, hidden } = await readBoard();
      // Followed meanwhile: what the socket told is newer.
      if (isFollowing(this.#follower)) return;
      this.hidden = hidden;
      this.#replace(orders);
    } catch (error) {
      if (!isApiError(error)) throw error;
      if (!this.isLoaded) this.failure = error;
    }
  }

  /**
   * Asks to move an order one step on. It is shown as moving until the server tells that it has; nothing here
   * moves it. Throws ApiError when it was refused; answers false when there was nothing to ask.
   */
  async advance(order: BoardOrder): Promise<boolean> {
    const to = nextAdvance(order);
    if (to === undefined || this.moving.has(order.id)) return false;
    this.moving = new Map(this.moving).set(order.id, to);
    try {
      await advanceOrder(order.id, to);
      this.#after(PATIENCE, () => this.moving.get(order.id) === to && this.#askAgain(order.id));
      return true;
    } catch (error) {
      this.#askAgain(order.id);
      throw error;
    }
  }

  async #watch(socket: LiveSocket): Promise<SocketFailure | undefined> {
    this.#socket = socket;
    socket.off('board:changed', this.#onBatch).on('board:changed', this.#onBatch);
    this.#isWatching = true;
    try {
      const answer = await ask(socket, 'board:watch', {});
      if (!isFailure(answer)) {
        this.hidden = answer.hidden;
        this.#replace(answer.orders);
        return undefined;
      }
      if (!this.isLoaded) this.failure = new ApiError(answer.error.code, answer.error.message);
      return answer;
    } finally {
      this.#isWatching = false;
      this.#draw();
    }
  }

  #replace(whole: readonly BoardOrder[]): void {
    const isFirst = !this.isLoaded;
    this.isLoaded = true;
    this.failure = null;
    this.#take(replaceBoard(this.orders, whole), isFirst);
  }

  #draw(): void {
    if (this.#isWatching || this.#pending.length === 0) return;
    const batch = this.#pending;
    this.#pending = [];
    if (this.isLoaded) this.#take(applyBatch(this.orders, batch), false);
  }

  #take(change: BoardChange, isFirst: boolean): void {
    this.orders = change.orders;
    for (const [id, to] of this.moving) {
      const order = change.orders.get(id);
      if (!order || nextAdvance(order) !== to) this.#settle(id);
    }
    if (isFirst) return;
    const arrived = change.arrived.map((order) => order.id);
    if (arrived.length > 0) {
      this.fresh = new Set([...this.fresh, ...arrived]);
      this.#after(FRESH_FOR, () => {
        this.fresh = new Set([...this.fresh].filter((id) => !arrived.includes(id)));
      });
    }
    this.#onChange(change);
  }

  /** The server has not told of an advance: the whole board is asked for, and the order may be advanced again. */
  #askAgain(orderId: string): void {
    this.#settle(orderId);
    if (this.#socket?.connected) watchAgain(this.#follower);
    else void this.read();
  }

  #settle(orderId: string): void {
    if (!this.moving.has(orderId)) return;
    this.moving = new Map([...this.moving].filter(([id]) => id !== orderId));
  }

  #after(delay: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, delay);
    this.#timers.add(timer);
  }
}
