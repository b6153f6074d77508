/** A buyer who orders through the public API, and the checks a test makes on the order. */

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { run } from '../../db/sql.ts';
import { readEvents, readOrder } from '../../db/orders/orders/read-order.ts';
import type { LineInput, Order, PublicEvent } from '../../domain/contract/orders.ts';
import { nextAdvance, type AdvanceTarget, type OrderStatus } from '../../domain/order.ts';
import { orderWorkflowId, recordChanged } from '../../temporal/orders/messages.ts';
import { Visitor, type Reply } from '../setup/visitor.ts';
import type { System } from './system.ts';
import { until } from './until.ts';

/** How long a client keeps retrying when asked to. */
const TRY_AGAIN_FOR_MS = 25_000;

/** The order to place. The checker searches workflow histories for its names, places and notes. */
export interface Wish {
  readonly variantId: string;
  readonly quantity?: number;
  readonly lines?: readonly LineInput[];
  /** A Stripe test payment method, to pay at once. */
  readonly pay?: string;
  readonly tipAmount?: number;
  /** Uses an API that holds stock only this long, in milliseconds. */
  readonly holdMs?: number;
  readonly key?: string;
}

/** Sends POST /api/orders as a new guest. */
export async function order(system: System, wish: Wish): Promise<{ guest: Visitor; reply: Reply<any> }> {
  const url = wish.holdMs === undefined ? system.url : await system.urlWithHold(wish.holdMs);
  const guest = new Visitor(url);
  const name = `Wilhelmina ${randomUUID().slice(0, 8)}`;
  const reply = await guest.post(
    '/api/orders',
    {
      lines: wish.lines ?? [
        { variantId: wish.variantId, quantity: wish.quantity ?? 1, note: 'extra hot please' },
      ],
      contact: { name, email: `${randomUUID()}@guest.test` },
      place: { kind: 'lane', label: 'Lane of the Lark' },
      ...(wish.pay && {
        payment: { paymentMethodId: wish.pay, ...(wish.tipAmount && { tipAmount: wish.tipAmount }) },
      }),
    },
    { key: wish.key ?? randomUUID() },
  );
  return { guest, reply };
}

/** Orders as a page does: an order that timed out undecided is never charged, so it is placed again. */
export async function orderUntilDecided(system: System, wish: Omit<Wish, 'key'>): ReturnType<typeof order> {
  for (;;) {
    const ordered = await order(system, wish);
    if (ordered.reply.status !== 503) return ordered;
  }
}

/** Orders, and expects the stock to be held. */
export async function placeOrder(system: System, wish: Wish): Promise<PlacedOrder> {
  const { guest, reply } = wish.key ? await order(system, wish) : await orderUntilDecided(system, wish);
  if (reply.status !== 201) throw new Error(`not placed: ${JSON.stringify(reply.body)}`);
  return new PlacedOrder(system, guest, reply.body.order.id);
}

/** An order that was answered 201. */
export class PlacedOrder {
  readonly system: System;
  readonly guest: Visitor;
  readonly id: string;

  constructor(system: System, guest: Visitor, id: string) {
    this.system = system;
    this.guest = guest;
    this.id = id;
  }

  get workflow() {
    return this.system.temporal.workflow.getHandle(orderWorkflowId(this.id));
  }

  async read(): Promise<Order> {
    return (await readOrder(this.system.databases.orders, this.id))!.order;
  }

  async share(): Promise<Order['shares'][number]> {
    return (await this.read()).shares[0]!;
  }

  events(): Promise<PublicEvent[]> {
    return readEvents(this.system.databases.orders, this.id, 0);
  }

  async types(): Promise<string[]> {
    return (await this.events()).map((event) => event.type);
  }

  /** Changes the order as it is now, by its guest or somebody else of it. */
  async change(
    body: { readonly expectedDifference: number } & Record<string, unknown>,
    { by = this.guest, key = randomUUID() }: { by?: Visitor; key?: string } = {},
  ): Promise<Reply<any>> {
    const { version } = await this.read();
    return this.#command(by, 'changes', { ifVersion: version, ...body }, key);
  }

  /** Staff say that units of a line have run out. */
  askAbout(lineId: string, body: object = {}, key?: string): Promise<Reply<any>> {
    return this.#command(this.system.agent, `lines/${lineId}/sold-out`, body, key);
  }

  /** Whoever is asked answers the question as the order is now. */
  async answer(
    questionId: string,
    body: Record<string, unknown>,
    { by = this.guest, key = randomUUID() }: { by?: Visitor; key?: string } = {},
  ): Promise<Reply<any>> {
    const { version } = await this.read();
    return this.#command(by, `questions/${questionId}/answer`, { ifVersion: version, ...body }, key);
  }

  /** The time to answer is over. */
  async endTimeToAnswer(questionId: string): Promise<void> {
    await run(
      this.system.databases.orders.em.fork(),
      sql`update questions set deadline = now() where id = ${questionId}`,
    );
    await this.workflow.signal(recordChanged);
  }

  /** Resolves with the order once `look` accepts it. */
  until(what: string, look: (order: Order) => boolean, withinMs?: number): Promise<Order> {
    const find = async () => {
      const order = await this.read();
      return look(order) && order;
    };
    return until(`order ${this.id}: ${what}`, find, {
      ...(withinMs !== undefined && { withinMs }),
      next: () => this.system.orderChanges.next(this.id),
      last: async () => [(await this.read()).status, await this.types()],
    });
  }

  untilStatus(status: OrderStatus, withinMs?: number): Promise<Order> {
    return this.until(status, (order) => order.status === status, withinMs);
  }

  /** Resolves with the order once its workflow has completed successfully. */
  async untilClosed(): Promise<Order> {
    await this.workflow.result();
    return this.read();
  }

  async pay(paymentMethodId?: string, tipAmount?: number): Promise<Reply<any>> {
    return this.payShare(this.guest, (await this.share()).id, paymentMethodId, tipAmount);
  }

  /** One payer of several pays her share. */
  payShare(by: Visitor, shareId: string, paymentMethodId?: string, tipAmount?: number): Promise<Reply<any>> {
    return this.#command(by, `shares/${shareId}/pay`, {
      ...(paymentMethodId && { paymentMethodId }),
      ...(tipAmount && { tipAmount }),
    });
  }

  /** Staff record a payment at the counter. */
  async payInCash(tipAmount?: number, key?: string, shareId?: string): Promise<Reply<any>> {
    const id = shareId ?? (await this.share()).id;
    return this.#command(this.system.agent, `shares/${id}/cash`, { ...(tipAmount && { tipAmount }) }, key);
  }

  cancel(by: Visitor = this.guest, body: object = {}): Promise<Reply<any>> {
    return this.#command(by, 'cancel', body);
  }

  advance(to: AdvanceTarget): Promise<Reply<any>> {
    return this.#command(this.system.agent, 'advance', { to });
  }

  /** Staff move the order from its current status to the last one. Returns the steps taken. */
  async serve(): Promise<AdvanceTarget[]> {
    const steps: AdvanceTarget[] = [];
    for (let to = nextAdvance(await this.read()); to; to = nextAdvance(await this.read())) {
      const { status, body } = await this.advance(to);
      if (status !== 200 || body.order.status !== to) throw new Error(`not ${to}: ${JSON.stringify(body)}`);
      steps.push(to);
    }
    return steps;
  }

  /** Staff refund money. */
  refund(body: object): Promise<Reply<any>> {
    return this.#command(this.system.agent, 'refunds', body);
  }

  /**
   * Sends a command as a page does: retries it with the same idempotency key while the API asks to. On a busy
   * machine a workflow task may be lost with the message in it.
   */
  async #command(by: Visitor, path: string, body: object, key: string = randomUUID()): Promise<Reply<any>> {
    const giveUpAt = Date.now() + TRY_AGAIN_FOR_MS;
    for (;;) {
      const reply = await by.post(`/api/orders/${this.id}/${path}`, body, { key });
      if (reply.status !== 503 || Date.now() >= giveUpAt) return reply;
      await delay(Number(reply.headers.get('retry-after') ?? 1) * 1_000);
    }
  }

  /** Stripe's totals for this order. */
  async atStripe() {
    const all = await this.system.stripeApi.paymentIntents.list({
      limit: 100,
      expand: ['data.latest_charge'],
    });
    const intents = all.data.filter((intent) => intent.metadata['order_id'] === this.id);
    const charges = intents.flatMap(({ latest_charge }) =>
      typeof latest_charge === 'object' && latest_charge !== null ? [latest_charge] : [],
    );
    return {
      intents,
      captured: charges.reduce((total, charge) => total + charge.amount_captured, 0),
      refunded: charges.reduce((total, charge) => total + charge.amount_refunded, 0),
    };
  }
}
