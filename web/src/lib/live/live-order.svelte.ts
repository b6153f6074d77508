import type { Order, OrderForAgents, Viewer } from '#domain/contract/orders.ts';
import { isApiError, type ApiError } from '../api/api-error.ts';
import { isForAgents } from '../api/order-views.ts';
import { readOrder } from '../api/orders.ts';
import { isRefusal } from '../orders/refusal.ts';
import { guestTokens } from '../people/guest-tokens.ts';
import { applyOrderPatch } from '#domain/patch.ts';
import type { OrderChanged } from '#domain/socket.ts';
import { connection } from './connection.svelte.ts';
import { Following, SOCKET_FIRST } from './following.ts';
import { judgeChange, newest } from './versions.ts';

/** Interval of HTTP reads while the order is not followed. */
const POLL_WHILE_LOST = 4000;

/** Staff-only data of an order. It hardly changes, and comes with reads, not with changes. */
export type StaffDetails = Pick<OrderForAgents, 'contact' | 'allergies' | 'workflowUrl'>;

/**
 * One order, live from `start` to `stop`. After a gap or a reconnect it is watched again; while it is not followed, it is
 * read by HTTP. Its version never goes down.
 */
export class LiveOrder {
  readonly orderId: string;
  order: Order | null = $state.raw(null);
  viewer: Viewer | null = $state.raw(null);
  /** Undefined until loaded, and for everybody but staff. */
  details: StaffDetails | undefined = $state.raw();
  /** Why there is nothing to show; cleared by the first data. */
  failure: ApiError | null = $state.raw(null);
  /** The viewer lost access: the shown data stays and is not followed. */
  refusal: ApiError | null = $state.raw(null);
  /** The last live change, for announcements. Null after a read. */
  lastChange: OrderChanged | null = $state.raw(null);

  /** The last version that was told, with or without its patch. */
  #told = 0;
  readonly #following: Following<'order'>;

  constructor(orderId: string) {
    this.orderId = orderId;
    this.#following = new Following({
      topic: 'order',
      about: { orderId },
      readEvery: POLL_WHILE_LOST,
      request: () => {
        const guestToken = guestTokens.of(orderId);
        return { orderId, patches: true, ...(guestToken === undefined ? {} : { guestToken }) };
      },
      takeWhole: ({ order, viewer }) => this.accept(order, viewer),
      takeChange: (change) => this.#take(change),
      refused: (error) => this.#fail(error),
      read: () => void this.read(),
    });
  }

  /**
   * Starts following. Data passed to `accept` before is shown and not read again. On a connected page the socket alone
   * is asked; otherwise the order is read by HTTP during the connect.
   */
  start(): void {
    if (this.order !== null) this.#following.start();
    else this.#following.start(connection.isOpen ? SOCKET_FIRST : 0);
  }

  stop(): void {
    this.#following.stop();
  }

  /** Accepts a snapshot from elsewhere, such as a command's response; drops an older one. */
  accept(order: Order | OrderForAgents, viewer?: Viewer): void {
    this.order = newest(this.order, order);
    this.#told = Math.max(this.#told, order.version);
    if (isForAgents(order)) {
      const { contact, allergies, workflowUrl } = order;
      this.details = { contact, allergies, workflowUrl };
    }
    if (viewer) this.viewer = viewer;
    this.#rememberToken(order);
    this.failure = null;
    this.refusal = null;
  }

  /** The token that proves her in a round or a payment proves her in its tab: a reload knows only that of the page. */
  #rememberToken({ id, tab, settles }: Order | OrderForAgents): void {
    const token = guestTokens.of(id);
    const tabId = tab?.id ?? settles?.tabId;
    if (token !== undefined && tabId !== undefined && guestTokens.of(tabId) === undefined)
      guestTokens.remember(tabId, token);
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

  #fail(error: ApiError): void {
    if (this.order === null) this.failure = error;
    else if (isRefusal(error)) this.refusal = error;
  }

  #take(change: OrderChanged): void {
    if (change.orderId !== this.orderId || this.order === null) return;
    switch (judgeChange(this.#told, change.version)) {
      case 'apply':
        this.#told = change.version;
        if (change.patch) this.order = applyOrderPatch(this.order, change.patch);
        this.lastChange = change;
        return;
      case 'gap':
        this.#following.askAgain();
        return;
      case 'drop':
        return;
    }
  }
}
