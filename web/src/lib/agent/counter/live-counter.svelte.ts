import type { OrderForAgents } from '../../api/answers.ts';
import { ApiError, isApiError } from '../../api/api-error.ts';
import { ask, follow, isFailure, type LiveSocket } from '../../live/socket.ts';
import type { CounterChanged } from '#domain/socket.ts';
import { searchAllOrders } from '../orders/order-calls.ts';
import { applyCounterChange, type CounterOrders } from './counter-orders.ts';

/** How often the list is read by HTTP while there is no socket. */
const PATIENCE = 5000;

/**
 * What is to be paid at the counter, followed live from `start` to `stop`. Read whole on every connect, kept up by
 * changes, and read by HTTP while there is no socket.
 */
export class LiveCounter {
  orders: CounterOrders = $state.raw(new Map());
  /** False until there is something to show; then nothing makes it false again. */
  isLoaded: boolean = $state(false);
  /** Why there is nothing to show. */
  failure: ApiError | null = $state.raw(null);

  #socket: LiveSocket | null = null;
  /** Changes are kept back while the whole list is on its way: they may be newer than it. */
  #pending: CounterChanged[] | null = null;
  #ends: (() => void)[] = [];

  start(): void {
    void this.read();
    const onChanged = (change: CounterChanged): void => {
      if (this.#pending) this.#pending.push(change);
      else this.orders = applyCounterChange(this.orders, change);
    };
    const end = follow({
      onConnected: (socket) => {
        this.#socket = socket;
        socket.off('counter:changed', onChanged).on('counter:changed', onChanged);
        void this.#watch(socket);
      },
    });
    const poll = setInterval(() => !this.#socket?.connected && void this.read(), PATIENCE);
    this.#ends = [
      () => clearInterval(poll),
      () => {
        this.#socket?.off('counter:changed', onChanged);
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
      // Connected meanwhile: what the socket told is newer.
      if (!this.#socket?.connected) this.#replace(whole);
    } catch (error) {
      if (!isApiError(error)) throw error;
      if (!this.isLoaded) this.failure = error;
    }
  }

  async #watch(socket: LiveSocket): Promise<void> {
    const pending: CounterChanged[] = (this.#pending = []);
    try {
      const answer = await ask(socket, 'counter:watch', {});
      if (!isFailure(answer)) this.#replace(answer.orders);
      else if (!this.isLoaded) this.failure = new ApiError(answer.error.code, answer.error.message);
    } catch {
      // No ack in time: as good as no connection. Opening it anew watches again.
      if (socket.connected && this.#ends.length > 0) socket.disconnect().connect();
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
