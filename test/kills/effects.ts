/**
 * What processes do to the world for a given order: each transaction that writes, and each call that changes something
 * at Stripe. Between two of them a process leaves nothing behind, so whoever is killed before and after each of them is
 * killed at every point that makes a difference.
 */

import { sql } from 'kysely';
import type { Database } from '../../db/database.ts';
import { query } from '../../db/sql.ts';

export const VICTIMS = ['worker', 'api'] as const;
/** A process that is killed. */
export type Victim = (typeof VICTIMS)[number];

/** One thing that a process did for an order, and for how many times it did it. */
export interface Effect {
  readonly by: Victim;
  /** What is written, `orders: update orders, insert order_events`, or called, `POST /v1/refunds`. */
  readonly what: string;
  readonly nth: number;
}

/** Before it reaches its server, or once that has done it and nobody has heard of it. */
export const MOMENTS = ['before', 'after'] as const;
export type Moment = (typeof MOMENTS)[number];

export interface Point extends Effect {
  readonly moment: Moment;
}

/** An effect that goes no further. */
export interface Halt {
  readonly moment: Moment;
  /** To be called once the process is where it is to be killed. */
  readonly reached: () => void;
}

/** One order, and what is done for it from now on. */
export interface Watched {
  readonly effects: readonly Effect[];
  /** Resolves when the process is at the point. */
  readonly reached: Promise<void>;
  readonly isReached: boolean;
  /** Halts nothing from here on. */
  disarm(): void;
  /** Nothing more is noted or halted. */
  end(): void;
}

interface Entry {
  readonly ids: readonly string[];
  readonly effects: Effect[];
  point: Point | undefined;
  readonly reached: PromiseWithResolvers<void>;
  isReached: boolean;
}

export interface Effects {
  /** Watches what is done for the order or tab of these ids, and halts it at `point`. */
  watch(ids: readonly string[], point?: Point): Watched;
  /** Notes an effect that is about these ids. Resolves with undefined if it is to go on. */
  arrives(by: Victim, what: string, ids: readonly string[]): Promise<Halt | undefined>;
  /** Learns that what has this id is about the same order as these. */
  relate(id: string, ids: readonly string[]): void;
}

/** `orders`: where the order of a change, a refund or a payment is looked up. */
export function createEffects(orders: Database): Effects {
  const entries = new Set<Entry>();
  /** The ids of the order to which an id belongs. */
  const related = new Map<string, readonly string[]>();
  const widen = (ids: readonly string[]) => [
    ...new Set([...ids, ...ids.flatMap((id) => related.get(id) ?? [])]),
  ];

  async function lookUp(ids: readonly string[]): Promise<void> {
    const unknown = ids.filter((id) => UUID.test(id) && !related.has(id));
    if (unknown.length === 0) return;
    const ofTable = (table: string) =>
      sql`select id, order_id as "orderId" from ${sql.table(table)} where id = any(${unknown})`;
    const rows = await query<{ id: string; orderId: string }>(
      orders.em.fork(),
      sql.join(TABLES.map(ofTable), sql` union all `),
    );
    for (const { id, orderId } of rows) related.set(id, [orderId]);
  }

  async function find(ids: readonly string[]): Promise<Entry | undefined> {
    const named = () => {
      const all = widen(ids);
      return [...entries].filter((entry) => entry.ids.some((id) => all.includes(id)));
    };
    let found = named();
    if (found.length === 0 && entries.size > 0) {
      await lookUp(ids);
      found = named();
    }
    // What is about many orders belongs to none of them.
    return found.length === 1 ? found[0] : undefined;
  }

  return {
    watch: (ids, point) => {
      const entry: Entry = {
        ...{ ids, effects: [], point, reached: Promise.withResolvers<void>(), isReached: false },
      };
      entries.add(entry);
      return {
        effects: entry.effects,
        reached: entry.reached.promise,
        get isReached() {
          return entry.isReached;
        },
        disarm: () => {
          entry.point = undefined;
        },
        end: () => void entries.delete(entry),
      };
    },
    arrives: async (by, what, ids) => {
      const entry = await find(ids);
      if (!entry) return undefined;
      const nth = entry.effects.filter((effect) => effect.by === by && effect.what === what).length + 1;
      entry.effects.push({ by, what, nth });
      const { point } = entry;
      const isIt = point?.by === by && point.what === what && point.nth === nth;
      if (!isIt || entry.isReached) return undefined;
      const reached = () => {
        entry.isReached = true;
        entry.reached.resolve();
      };
      return { moment: point.moment, reached };
    },
    relate: (id, ids) => void related.set(id, widen(ids)),
  };
}

/** Rows of an order that statements name without it. */
const TABLES = ['changes', 'refunds', 'payments', 'payment_attempts', 'shares', 'questions'] as const;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
