/** Differences found by runs of reconciliation: permanently one row per kind and subject. */

import { sql } from 'kysely';
import type { FoundDifference } from '../../../domain/compare-payment.ts';
import { DIFFERENCE_KINDS, type DifferenceKind } from '../../../domain/reconciliation.ts';
import type { Database } from '../../database.ts';
import { deriveId } from '../../ids.ts';
import { exactTime, mapRows, query, run, selectRow, selectRows } from '../../sql.ts';
import { DifferenceEntity, type DifferenceRow } from '../entities/reconciliation.ts';

/** Records the differences that a run sees; closed ones are reopened. Safe to repeat. */
export async function recordDifferences(
  orders: Database,
  reconciliationId: string,
  found: readonly FoundDifference[],
): Promise<void> {
  if (found.length === 0) return;
  const rows = found.map((difference) => ({
    ...difference,
    id: deriveId('difference', difference.kind, difference.subject),
  }));
  await run(
    orders.em.fork(),
    sql`insert into differences (id, kind, subject, status, order_id, payment_id, intent_id, amount, currency, details,
       found_at, seen_at, seen_in)
     select id, kind, subject, 'open', "orderId", "paymentId", "intentId", amount, currency, details, now(), now(), ${reconciliationId}
     from json_to_recordset(${JSON.stringify(rows)}::json) as given (id uuid, kind text, subject text, "orderId" uuid, "paymentId" uuid,
       "intentId" text, amount int, currency text, details jsonb)
     on conflict (kind, subject) do update set status = 'open', closed_at = null,
       found_at = case differences.status when 'closed' then now() else differences.found_at end,
       order_id = excluded.order_id, payment_id = excluded.payment_id, intent_id = excluded.intent_id,
       amount = excluded.amount, currency = excluded.currency, details = excluded.details,
       seen_at = now(), seen_in = excluded.seen_in`,
  );
}

/** Closes a mended difference; it is reopened if a run sees it again. */
export async function closeDifference(orders: Database, id: string): Promise<void> {
  await run(
    orders.em.fork(),
    sql`update differences set status = 'closed', closed_at = now() where id = ${id} and status = 'open'`,
  );
}

/** Returns a difference, or undefined. */
export async function readDifference(orders: Database, id: string): Promise<DifferenceRow | undefined> {
  return selectRow(orders.em.fork(), DifferenceEntity, sql`id = ${id}`);
}

/** A difference, with the exact time when it was found, or closed: lists are sorted by it. */
export type ListedDifference = DifferenceRow & { readonly exactAt: string };

/**
 * Returns the open ones, most pressing kind first, oldest first within it; or the closed ones, newest first; at most
 * `limit`, starting behind `after`.
 */
export async function listDifferences(
  orders: Database,
  of: {
    status: 'open' | 'closed';
    after?: { readonly kind: string; readonly at: string; readonly id: string } | undefined;
    limit: number;
  },
): Promise<ListedDifference[]> {
  const em = orders.em.fork();
  const { after, limit } = of;
  const rows =
    of.status === 'closed'
      ? await query<object>(
          em,
          sql`select d.*, ${exactTime('closed_at')} as exact_at from differences d where status = 'closed'
             and (${after?.at ?? null}::timestamptz is null or (closed_at, id) < (${after?.at ?? null}::timestamptz, ${after?.id ?? null}::uuid))
           order by closed_at desc, id desc limit ${limit}`,
        )
      : await query<object>(
          em,
          sql`select d.*, ${exactTime('found_at')} as exact_at from differences d where status = 'open'
             and (${after?.at ?? null}::timestamptz is null or (array_position(${DIFFERENCE_KINDS}::text[], kind), found_at, id)
               > (array_position(${DIFFERENCE_KINDS}::text[], ${after?.kind ?? null}), ${after?.at ?? null}::timestamptz, ${after?.id ?? null}::uuid))
           order by array_position(${DIFFERENCE_KINDS}::text[], kind), found_at, id limit ${limit}`,
        );
  const exactly = rows.map((row) => (row as { exact_at: string }).exact_at);
  return mapRows(em, DifferenceEntity, rows).map((row, index) => ({ ...row, exactAt: exactly[index]! }));
}

/** Returns open ones of these kinds that this run has seen, oldest first, at most `limit`. */
export async function listSeenDifferences(
  orders: Database,
  reconciliationId: string,
  kinds: readonly DifferenceKind[],
  limit: number,
): Promise<DifferenceRow[]> {
  return selectRows(
    orders.em.fork(),
    DifferenceEntity,
    sql`status = 'open' and seen_in = ${reconciliationId} and kind = any(${kinds}::text[]) order by found_at, id limit ${limit}`,
  );
}

/** Returns the number of open ones by kind; kinds without any are left out. */
export async function countOpenDifferences(orders: Database): Promise<Map<string, number>> {
  const rows = await query<{ kind: string; count: number }>(
    orders.em.fork(),
    sql`select kind, count(*)::int as count from differences where status = 'open' group by kind`,
  );
  return new Map(rows.map(({ kind, count }) => [kind, count]));
}
