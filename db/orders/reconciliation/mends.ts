/** Mends of differences, each with its requester: written before it runs, and once after with its outcome. */

import { sql } from 'kysely';
import type { MendAction } from '../../../domain/reconciliation.ts';
import type { Database } from '../../database.ts';
import { anyOf, run, selectRow, selectRows } from '../../sql.ts';
import { DifferenceEntity, MendEntity, type MendRow } from '../entities/reconciliation.ts';

/**
 * Records that `actorId` requests this action for a difference, and numbers it. Repeated with the same id, it returns
 * the first one; while another is in progress it returns that one, so that nothing is done twice.
 */
export async function startMend(
  orders: Database,
  mend: { id: string; differenceId: string; action: MendAction; actorId: string },
): Promise<MendRow> {
  return orders.em.fork().transactional(async (em) => {
    await selectRow(em, DifferenceEntity, sql`id = ${mend.differenceId} for no key update`);
    const mends = await selectRows(em, MendEntity, sql`difference_id = ${mend.differenceId} order by number`);
    const known = mends.find((each) => each.id === mend.id) ?? mends.find((each) => each.outcome == null);
    if (known) return known;
    await run(
      em,
      sql`insert into mends (id, difference_id, number, action, actor_id) values (${mend.id}, ${mend.differenceId}, ${mends.length + 1}, ${mend.action}, ${mend.actorId})`,
    );
    return (await selectRow(em, MendEntity, sql`id = ${mend.id}`))!;
  });
}

/** Records the outcome of a mend; only the first one counts. */
export async function recordMendEnded(
  orders: Database,
  id: string,
  outcome: NonNullable<MendRow['outcome']>,
  note: string | null,
): Promise<void> {
  await run(
    orders.em.fork(),
    sql`update mends set outcome = ${outcome}, note = ${note}, ended_at = now() where id = ${id} and outcome is null`,
  );
}

/** Returns a mend, or undefined. */
export async function readMend(orders: Database, id: string): Promise<MendRow | undefined> {
  return selectRow(orders.em.fork(), MendEntity, sql`id = ${id}`);
}

/** Returns the mends of these differences, newest first. */
export async function listMends(orders: Database, differenceIds: readonly string[]): Promise<MendRow[]> {
  return selectRows(
    orders.em.fork(),
    MendEntity,
    sql`difference_id = ${anyOf(differenceIds)} order by at desc`,
  );
}
