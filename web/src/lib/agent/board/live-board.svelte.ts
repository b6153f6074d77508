import type { BoardOrder } from '#domain/contract/board.ts';
import { nextAdvance, type AdvanceTarget } from '#domain/order.ts';
import type { ListChange } from '../../live/list-change.ts';
import { LiveList } from '../../live/live-list.svelte.ts';
import { advanceOrder, readBoard } from '../orders/order-calls.ts';
import { isOnBoard } from './columns.ts';

/** How long a new card stays marked as new. */
const FRESH_FOR = 6000;
/** How long an advance may stay unheard of. */
const PATIENCE = 5000;

/** The agents' board: what is paid and not yet handed over, which cards are new, and which are being moved. */
export class LiveBoard extends LiveList<'board'> {
  /** Orders that somebody here has advanced and that the server has not yet told of, with where they go. */
  moving: ReadonlyMap<string, AdvanceTarget> = $state.raw(new Map());
  /** Orders that arrived a moment ago. */
  fresh: ReadonlySet<string> = $state.raw(new Set());

  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(onChange: (change: ListChange<BoardOrder>) => void) {
    super({
      topic: 'board',
      belongs: ({ status }) => isOnBoard(status),
      readAll: readBoard,
      onChange,
    });
  }

  override stop(): void {
    super.stop();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  /**
   * Asks to move an order one step on. It is shown as moving until the server tells that it has; nothing here moves it.
   * Throws ApiError when it was refused; returns false when there was nothing to ask.
   */
  async advance(order: BoardOrder): Promise<boolean> {
    const to = nextAdvance(order);
    if (to === undefined || this.moving.has(order.id)) return false;
    this.moving = new Map(this.moving).set(order.id, to);
    try {
      await advanceOrder(order.id, to);
      this.#after(PATIENCE, () => this.moving.get(order.id) === to && this.#giveUp(order.id));
      return true;
    } catch (error) {
      this.#giveUp(order.id);
      throw error;
    }
  }

  protected override changed({ orders, arrived }: ListChange<BoardOrder>): void {
    for (const [id, to] of this.moving) {
      const order = orders.get(id);
      if (!order || nextAdvance(order) !== to) this.#settle(id);
    }
    if (arrived.length === 0) return;
    const ids = arrived.map(({ id }) => id);
    this.fresh = new Set([...this.fresh, ...ids]);
    this.#after(FRESH_FOR, () => {
      this.fresh = new Set([...this.fresh].filter((id) => !ids.includes(id)));
    });
  }

  /** The server has not told of an advance: the whole board is asked for, and the order may be advanced again. */
  #giveUp(orderId: string): void {
    this.#settle(orderId);
    this.askAgain();
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
