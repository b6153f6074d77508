import type { BoardOrder } from '#domain/contract/board.ts';
import { nextAdvance, type AdvanceTarget } from '#domain/order.ts';
import type { ListChange } from '../../live/list-change.ts';
import { LiveList } from '../../live/live-list.svelte.ts';
import { advanceOrder, readBoard } from '../orders/order-calls.ts';
import { isOnBoard } from './columns.ts';

/** How long a new card stays highlighted. */
const FRESH_FOR = 6000;
/** How long to wait for the confirmation of an advance. */
const PATIENCE = 5000;

/** The staff's board: orders that are paid and not yet handed over, with new cards and pending moves. */
export class LiveBoard extends LiveList<'board'> {
  /** Orders advanced here that the server has not confirmed yet, with their target status. */
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
   * Requests the next step of an order. The card shows as moving until the server confirms; nothing moves it
   * optimistically. Throws ApiError if refused; returns false if there was nothing to request.
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

  /** The advance was not confirmed in time: reloads the board and allows another advance. */
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
