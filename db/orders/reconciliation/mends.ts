/** What was done about differences, by whom: written before it is done, its outcome once after. */

import type { MendAction } from '../../../domain/reconciliation.ts';
import type { Database } from '../../database.ts';
import { selectRow, selectRows } from '../../rows.ts';
import { DifferenceEntity, MendEntity, type MendRow } from '../entities/reconciliation.ts';

/**
 * Writes down that `actorId` wants this done about a difference, and numbers it. Repeated with the same id, the first
 * one is answered; while another is under way that one is, since two would do the same thing.
 */
export async function startMend(
  orders: Database,
  mend: { id: string; differenceId: string; action: MendAction; actorId: string },
): Promise<MendRow> {
  return orders.em.fork().transactional(async (em) => {
    await selectRow(em, DifferenceEntity, 'id = ? for no key update', [mend.differenceId]);
    const mends = await selectRows(em, MendEntity, 'difference_id = ? order by number', [mend.differenceId]);
    const known = mends.find((each) => each.id === mend.id) ?? mends.find((each) => each.outcome == null);
    if (known) return known;
    await em.execute(
      `insert into mends (id, difference_id, number, action, actor_id) values (?, ?, ?, ?, ?)`,
      [mend.id, mend.differenceId, mends.length + 1, mend.action, mend.actorId],
      'run',
    );
    return (await selectRow(em, MendEntity, 'id = ?', [mend.id]))!;
  });
}

/** Writes down how a mend went; only the first time counts. */
export async function recordMendEnded(
  orders: Database,
  id: string,
  outcome: NonNullable<MendRow['outcome']>,
  note: string | null,
): Promise<void> {
  await orders.em
    .fork()
    .execute(
      `update mends set outcome = ?, note = ?, ended_at = now() where id = ? and outcome is null`,
      [outcome, note, id],
      'run',
    );
}

/** A mend, or undefined. */
export async function readMend(orders: Database, id: string): Promise<MendRow | undefined> {
  return selectRow(orders.em.fork(), MendEntity, 'id = ?', [id]);
}

/** The mends of these differences, newest first. */
export async function listMends(orders: Database, differenceIds: readonly string[]): Promise<MendRow[]> {
  return selectRows(orders.em.fork(), MendEntity, 'difference_id = any(?::uuid[]) order by at desc', [
    differenceIds,
  ]);
}
