import type { Order, Viewer } from '#domain/contract/orders.ts';
import type { OrderChanged, SocketFailure } from '#domain/socket.ts';
import { ApiError, isApiError } from '../api/api-error.ts';
import { readOrder } from '../api/orders.ts';
import { isRefusal } from '../orders/refusal.ts';
import { guestTokens } from '../session/guest-tokens.ts';
import { ask, follow, isFailure, isFollowing, watchAgain, type Follower, type LiveSocket } from './socket.ts';
import { judgeChange, newest } from './versions.ts';

/** How often the order is read by HTTP while it is not followed. */
const POLL_WHILE_LOST = 4000;

/**
 * One order, followed live from `start` to `stop`. Read once by HTTP and watched by the socket, whichever is
 * quicker; after a gap or a reconnect it is watched again from its own version, and while it is not followed
 * it is read by HTTP. Its version never goes down.
 */
export class LiveOrder {
  readonly orderId: string;
  order: Order | null = $state.raw(null);
  viewer: Viewer | null = $state.raw(null);
  /** Why there is nothing to show; cleared as soon as there is. */
  failure: ApiError | null = $state.raw(null);
  /** Whoever looks may not see it any more: what is shown stays, and is not followed. */
  refusal: ApiError | null = $state.raw(null);
  /** The last change that came live, for announcing it. Null for what was read. */
  lastChange: OrderChanged | null = $state.raw(null);

  #ends: (() => void)[] = [];
  #socket: LiveSocket | null = null;
  readonly #onChanged = (change: OrderChanged): void => this.#take(change);
  readonly #follower: Follower = { watch: (socket) => this.#watch(socket) };

  constructor(orderId: string) {
    this.orderId = orderId;
  }

  /** Starts following; what `accept` was given before is shown meanwhile and not read again. */
  start(): void {
    if (this.order === null) void this.read();
    const end = follow(this.#follower);
    const timer = setInterval(() => {
      if (!isFollowing(this.#follower)) void this.read();
    }, POLL_WHILE_LOST);
    this.#ends = [
      () => clearInterval(timer),
      () => {
        this.#socket?.off('order:changed', this.#onChanged);
        if (this.#socket?.connected) this.#socket.emit('order:unwatch', { orderId: this.orderId });
      },
      end,
    ];
  }

  stop(): void {
    for (const end of this.#ends) end();
    this.#ends = [];
    this.#socket = null;
  }

  /** Takes a snapshot that came another way, such as the answer of a command; an older one is dropped. */
  accept(order: Order, viewer?: Viewer): void {
    this.order = newest(this.order, order);
    if (viewer) this.viewer = viewer;
    this.failure = null;
    this.refusal = null;
  }

  /** Reads the order by HTTP. A failure is kept only while there is nothing to show. */
  async read(): Promise<void> {
    try {
      const answer = await readOrder(this.orderId);
      this.accept(answer.order, answer.viewer);
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.#fail(error);
    }
  }

  async #watch(socket: LiveSocket): Promise<SocketFailure | undefined> {
    this.#socket = socket;
    socket.off('order:changed', this.#onChanged).on('order:changed', this.#onChanged);
    const since = this.order?.version;
    const guestToken = guestTokens.of(this.orderId);
    const answer = await ask(socket, 'order:watch', {
      orderId: this.orderId,
      ...(since === undefined ? {} : { since }),
      ...(guestToken === undefined ? {} : { guestToken }),
    });
    if (!isFailure(answer)) {
      this.accept(answer.order, answer.viewer);
      return undefined;
    }
    this.#fail(new ApiError(answer.error.code, answer.error.message));
    return answer;
  }

  #fail(error: ApiError): void {
    if (this.order === null) this.failure = error;
    else if (isRefusal(error)) this.refusal = error;
  }

  #take(change: OrderChanged): void {
    if (change.orderId !== this.orderId || this.order === null) return;
    switch (judgeChange(this.order.version, change.version)) {
      case 'apply':
        this.order = newest(this.order, change.order);
        this.lastChange = change;
        return;
      case 'gap':
        watchAgain(this.#follower);
        return;
      case 'drop':
        return;
    }
  }
}
