/** Waits for many orders at once with a single query. */

import { sql } from 'kysely';
import { query } from '../../db/sql.ts';
import { setTimeout as delay } from 'node:timers/promises';
import type { OrderStatus } from '../../domain/order.ts';
import type { System } from './system.ts';
import { PATIENCE_MS } from './until.ts';

/** The observed state of an order; amounts are totals over all its payments, in minor units. */
export interface Watched {
  readonly id: string;
  readonly status: OrderStatus;
  readonly attention: string | null;
  readonly captured: number;
  readonly refunded: number;
  /** The ledger contains Stripe's fee for every capture. */
  readonly feeBooked: boolean;
  readonly share: string | null;
  readonly isDisputed: boolean;
  readonly intentId: string | null;
  /** A change of it is open. */
  readonly isChanging: boolean;
}

interface Waiting {
  readonly id: string;
  readonly look: (order: Watched) => boolean;
  readonly found: (order: Watched) => void;
  last?: Watched;
}

const LOOK_EVERY_MS = 100;

/** Waits for orders of one system; queries only while someone waits. */
export class OrdersWatch {
  readonly #system: System;
  readonly #waiting = new Set<Waiting>();
  #isLooking = false;

  constructor(system: System) {
    this.#system = system;
  }

  /** Resolves with the order once `look` accepts it; rejects after `withinMs`, naming `what` and the last state. */
  async until(
    id: string,
    what: string,
    look: (order: Watched) => boolean,
    withinMs = PATIENCE_MS,
  ): Promise<Watched> {
    const { promise, resolve: found, reject } = Promise.withResolvers<Watched>();
    const waiting: Waiting = { id, look, found };
    const giveUp = setTimeout(
      () => reject(new Error(`waited for order ${id}: ${what}; instead: ${JSON.stringify(waiting.last)}`)),
      withinMs,
    );
    this.#waiting.add(waiting);
    void this.#lookWhileNeeded().catch(reject);
    try {
      return await promise;
    } finally {
      clearTimeout(giveUp);
      this.#waiting.delete(waiting);
    }
  }

  async #lookWhileNeeded(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      while (this.#waiting.size > 0) {
        const orders = await readWatched(
          this.#system,
          [...this.#waiting].map(({ id }) => id),
        );
        for (const waiting of this.#waiting) {
          const now = orders.get(waiting.id);
          if (!now) continue;
          waiting.last = now;
          if (waiting.look(now)) waiting.found(now);
        }
        await delay(LOOK_EVERY_MS);
      }
    } finally {
      this.#isLooking = false;
    }
  }
}

async function readWatched({ databases }: System, ids: readonly string[]): Promise<Map<string, Watched>> {
  const rows = await query<Watched>(
    databases.orders.em.fork(),
    sql`select o.id, o.status, o.attention[1] as attention,
       coalesce(sum(p.captured_amount), 0)::int as captured, coalesce(sum(p.refunded_amount), 0)::int as refunded,
       coalesce(bool_and(p.fee_booked or p.captured_amount = 0), false) as "feeBooked",
       max(p.stripe_payment_intent_id) as "intentId",
       (select case when decline_code is null then s.status else 'declined' end from shares s
        where s.order_id = o.id and s.bill_version = o.bill_version limit 1) as share,
       exists (select from order_events e where e.order_id = o.id and e.type = 'disputed') as "isDisputed",
       o.change_id is not null as "isChanging"
     from orders o left join payments p on p.order_id = o.id
     where o.id = any(${[...new Set(ids)]}::uuid[]) group by o.id`,
  );
  return new Map(rows.map((row) => [row.id, row]));
}
