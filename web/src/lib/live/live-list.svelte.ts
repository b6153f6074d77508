import type { BoardOrder } from '#domain/contract/board.ts';
import type { OrderForAgents } from '#domain/contract/orders.ts';
import { isApiError, type ApiError } from '../api/api-error.ts';
import { Following, SOCKET_FIRST } from './following.ts';
import { applyNews, replaceAll, type ListChange, type ListNews } from './list-change.ts';

/** Interval of HTTP reads while the list is not followed. */
const POLL_WHILE_LOST = 5000;

/** The staff's lists and their items. */
interface Lists {
  board: BoardOrder;
  counter: OrderForAgents;
}

/** A whole list. */
export interface WholeList<Item> {
  readonly orders: readonly Item[];
  /** The number of omitted orders of a list that would be too long. */
  readonly hidden: number;
}

/** One of the staff's lists. */
export interface ListSource<Name extends keyof Lists> {
  readonly topic: Name;
  /** Returns whether an order belongs on the list. */
  readonly belongs: (order: Lists[Name]) => boolean;
  /** Reads the whole list by HTTP. */
  readonly readAll: () => Promise<WholeList<Lists[Name]>>;
  /** Called for each change after the first load. */
  readonly onChange?: (change: ListChange<Lists[Name]>) => void;
}

/**
 * A live list of orders from `start` to `stop`. It gets a snapshot on every connect, then changes; while it is not
 * followed, it is read by HTTP.
 */
export class LiveList<Name extends keyof Lists> {
  orders: ReadonlyMap<string, Lists[Name]> = $state.raw(new Map());
  /** The number of orders that were not sent because the list is too long. */
  hidden: number = $state(0);
  /** False until loaded once; never false again. */
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
      // The compiler cannot relate each list's messages to its items.
      takeWhole: (whole) => this.#replace(whole as unknown as WholeList<Lists[Name]>),
      takeChange: (news) => {
        const told = news as unknown as ListNews<Lists[Name]>;
        if (this.isLoaded) this.#take(applyNews(this.orders, told, source.belongs));
      },
      refused: (error) => this.#fail(error),
      read: () => void this.read(),
    });
  }

  /** Starts following. The socket sends the list; HTTP is used only if the socket is slow or fails. */
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
      // Followed meanwhile: the socket's data is newer.
      if (!this.#following.isFollowed) this.#replace(whole);
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.#fail(error);
    }
  }

  /** Requests a snapshot after a missed message. */
  protected askAgain(): void {
    this.#following.askAgain();
  }

  /** Subscribes to every change. The first load emits nothing. */
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
