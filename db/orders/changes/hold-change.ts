/** The hold of a change: what it adds is held, and everybody who pays more has a share to pay. Safe to repeat. */

import { sql } from 'kysely';
import { netUnits, unitsOf } from '../../../domain/order-change.ts';
import { PAID_SHARES } from '../../../domain/share.ts';
import type { Standing } from '../../../domain/standing.ts';
import type { StockItem } from '../../catalog/stock/stock.ts';
import type { Database } from '../../database.ts';
import { anyOf, literals, query, queryFirst, run, selectOne, selectRows } from '../../sql.ts';
import { ChangeEntity, ChangePayerEntity, type ChangePayerRow, type ChangeRow } from '../entities/change.ts';
import { LineEntity } from '../entities/order.ts';
import { changeOrder, type OrdersManager } from '../orders/change-order.ts';
import { addChangeShares, runParts } from '../payments/change-shares.ts';
import { tellAsked } from './asked.ts';
import { changeAttemptIdOf, changeShareIdOf } from './change-ids.ts';
import { mayChange } from './plan.ts';

/** A change that is to be held, with what it adds; `isLate`: nobody waits for it any more. */
export interface ChangeToHold {
  readonly change: ChangeRow;
  readonly payers: readonly ChangePayerRow[];
  readonly items: readonly StockItem[];
  readonly isLate: boolean;
}

/** Reads what the decision on a change's hold needs. */
export async function readChangeToHold(orders: Database, changeId: string): Promise<ChangeToHold> {
  const em = orders.em.fork();
  const change = await selectOne(em, ChangeEntity, sql`id = ${changeId}`);
  const lines = await selectRows(em, LineEntity, sql`order_id = ${change.orderId}`);
  const { added } = netUnits(unitsOf(change.draft, lines));
  const isLate = change.status === 'requested' && Date.now() > new Date(change.acceptBefore).getTime();
  return { change, payers: await payersOf(em, changeId), items: added, isLate };
}

/** A change whose hold is decided, and those whose part of the bill it moves. */
export interface HeldChange {
  readonly order: Standing;
  readonly change: ChangeRow;
  readonly payers: readonly ChangePayerRow[];
}

/**
 * Books that what a change adds is held, and writes the shares that pay it. Does nothing unless the change is still
 * requested and the order allows it: the change tells. If somebody else is to agree, or to pay on her phone, the order
 * tells that, too.
 */
export async function recordChangeHeld(
  orders: Database,
  { orderId, changeId, deadline }: { orderId: string; changeId: string; deadline: Date },
): Promise<HeldChange> {
  const { order } = await changeOrder(orders, orderId, `change:${changeId}:held`, async (order, em) => {
    const change = await selectOne(em, ChangeEntity, sql`id = ${changeId}`);
    if (change.status !== 'requested' || !mayChange(order, change.madeBy, change.questionId))
      return undefined;
    const payers = await payersOf(em, changeId);
    if (!(await isComplete(em, change, payers))) return undefined;
    await writeShares(em, change, payers);
    await run(em, sql`update changes set status = 'held', deadline = ${deadline} where id = ${changeId}`);
    if (!isWaitedFor(change, payers)) return undefined;
    await tellAsked(em, order, change, { type: 'change_asked', follows: `change:${changeId}:held` });
    return { type: 'change_held' };
  });
  const em = orders.em.fork();
  const change = await selectOne(em, ChangeEntity, sql`id = ${changeId}`);
  return { order, change, payers: await payersOf(em, changeId) };
}

async function payersOf(em: OrdersManager, changeId: string): Promise<ChangePayerRow[]> {
  return selectRows(em, ChangePayerEntity, sql`change_id = ${changeId} order by participant_id`);
}

/** Returns whether anybody but its maker has to do something before a change is applied. */
export function isWaitedFor(
  { madeBy, settle, participantId }: ChangeRow,
  payers: readonly ChangePayerRow[],
): boolean {
  if (madeBy !== 'guest') return settle === 'guest' && payers.some(({ payAmount }) => payAmount > 0);
  return payers.some((payer) => payer.participantId !== participantId);
}

/** Whether the API has written how the change is paid that comes with its request: it may have died before. */
async function isComplete(
  em: OrdersManager,
  { id, madeBy, settle, participantId }: ChangeRow,
  payers: readonly ChangePayerRow[],
): Promise<boolean> {
  const atOnce = payers.filter(
    (payer) =>
      payer.payAmount > 0 && (madeBy === 'guest' ? payer.participantId === participantId : settle === 'cash'),
  );
  const ids = atOnce.map((payer) => changeAttemptIdOf(id, payer.participantId));
  const found = await queryFirst<{ count: number }>(
    em,
    sql`select count(*)::int as count from payment_attempts where id = ${anyOf(ids)}`,
  );
  return found!.count === ids.length;
}

async function writeShares(
  em: OrdersManager,
  { id: changeId, orderId, billVersion }: ChangeRow,
  payers: readonly ChangePayerRow[],
): Promise<void> {
  const shares = payers
    .filter(({ payAmount }) => payAmount > 0)
    .map(({ participantId, payAmount }) => ({
      ...{ id: changeShareIdOf(changeId, participantId), participantId, amount: payAmount },
    }));
  if (shares.length === 0) return;
  await runParts(em, orderId, [addChangeShares({ billVersion, changeId }, shares)], 'before');
  await run(
    em,
    sql`update change_payers set share_id = given.id
        from json_to_recordset(${JSON.stringify(shares)}::json) as given (id uuid, "participantId" uuid)
        where change_id = ${changeId} and participant_id = given."participantId"`,
  );
}

/** A share of a change, with the newest attempt to pay it that has not begun. */
export interface ShareOfChange {
  readonly shareId: string;
  readonly isPaid: boolean;
  readonly attemptId: string | null;
}

/** Returns the shares that pay a change by card. */
export async function readSharesOfChange(orders: Database, changeId: string): Promise<ShareOfChange[]> {
  return query<ShareOfChange>(
    orders.em.fork(),
    sql`select s.id as "shareId", s.status in (${literals(PAID_SHARES)}) as "isPaid",
          (select a.id from payment_attempts a where a.share_id = s.id and a.method = 'card' and a.payment_id is null
           order by a.created_at desc limit 1) as "attemptId"
        from change_payers y join shares s on s.id = y.share_id join changes c on c.id = y.change_id
        where y.change_id = ${changeId} and c.settle is distinct from 'cash' order by s.id`,
  );
}
