/**
 * Loses attempts of an order's steps, as a crashed worker does. A local activity is lost with the whole workflow task
 * it belongs to, so Temporal runs every step of that task again; a regular activity is lost alone.
 */

import { sql } from 'kysely';
import { query } from '../../db/sql.ts';
import { ApplicationFailure, type Context } from '@temporalio/activity';
import { RawValue } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { Database } from '../../db/database.ts';

/** When an attempt is lost: before the step runs, after it has run, or with the next step of the same task. */
export const POSITIONS = ['before it', 'after its write', 'before its task is reported'] as const;
export type Position = (typeof POSITIONS)[number];

/** Precedes the place of a tab in that of its payments. */
export const SETTLEMENT_AT = 'paid at ';

/** Precedes the place of a tab in that of its own steps. */
export const TENDED_AT = 'tended at ';

/** One attempt of one step of one order to lose. */
export interface Loss {
  readonly step: string;
  readonly position: Position;
  /** The first attempt keeps running alongside the second. */
  readonly isBeside: boolean;
  /** Runs between the two attempts. */
  readonly meanwhile: (orderId: string) => Promise<void>;
  hits: number;
}

/** No payload converter accepts it: a result of this type fails the workflow task, which is retried without it. */
const UNREADABLE = RawValue.fromPayload({
  metadata: { encoding: new TextEncoder().encode('test/lost') },
  data: new Uint8Array(),
});

export interface LostTasks {
  readonly interceptors: readonly ActivityInterceptorsFactory[];
  /** Loses an attempt for the order placed with this place. */
  lose(place: string, loss: Loss): void;
}

/** `orders`: the database in which a step's order is looked up. */
export function createLostTasks(orders: () => Database): LostTasks {
  const losses = new Map<string, Loss>();
  const placeOf = new Map<string, Promise<string | null>>();
  /** Orders whose workflow task is lost at its next step. */
  const due = new Set<Loss>();

  async function readPlace(id: string): Promise<string | null> {
    const [row] = await query<{ place: string | null }>(
      orders().em.fork(),
      sql`select coalesce(o.place->>'label', ${SETTLEMENT_AT} || (t.place->>'label')) as place
          from orders o left join tabs t on t.id = o.tab_id
          where o.id = coalesce((select order_id from refunds where id = ${id}), ${id})
          union all select ${TENDED_AT} || (t.place->>'label') from tabs t where t.id = ${id}`,
    );
    return row?.place ?? null;
  }

  async function findLoss(args: unknown[]): Promise<{ loss: Loss; orderId: string } | undefined> {
    const { orderId, refundId, tabId } = (args[0] ?? {}) as Partial<
      Record<'orderId' | 'refundId' | 'tabId', string>
    >;
    const id = orderId ?? refundId ?? tabId;
    if (id === undefined) return undefined;
    if (!placeOf.has(id)) placeOf.set(id, readPlace(id));
    const place = await placeOf.get(id)!;
    const loss = place === null ? undefined : losses.get(place);
    return loss && { loss, orderId: id };
  }

  async function lost({ info }: Context, loss: Loss, orderId: string): Promise<unknown> {
    loss.hits += 1;
    await loss.meanwhile(orderId);
    if (info.isLocal) return UNREADABLE;
    throw ApplicationFailure.create({ message: 'this run is lost', nextRetryDelay: '50 milliseconds' });
  }

  const factory: ActivityInterceptorsFactory = (context) => ({
    inbound: {
      async execute(input, next) {
        const found = await findLoss(input.args);
        if (!found) return next(input);
        const { loss, orderId } = found;
        if (due.delete(loss)) return lost(context, loss, orderId);
        if (loss.hits > 0 || context.info.activityType !== loss.step) return next(input);
        switch (loss.position) {
          case 'before it':
            // Nobody awaits this attempt any more, so its outcome is ignored.
            if (loss.isBeside) next(input).catch(() => undefined);
            return lost(context, loss, orderId);
          case 'after its write':
            await next(input);
            if (loss.isBeside) next(input).catch(() => undefined);
            return lost(context, loss, orderId);
          case 'before its task is reported':
            if (!context.info.isLocal) {
              await next(input);
              return lost(context, loss, orderId);
            }
            due.add(loss);
            return next(input);
        }
      },
    },
  });
  return { interceptors: [factory], lose: (place, loss) => losses.set(place, loss) };
}
