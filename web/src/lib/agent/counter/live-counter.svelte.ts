import type { OrderForAgents } from '#domain/contract/orders.ts';
import { ApiError, isApiError } from '../../api/api-error.ts';
import { ask, follow, isFailure, isFollowing, type Follower, type LiveSocket } from '../../live/socket.ts';
import type { CounterChanged, SocketFailure } from '#domain/socket.ts';
import { searchAllOrders } from '../orders/order-calls.ts';
import { applyCounterChange, type CounterOrders } from './counter-orders.ts';

/** How often the list is read by HTTP while it is not followed. */
const PATIENCE = 5000;

/**
 * What is to be paid at the counter, followed live from `start` to `stop`. Read whole on every connect, kept up by
 * changes, and read by HTTP while it is not followed.
 */
export class LiveCounter {
  orders: CounterOrders = $state.raw(new Map());
  /** How many are too many to be shown, and were not sent. */
  hidden: number = $state(0);
  /** False until there is something to show; then nothing makes it false again. */
  isLoaded: boolean = $state(false);
  /** Why there is nothing to show. */
  failure: ApiError | null = $state.raw(null);

  #socket: LiveSocket | null = null;
  /** Changes are kept back while the whole list is on its way: they may be newer than it. */
  #pending: CounterChanged[] | null = null;
  #ends: (() => void)[] = [];

  readonly #onChanged = (change: CounterChanged): void => {
    if (this.#pending) this.#pending.push(change);
    else this.orders = applyCounterChange(this.orders, change);
  };
  readonly #follower: Follower = { watch: (socket) => this.#watch(socket) };

  start(): void {
    void this.read();
    const end = follow(this.#follower);
    const poll = setInterval(() => !isFollowing(this.#follower) && void this.read(), PATIENCE);
    this.#ends = [
      () => clearInterval(poll),
      () => {
        this.#socket?.off('counter:changed', this.#onChanged);
        if (this.#socket?.connected) this.#socket.emit('counter:unwatch');
      },
      end,
    ];
  }

  stop(): void {
    for (const end of this.#ends) end();
    this.#ends = [];
    this.#socket = null;
  }

  /** Reads the list by HTTP. A failure is kept only while there is nothing to show. */
  async read(): Promise<void> {
    try {
      const whole = await searchAllOrders({ toPay: true });
      // Followed meanwhile: what the socket told is newer.
      if (!isFollowing(this.#follower)) this.#replace(whole);
    } catch (error) {
      if (!isApiError(error)) throw error;
      if (!this.isLoaded) this.failure = error;
    }
  }

  async #watch(socket: LiveSocket): Promise<SocketFailure | undefined> {
    this.#socket = socket;
    socket.off('counter:changed', this.#onChanged).on('counter:changed', this.#onChanged);
    const pending: CounterChanged[] = (this.#pending = []);
    try {
      const answer = await ask(socket, 'counter:watch', {});
      if (!isFailure(answer)) {
        this.hidden = answer.hidden;
        this.#replace(answer.orders);
        return undefined;
      }
      if (!this.isLoaded) this.failure = new ApiError(answer.error.code, answer.error.message);
      return answer;
    } finally {
      if (this.#pending === pending) this.#pending = null;
      for (const change of pending) this.orders = applyCounterChange(this.orders, change);
    }
  }

  #replace(whole: readonly OrderForAgents[]): void {
    this.isLoaded = true;
    this.failure = null;
    this.orders = new Map(whole.map((order) => [order.id, order]));
  }
}
