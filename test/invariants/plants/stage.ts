/** The setup for planting violations: correct orders, and ways to make changes that cannot happen by accident. */

import { statement } from '../../setup/statement.ts';
import { sql } from 'kysely';
import { run, query } from '../../../db/sql.ts';
import { randomUUID } from 'node:crypto';
import { placeOrder, type PlacedOrder } from '../../harness/buyer.ts';
import type { System } from '../../harness/system.ts';
import { until } from '../../harness/until.ts';
import { addProduct } from '../../setup/menu.ts';
import type { InvariantId } from '../violation.ts';

/** A violation that the checker must find. */
export interface Plant {
  readonly id: InvariantId;
  readonly what: string;
  /** Plants it; returns the id of the order, variant or charge that the violation must name. */
  readonly plant: (stage: Stage) => Promise<string>;
}

export type Stage = ReturnType<typeof createStage>;

export function createStage(system: System) {
  const orders = (text: string, ...values: unknown[]) =>
    query<{ [column: string]: string }>(system.databases.orders.em.fork(), statement(text, ...values));
  const catalog = (text: string, ...values: unknown[]) =>
    query(system.databases.catalog.em.fork(), statement(text, ...values));

  /** An order of two units of a new product. */
  async function place(options: { pay?: string } = {}): Promise<PlacedOrder & { variantId: string }> {
    const product = await addProduct(system.databases);
    const variantId = product.variants[0]!.id;
    return Object.assign(await placeOrder(system, { variantId, quantity: 2, ...options }), { variantId });
  }

  /** Paid by card, with no work pending. */
  async function confirmed() {
    const order = await place({ pay: 'pm_card_visa' });
    await order.untilStatus('confirmed');
    await until('its mails are sent', async () => {
      const [row] = await orders(
        `select count(*) as due from mails where order_id = ? and status = 'due'`,
        order.id,
      );
      return Number(row!['due']) === 0;
    });
    return order;
  }

  /** Paid at the counter. */
  async function paidInCash() {
    const order = await place();
    await order.payInCash(50);
    await order.untilStatus('confirmed');
    return order;
  }

  /** Canceled before it was paid, even if a card was tried. */
  async function canceled(pay?: string) {
    const order = await place(pay ? { pay } : {});
    if (pay) await order.until('declined', ({ shares }) => shares[0]?.declineCode != null);
    await order.cancel();
    await order.untilClosed();
    return order;
  }

  /** Takes money at Stripe outside the product. */
  async function charge(order: PlacedOrder, options: { capture?: boolean } = {}) {
    const { id } = await order.share();
    return system.stripeApi.paymentIntents.create({
      amount: 700,
      currency: 'eur',
      payment_method: 'pm_card_visa',
      allowed_payment_method_types: ['card'],
      confirm: true,
      capture_method: options.capture === false ? 'manual' : 'automatic',
      metadata: { order_id: order.id, share_id: id, bill_version: '1' },
    });
  }

  /** Books a transfer between two accounts that never took place. */
  async function book(
    orderId: string,
    kind: string,
    [to, from]: readonly [string, string],
    amount: number,
    referenceId: string = randomUUID(),
  ): Promise<void> {
    await system.databases.orders.em.fork().transactional(async (em) => {
      const booking = randomUUID();
      await run(
        em,
        sql`insert into ledger_transactions (id, order_id, kind, reference_id, currency) values (${booking}, ${orderId}, ${kind}, ${referenceId}, 'eur')`,
      );
      await run(
        em,
        sql`insert into ledger_entries (transaction_id, account, amount) values (${booking}, ${to}, ${amount}), (${booking}, ${from}, ${-amount})`,
      );
    });
  }

  return { system, orders, catalog, place, confirmed, paidInCash, canceled, charge, book };
}
