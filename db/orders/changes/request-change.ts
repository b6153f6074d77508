/** Writes what somebody wants to change of her order, and what becomes of the request before anything has moved. */

import { sql } from 'kysely';
import {
  planChange,
  type ChangePlan,
  type ChangeRefusal,
  type PlannedChange,
} from '../../../domain/change.ts';
import { LIMITS } from '../../../domain/limits.ts';
import { findTransition } from '../../../domain/order.ts';
import type { ChangeDraft } from '../../../domain/order-change.ts';
import { TAB_LIMITS } from '../../../domain/tab.ts';
import type { Database } from '../../database.ts';
import { deriveId } from '../../ids.ts';
import { query, queryFirst, run, selectRow } from '../../sql.ts';
import { ChangeEntity, type AddedLine, type ChangeRow } from '../entities/change.ts';
import type { OrderRow } from '../entities/order.ts';
import { changeOrder, type OrdersManager } from '../orders/change-order.ts';
import { assertMayOweMore, type ChangeBounds } from './bound-change.ts';
import { linesAfter, mayTabOwe, planOwed } from './owed-bill.ts';
import { readBill } from './read-bill.ts';
import { isUnpaid, planUnpaid } from './unpaid-bill.ts';

/** A change as it was asked for, priced by the catalog of now. */
export interface WantedChange {
  readonly id: string;
  readonly orderId: string;
  readonly requestHash: string;
  /** Who asks, and pays. */
  readonly participantId: string;
  /** The account or participant in the order's history. */
  readonly actorId: string;
  readonly ifVersion: number;
  readonly draft: ChangeDraft<AddedLine>;
  readonly expectedDifference: number;
  /** How long the hold may still be decided. */
  readonly acceptForMs: number;
  /** What limits a guest's change of a round that is paid after. */
  readonly bounds?: ChangeBounds | undefined;
}

/** Why a change was not written. */
export class ChangeRefused extends Error {
  readonly reason:
    | ChangeRefusal
    | 'stale'
    | 'not_now'
    | 'one_is_open'
    | 'difference_changed'
    | 'nothing_changed'
    | 'tab_ended'
    | 'too_many_lines'
    | 'too_dear';
  readonly lineId: string | undefined;
  /** What it costs, if that is another amount than was expected. */
  readonly differenceAmount: number | undefined;
  /** Of a line that is paid, or being paid: who is paying it, and the fewest units that it may have. */
  readonly line: RefusedLine;

  constructor(
    reason: ChangeRefused['reason'],
    of: { lineId?: string | undefined; differenceAmount?: number } & RefusedLine = {},
  ) {
    super(`the order is not changed: ${reason}`);
    this.reason = reason;
    this.lineId = of.lineId;
    this.differenceAmount = of.differenceAmount;
    this.line = of;
  }
}

type RefusedLine = Pick<Extract<PlannedChange, { refused: unknown }>, 'by' | 'leastQuantity'>;

/** Returns the id of the share that pays a change. */
export function changeShareIdOf(changeId: string): string {
  return deriveId('share', 'change', changeId);
}

/** Returns the id of the attempt to pay a change. */
export function changeAttemptIdOf(changeId: string): string {
  return deriveId('payment-attempt', 'change', changeId);
}

/**
 * Writes a change as requested, under the order's lock, if the order allows it, costs what its payer expects, and no other
 * change is open. Repeated with the same id, it returns the first one. Throws ChangeRefused.
 */
export async function requestChange(orders: Database, wanted: WantedChange): Promise<ChangeRow> {
  await changeOrder(orders, wanted.orderId, `change:${wanted.id}`, async (order, em) => {
    const plan = await planUnderLock(em, order, wanted);
    if (plan.differenceAmount !== wanted.expectedDifference)
      throw new ChangeRefused('difference_changed', { differenceAmount: plan.differenceAmount });
    const { id, orderId, requestHash, participantId, draft, acceptForMs, actorId } = wanted;
    await run(
      em,
      sql`insert into changes (id, order_id, request_hash, participant_id, bill_version, difference_amount, draft, accept_before)
          select ${id}, ${orderId}, ${requestHash}, ${participantId},
            1 + greatest(${order.billVersion}, (select max(bill_version) from changes where order_id = ${orderId})),
            ${plan.differenceAmount}, ${JSON.stringify(draft)}::jsonb,
            clock_timestamp() + make_interval(secs => ${acceptForMs / 1000})`,
    );
    await run(
      em,
      sql`insert into change_payers (change_id, participant_id, difference_amount, pay_amount, agreed_at)
          values (${id}, ${participantId}, ${plan.differenceAmount}, ${plan.toPay?.amount ?? 0}, now())`,
    );
    order.changeId = id;
    return { type: 'change_requested', actor: 'host', actorId, data: { amount: plan.differenceAmount } };
  });
  return (await readChange(orders, wanted.id))!;
}

/** Plans a change of an order as it is now; writes nothing. Throws ChangeRefused. */
export async function previewChange(
  orders: Database,
  wanted: Pick<WantedChange, 'orderId' | 'participantId' | 'ifVersion' | 'draft' | 'bounds'>,
): Promise<ChangePlan> {
  return orders.em.fork().transactional(async (em) => {
    const [order] = await query<OrderRow>(
      em,
      sql`select id, status, version, closing, currency, bill_version as "billVersion", change_id as "changeId",
            paid_after as "paidAfter", kind, tab_id as "tabId", total_amount as "totalAmount"
          from orders where id = ${wanted.orderId} for no key update`,
    );
    return planUnderLock(em, order!, wanted);
  });
}

async function planUnderLock(
  em: OrdersManager,
  order: OrderRow,
  wanted: Pick<WantedChange, 'ifVersion' | 'participantId' | 'draft' | 'bounds'>,
): Promise<ChangePlan> {
  const { ifVersion, draft } = wanted;
  if (!(mayChange(order) || isUnpaid(order)) || (await isCancelWanted(em, order.id)))
    throw new ChangeRefused('not_now');
  if (order.changeId) throw new ChangeRefused('one_is_open');
  if (order.version !== ifVersion) throw new ChangeRefused('stale');
  const plan = await planByKind(em, order, wanted);
  if ('refused' in plan) throw new ChangeRefused(plan.refused, plan);
  const isSomething =
    plan.quantities.length > 0 ||
    draft.add.length > 0 ||
    draft.place !== undefined ||
    draft.set.some(({ note }) => note !== undefined);
  if (!isSomething) throw new ChangeRefused('nothing_changed');
  await assertPlaceable(em, order, plan, draft);
  return plan;
}

async function planByKind(
  em: OrdersManager,
  order: OrderRow,
  wanted: Pick<WantedChange, 'participantId' | 'draft' | 'bounds'>,
): Promise<PlannedChange> {
  if (isUnpaid(order)) {
    const { planned } = await planUnpaid(em, order, wanted);
    return 'refused' in planned ? planned : planned.plan;
  }
  if (order.paidAfter) return planWithinBounds(em, order, wanted);
  return planChange(await readBill(em, order), wanted.participantId, wanted.draft);
}

/** Plans a change of a round that is paid after, whose tab must allow it. Throws as `assertMayOweMore` does. */
async function planWithinBounds(
  em: OrdersManager,
  order: OrderRow,
  { participantId, draft, bounds }: Pick<WantedChange, 'participantId' | 'draft' | 'bounds'>,
): Promise<PlannedChange> {
  const { tab, bill, plan } = await planOwed(em, order, { participantId }, draft);
  if ('refused' in plan) return plan;
  const { differenceAmount } = plan;
  if (!mayTabOwe(tab, differenceAmount)) throw new ChangeRefused('tab_ended');
  const { lines: before } = bill;
  const after = [
    ...linesAfter(before, plan),
    ...draft.add.map((line) => ({ ...line, participantId, sharedBetween: [participantId] })),
  ];
  await assertMayOweMore(
    em,
    tab,
    { orderId: order.id, participantId, differenceAmount, before, after },
    bounds,
  );
  return plan;
}

/** Throws if no order could be placed that is as large as this one would be. */
async function assertPlaceable(
  em: OrdersManager,
  { id, tabId, totalAmount }: OrderRow,
  { quantities, differenceAmount }: ChangePlan,
  { add }: WantedChange['draft'],
): Promise<void> {
  if (differenceAmount > 0 && totalAmount + differenceAmount > LIMITS.amount)
    throw new ChangeRefused('too_dear');
  const more = add.length - quantities.filter(({ quantity }) => quantity === 0).length;
  if (more <= 0) return;
  const lines = await query(em, sql`select from lines where order_id = ${id}`);
  if (lines.length + more > (tabId === null ? LIMITS.linesPerOrder : TAB_LIMITS.lines))
    throw new ChangeRefused('too_many_lines');
}

/** Returns whether the bill of an order that is confirmed may be changed by those who ordered: the kitchen has not started. */
export function mayChange({ status, kind }: Pick<OrderRow, 'status' | 'kind'>): boolean {
  return (
    kind === 'goods' &&
    status !== 'awaiting_payment' &&
    findTransition(status, 'change', 'host') !== undefined
  );
}

/** Whether somebody has asked to cancel it, and it is not decided yet. */
async function isCancelWanted(em: OrdersManager, orderId: string): Promise<boolean> {
  const wish = await queryFirst(
    em,
    sql`select from cancel_requests where order_id = ${orderId} and refused_at is null`,
  );
  return wish !== undefined;
}

/** Returns a change, or undefined. */
export async function readChange(orders: Database, id: string): Promise<ChangeRow | undefined> {
  return selectRow(orders.em.fork(), ChangeEntity, sql`id = ${id}`);
}
