/** Differences as runs of reconciliation find them: one row per kind and subject for ever. */

import type { FoundDifference } from '../../../domain/compare-payment.ts';
import { DIFFERENCE_KINDS, type DifferenceKind } from '../../../domain/reconciliation.ts';
import type { Database } from '../../database.ts';
import { deriveId } from '../../ids.ts';
import { exactTime, mapRows, selectRow, selectRows } from '../../rows.ts';
import { DifferenceEntity, type DifferenceRow } from '../entities/reconciliation.ts';

/** Writes down what a run sees now; one that was closed is open again. Safe to repeat. */
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
  await orders.em.fork().execute(
    `insert into differences (id, kind, subject, status, order_id, payment_id, intent_id, amount, currency, details,
       found_at, seen_at, seen_in)
     select id, kind, subject, 'open', "orderId", "paymentId", "intentId", amount, currency, details, now(), now(), ?
     from json_to_recordset(?::json) as given (id uuid, kind text, subject text, "orderId" uuid, "paymentId" uuid,
       "intentId" text, amount int, currency text, details jsonb)
     on conflict (kind, subject) do update set status = 'open', closed_at = null,
       found_at = case differences.status when 'closed' then now() else differences.found_at end,
       order_id = excluded.order_id, payment_id = excluded.payment_id, intent_id = excluded.intent_id,
       amount = excluded.amount, currency = excluded.currency, details = excluded.details,
       seen_at = now(), seen_in = excluded.seen_in`,
    [reconciliationId, JSON.stringify(rows)],
    'run',
  );
}

/** Closes a difference that was mended; it opens again should a run still see it. */
export async function closeDifference(orders: Database, id: string): Promise<void> {
  await orders.em
    .fork()
    .execute(
      `update differences set status = 'closed', closed_at = now() where id = ? and status = 'open'`,
      [id],
      'run',
    );
}

/** A difference, or undefined. */
export async function readDifference(orders: Database, id: string): Promise<DifferenceRow | undefined> {
  return selectRow(orders.em.fork(), DifferenceEntity, 'id = ?', [id]);
}

/** A difference, and when exactly it was found, or closed once it is: what lists of them are sorted by. */
export type ListedDifference = DifferenceRow & { readonly exactAt: string };

/**
 * Open ones, the most pressing kind first, in it the oldest; or the closed, newest first; at most `limit`, from behind
 * `after`.
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
      ? await em.execute<object[]>(
          `select d.*, ${exactTime('closed_at')} as exact_at from differences d where status = 'closed'
             and (?::timestamptz is null or (closed_at, id) < (?::timestamptz, ?::uuid))
           order by closed_at desc, id desc limit ?`,
          [after?.at ?? null, after?.at ?? null, after?.id ?? null, limit],
        )
      : await em.execute<object[]>(
          `select d.*, ${exactTime('found_at')} as exact_at from differences d where status = 'open'
             and (?::timestamptz is null or (array_position(?::text[], kind), found_at, id)
               > (array_position(?::text[], ?), ?::timestamptz, ?::uuid))
           order by array_position(?::text[], kind), found_at, id limit ?`,
          [
            ...[after?.at ?? null, DIFFERENCE_KINDS, DIFFERENCE_KINDS],
            ...[after?.kind ?? null, after?.at ?? null, after?.id ?? null, DIFFERENCE_KINDS, limit],
          ],
        );
  const exactly = rows.map((row) => (row as { exact_at: string }).exact_at);
  return mapRows(em, DifferenceEntity, rows).map((row, index) => ({ ...row, exactAt: exactly[index]! }));
}

/** Open ones of these kinds that this run has seen, the oldest first, at most `limit`. */
export async function listSeenDifferences(
  orders: Database,
  reconciliationId: string,
  kinds: readonly DifferenceKind[],
  limit: number,
): Promise<DifferenceRow[]> {
  return selectRows(
    orders.em.fork(),
    DifferenceEntity,
    `status = 'open' and seen_in = ? and kind = any(?::text[]) order by found_at, id limit ?`,
    [reconciliationId, kinds, limit],
  );
}

/** How many are open, by kind; kinds without any are left out. */
export async function countOpenDifferences(orders: Database): Promise<Map<string, number>> {
  const rows = await orders.em
    .fork()
    .execute<{ kind: string; count: number }[]>(
      `select kind, count(*)::int as count from differences where status = 'open' group by kind`,
    );
  return new Map(rows.map(({ kind, count }) => [kind, count]));
}
