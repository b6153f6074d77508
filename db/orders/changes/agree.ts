/** What the payers of an open change say to it: yes, or no. */

import { sql } from 'kysely';
import { OPEN_CHANGES, type ChangeEndReason } from '../../../domain/order-change.ts';
import type { Database } from '../../database.ts';
import { literals, run, selectOne, selectRow } from '../../sql.ts';
import { ChangeEntity, ChangePayerEntity } from '../entities/change.ts';
import { changeOrder } from '../orders/change-order.ts';
import { ChangeRefused } from './change-refused.ts';

/** Somebody's yes to a change, as she knows what it costs her. */
export interface Agreement {
  readonly id: string;
  readonly orderId: string;
  readonly changeId: string;
  readonly participantId: string;
  readonly actorId: string;
  readonly expectedDifference: number;
}

/**
 * Books that somebody agrees to a change that is held; who has agreed before may say it again, to pay with another card.
 * Resolves with her share to pay, or null. Throws ChangeRefused.
 */
export async function agreeToChange(
  orders: Database,
  { id, orderId, changeId, participantId, actorId, expectedDifference }: Agreement,
): Promise<{ shareId: string | null }> {
  await changeOrder(orders, orderId, `change:${changeId}:agreed:${id}`, async (order, em) => {
    const change = await selectRow(em, ChangeEntity, sql`id = ${changeId} and order_id = ${orderId}`);
    if (order.changeId !== changeId || change?.status !== 'held') throw new ChangeRefused('not_open');
    const payer = await selectRow(
      em,
      ChangePayerEntity,
      sql`change_id = ${changeId} and participant_id = ${participantId}`,
    );
    if (!payer) throw new ChangeRefused('not_yours');
    const { differenceAmount, agreedAt, shareId } = payer;
    if (differenceAmount !== expectedDifference)
      throw new ChangeRefused('difference_changed', { differenceAmount });
    if (agreedAt && !shareId) return undefined;
    await run(
      em,
      sql`update change_payers set agreed_at = coalesce(agreed_at, now())
          where change_id = ${changeId} and participant_id = ${participantId}`,
    );
    const data = { amount: differenceAmount, ...(shareId && { shareId }) };
    return { type: 'change_agreed', actor: 'host', actorId, data };
  });
  const payer = await selectOne(
    orders.em.fork(),
    ChangePayerEntity,
    sql`change_id = ${changeId} and participant_id = ${participantId}`,
  );
  return { shareId: payer.shareId ?? null };
}

/**
 * Decides that a change is given up because somebody wants it; its workflow undoes it. Repeated, or once it is over, it
 * changes nothing. Resolves with what it is. Throws ChangeRefused for one that is applied.
 */
export async function withdrawChange(
  orders: Database,
  { orderId, changeId, reason }: { orderId: string; changeId: string; reason: ChangeEndReason },
): Promise<void> {
  await changeOrder(orders, orderId, `change:${changeId}:withdrawn`, async (_order, em) => {
    const change = await selectRow(em, ChangeEntity, sql`id = ${changeId} and order_id = ${orderId}`);
    if (!change || change.status === 'applied') throw new ChangeRefused('not_open');
    await run(
      em,
      sql`update changes set status = 'closing', reason = coalesce(reason, ${reason})
          where id = ${changeId} and status in (${literals(OPEN_CHANGES)})`,
    );
    return undefined;
  });
}
