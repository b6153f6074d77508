import type { BoardOrder } from '#domain/contract/board.ts';
import type { OrderForAgents } from '#domain/contract/orders.ts';
import { isApiError, type ApiError } from '../api/api-error.ts';
import { Following, SOCKET_FIRST } from './following.ts';
import { applyNews, replaceAll, type ListChange, type ListNews } from './list-change.ts';

/** How often the list is read by HTTP while it is not followed. */
const POLL_WHILE_LOST = 5000;

/** The staff's lists, and what is on each of them. */
interface Lists {
  board: BoardOrder;
  counter: OrderForAgents;
}

/** A whole list. */
export interface WholeList<Item> {
  readonly orders: readonly Item[];
  /** How many orders it leaves out, as it would be too long. */
  readonly hidden: number;
}

/** One of the staff's lists. */
export interface ListSource<Name extends keyof Lists> {
  readonly topic: Name;
  /** Whether an order is on the list. */
  readonly belongs: (order: Lists[Name]) => boolean;
  /** Reads the whole list by HTTP. */
  readonly readAll: () => Promise<WholeList<Lists[Name]>>;
  /** Hears of each change after the first load. */
  readonly onChange?: (change: ListChange<Lists[Name]>) => void;
}

/**
 * A list of orders, followed live from `start` to `stop`. It comes whole on every connect, and is kept up by changes;
 * while it is not followed it is read by HTTP.
 */
export class LiveList<Name extends keyof Lists> {
  orders: ReadonlyMap<string, Lists[Name]> = $state.raw(new Map());
  /** How many orders are too many to be shown, and were not sent. */
  hidden: number = $state(0);
  /** False until there is something to show; then nothing makes it false again. */
  isLoaded: boolean = $state(false);
  /** Why there is nothing to show. */
  failure: ApiError | null = $state.raw(null);

  readonly #source: ListSource<Name>;
  readonly #following: Following<Name>;

  constructor(source: ListSource<Name>) {
    this.#source = source;
    this.#following = new Following<Name>({
      topic: source.topic,
      readEvery: POLL_WHILE_LOST,
      request: () => ({}),
      // The compiler cannot tell that each list's messages hold what is on that list.
      takeWhole: (whole) => this.#replace(whole as unknown as WholeList<Lists[Name]>),
      takeChange: (news) => {
        const told = news as unknown as ListNews<Lists[Name]>;
        if (this.isLoaded) this.#take(applyNews(this.orders, told, source.belongs));
      },
      refused: (error) => this.#fail(error),
      read: () => void this.read(),
    });
  }

  /** Starts following. It is sent once: by HTTP only where the socket is slow to come, or does not come at all. */
  start(): void {
    this.#following.start(SOCKET_FIRST);
  }

  stop(): void {
    this.#following.stop();
  }

  /** Reads the whole list by HTTP. A failure is kept only while there is nothing to show. */
  async read(): Promise<void> {
    try {
      const whole = await this.#source.readAll();
      // Followed meanwhile: what the socket told is newer.
      if (!this.#following.isFollowed) this.#replace(whole);
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.#fail(error);
    }
  }

  /** Asks for the whole list, because something was not told that should have been. */
  protected askAgain(): void {
    this.#following.askAgain();
  }

  /** Hears of every change. Nothing arrives with the first load. */
  protected changed(_change: ListChange<Lists[Name]>): void {}

  #fail(error: ApiError): void {
    if (!this.isLoaded) this.failure = error;
  }

  #replace({ orders, hidden }: WholeList<Lists[Name]>): void {
    const isFirst = !this.isLoaded;
    this.isLoaded = true;
    this.failure = null;
    this.hidden = hidden;
    this.#take(replaceAll(this.orders, orders), isFirst);
  }

  #take(change: ListChange<Lists[Name]>, isFirst = false): void {
    this.orders = change.orders;
    this.changed(isFirst ? { ...change, arrived: [], left: [] } : change);
    if (!isFirst) this.#source.onChange?.(change);
  }
}
