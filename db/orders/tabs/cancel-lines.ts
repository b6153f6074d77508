/**
 * Cancels lines of a round that is paid after, once it is confirmed: what nobody has paid is owed no more, and what was
 * paid goes back to who paid it, in the same transaction.
 */

import { sql } from 'kysely';
import { cancelUnits, type CanceledLine, type CancelRefusal } from '../../../domain/cancel-lines.ts';
import type { RefundCause } from '../../../domain/refund.ts';
import { SETTLING_STATUSES } from '../../../domain/settlement.ts';
import type { Database } from '../../database.ts';
import { deriveId } from '../../ids.ts';
import { anyOf, list, literals, query, run, selectOne, selectRows } from '../../sql.ts';
import type { StockItem } from '../../catalog/stock/stock.ts';
import {
  askForPerson,
  changeOrder,
  changeOrderIn,
  type EventDraft,
  type OrdersManager,
} from '../orders/change-order.ts';
import { LineEntity, type LineRow, type OrderRow } from '../entities/order.ts';
import { PaymentEntity, type PaymentRow } from '../entities/payment.ts';
import { bookReductions } from '../ledger/ledger.ts';
import { fitQuestions } from '../questions/open-questions.ts';
import { reserve } from '../refunds/refunds.ts';
import { tellTab } from './tell-tab.ts';

/** Why lines are not canceled; nothing was written. `already_claimed`: somebody is paying a part of them, `by`. */
export class LinesRefused extends Error {
  readonly reason: CancelRefusal | 'already_claimed' | 'not_confirmed' | 'above_limit';
  readonly by: string | undefined;

  constructor(reason: LinesRefused['reason'], by?: string) {
    super(`lines are not canceled: ${reason}`);
    this.reason = reason;
    this.by = by;
  }
}

/** Who cancels what, and why. */
export interface LinesToCancel {
  /** One command may cancel each line once. */
  readonly commandId: string;
  readonly requestHash: string;
  /** Absent: all that is left. */
  readonly lines?: readonly { readonly lineId: string; readonly quantity: number }[] | undefined;
  readonly cause: RefundCause;
  /** In the requester's words. */
  readonly reason: string | null;
  readonly actor: NonNullable<EventDraft['actor']>;
  readonly actorId: string;
  /** Whether staff must be told of cash that is to be handed out. */
  readonly asksForCash: boolean;
}

/** A refund of what a settlement paid of the lines. */
export interface SettlementRefund {
  readonly orderId: string;
  readonly refundId: string;
  readonly amount: number;
}

export interface LinesCanceled {
  readonly reducedAmount: number;
  readonly refunds: readonly SettlementRefund[];
  /** The units that were canceled. */
  readonly items: readonly StockItem[];
}

/**
 * Cancels lines of a round that this transaction has locked. Locks the settlements that paid them, by id, and then the
 * tab, so that no claim of them begins meanwhile. Throws LinesRefused.
 */
export async function cancelLinesIn(
  em: OrdersManager,
  order: OrderRow,
  wanted: LinesToCancel,
): Promise<LinesCanceled> {
  const locked = await lockSettlements(em, order.id);
  await run(em, sql`select id from tabs where id = ${order.tabId ?? null} for no key update`);
  const shares = await readShares(em, order.id);
  const running = shares.find(({ status, orderId }) => status !== 'completed' || !locked.has(orderId));
  if (running) throw new LinesRefused('already_claimed', running.participantId);
  const lines = await selectRows(em, LineEntity, sql`order_id = ${order.id} order by position`);
  const outcome = cancelUnits(
    order.currency,
    lines.map((line) => ({
      ...{ id: line.id, quantity: line.quantity, amount: line.amount },
      canceledQuantity: line.canceledQuantity ?? 0,
      settledAmount: line.settledAmount ?? 0,
      paid: shares.flatMap(({ shareId, lineId, amount }) =>
        lineId === line.id && amount > 0 ? [{ shareId, amount }] : [],
      ),
    })),
    wanted.lines,
  );
  if ('refused' in outcome) throw new LinesRefused(outcome.refused);
  const { canceled } = outcome;
  await writeReductions(em, order, canceled, wanted);
  const refunds = await reserveRefunds(
    em,
    canceled,
    new Map(shares.map((one) => [one.shareId, one.orderId])),
    wanted,
  );
  return {
    reducedAmount: canceled.reduce((sum, { reducedAmount }) => sum + reducedAmount, 0),
    refunds,
    items: itemsOf(lines, canceled),
  };
}

/** What stands in the way of canceling a round that is paid after. */
export interface RoundPayers {
  /** Who is paying a part of it right now. */
  readonly claimant: string | undefined;
  /** What its payers would have got back for it in all once it is canceled. */
  readonly paidAmount: number;
}

export async function readRoundPayers(orders: Database, roundId: string): Promise<RoundPayers> {
  const em = orders.em.fork();
  const [parts, returned] = await Promise.all([readShares(em, roundId), sumReturned(em.fork(), roundId)]);
  return {
    claimant: parts.find(({ status }) => status !== 'completed')?.participantId,
    paidAmount: returned + sumOf(parts.filter(({ status }) => status === 'completed')),
  };
}

/** Lines that were canceled by one command. */
export interface LineCancellation extends LinesCanceled {
  readonly requestHash: string;
}

/**
 * Cancels lines of a confirmed round, for staff, and tells its tab. Repeated with the same command, it changes nothing.
 * Throws LinesRefused, also for a round that is not confirmed or was canceled.
 */
export async function cancelLines(
  orders: Database,
  orderId: string,
  wanted: Omit<LinesToCancel, 'actor' | 'cause' | 'asksForCash'> & {
    /** The most that may go back to payers of this round in all; null: any amount. */
    readonly limit: number | null;
  },
): Promise<void> {
  const key = `lines-canceled:${wanted.commandId}`;
  await changeOrder(orders, orderId, key, async (order, em) => {
    const { status, paidAfter } = order;
    if (!paidAfter || !order.confirmedAt || status === 'canceled') throw new LinesRefused('not_confirmed');
    const canceled = await cancelLinesIn(em, order, {
      ...wanted,
      ...{ cause: 'requested', actor: 'agent', asksForCash: false },
    });
    const { actorId, limit } = wanted;
    if (canceled.refunds.length > 0 && limit !== null && (await sumReturned(em, orderId)) > limit)
      throw new LinesRefused('above_limit');
    await fitQuestions(em, order);
    const amount = sumOf(canceled.refunds) + canceled.reducedAmount;
    const news = { type: 'line_canceled', follows: key, actor: 'agent', actorId, data: { amount } } as const;
    await tellTab(em, order, news);
    return { type: 'lines_canceled', actor: 'agent', actorId, data: { amount } };
  });
}

/** Reads what a command has canceled; undefined if it was not carried out. */
export async function readLineCancellation(
  orders: Database,
  commandId: string,
): Promise<(Omit<LineCancellation, 'items'> & { readonly isOver: boolean }) | undefined> {
  const em = orders.em.fork();
  const reductions = await query<{ requestHash: string; amount: number }>(
    em,
    sql`select request_hash as "requestHash", amount from reductions where command_id = ${commandId}`,
  );
  const refunds = await query<SettlementRefund & { requestHash: string; isOver: boolean }>(
    em,
    sql`select r.order_id as "orderId", r.id as "refundId", r.amount, r.request_hash as "requestHash",
          r.status <> 'pending' or r.made_at is not null as "isOver"
        from refunds r where r.id in (select refund_id from refund_parts where command_id = ${commandId}) order by r.id`,
  );
  const [first] = [...reductions, ...refunds];
  if (!first) return undefined;
  return {
    requestHash: first.requestHash,
    reducedAmount: sumOf(reductions),
    refunds: refunds.map(({ orderId, refundId, amount }) => ({ orderId, refundId, amount })),
    isOver: refunds.every((refund) => refund.isOver),
  };
}

/** Returns what payers of a round got, or get, back for its lines. */
async function sumReturned(em: OrdersManager, roundId: string): Promise<number> {
  const [row] = await query<{ amount: number }>(
    em,
    sql`select coalesce(sum(x.amount), 0)::int as amount from refund_parts x join lines l on l.id = x.line_id
          join refunds r on r.id = x.refund_id and r.status <> 'failed' where l.order_id = ${roundId}`,
  );
  return row!.amount;
}

function sumOf(items: readonly { readonly amount: number }[]): number {
  return items.reduce((sum, { amount }) => sum + amount, 0);
}

function itemsOf(lines: readonly LineRow[], canceled: readonly CanceledLine[]): StockItem[] {
  const variants = new Map(lines.map(({ id, variantId }) => [id, variantId]));
  return canceled.map(({ id, quantity }) => ({ variantId: variants.get(id)!, quantity }));
}

/** What a share of a settlement paid of a line and has not got back for it. */
interface PaidPart {
  readonly orderId: string;
  readonly status: string;
  readonly participantId: string;
  readonly shareId: string;
  readonly lineId: string;
  readonly amount: number;
}

/** Reads the parts of the lines that settlements have claimed or paid, without those that have ended. */
async function readShares(em: OrdersManager, roundId: string): Promise<PaidPart[]> {
  return query<PaidPart>(
    em,
    sql`select o.id as "orderId", o.status, s.participant_id as "participantId", s.id as "shareId",
          a.line_id as "lineId", (a.amount - coalesce((
            select sum(x.amount) from refund_parts x join refunds r on r.id = x.refund_id
            where x.line_id = a.line_id and r.share_id = s.id and r.status <> 'failed'), 0))::int as amount
        from lines l join allocations a on a.line_id = l.id join shares s on s.id = a.share_id
          join orders o on o.id = s.order_id and o.kind = 'settlement' and o.status in (${literals(SETTLING_STATUSES)})
        where l.order_id = ${roundId} order by s.id`,
  );
}

/** Returns the settlements that have a part in the lines, each locked. */
async function lockSettlements(em: OrdersManager, roundId: string): Promise<ReadonlySet<string>> {
  const ids = new Set((await readShares(em, roundId)).map(({ orderId }) => orderId));
  if (ids.size === 0) return ids;
  await run(em, sql`select id from orders where id = ${anyOf([...ids])} order by id for no key update`);
  return ids;
}

/** Writes what is owed no more, in the ledger, too, and how much of each line is canceled. */
async function writeReductions(
  em: OrdersManager,
  { id: orderId, tabId, currency }: OrderRow,
  canceled: readonly CanceledLine[],
  { commandId, requestHash, reason, actorId }: LinesToCancel,
): Promise<void> {
  const rows = canceled.map((line) => ({ ...line, reductionId: deriveId('reduction', commandId, line.id) }));
  await run(
    em,
    sql`with given as (
          select * from json_to_recordset(${JSON.stringify(rows)}::json) as given (id uuid, quantity int,
            "reducedAmount" int, "reductionId" uuid)),
        line as (
          update lines l set canceled_quantity = l.canceled_quantity + given.quantity,
            settled_amount = l.settled_amount + given."reducedAmount"
          from given where l.id = given.id),
        reduction as (
          insert into reductions (id, tab_id, order_id, line_id, amount, quantity, cause, reason, actor_id, command_id,
            request_hash)
          select given."reductionId", ${tabId ?? null}, ${orderId}, given.id, given."reducedAmount", given.quantity,
            'canceled', ${reason}, ${actorId}, ${commandId}, ${requestHash}
          from given where given."reducedAmount" > 0 returning *),
        ${list(bookReductions('reduction', currency))}
        select`,
  );
}

/** Reserves one refund of each payment that paid something of the lines, and tells its settlement. */
async function reserveRefunds(
  em: OrdersManager,
  canceled: readonly CanceledLine[],
  orderOf: ReadonlyMap<string, string>,
  wanted: LinesToCancel,
): Promise<SettlementRefund[]> {
  const made: SettlementRefund[] = [];
  const shareIds = new Set(canceled.flatMap(({ refunds }) => refunds.map(({ shareId }) => shareId)));
  for (const shareId of [...shareIds].toSorted()) {
    const parts = canceled.flatMap(({ id, refunds }) =>
      refunds.flatMap((refund) =>
        refund.shareId === shareId ? [{ lineId: id, amount: refund.amount }] : [],
      ),
    );
    const refund = await reserveRefund(em, orderOf.get(shareId)!, shareId, parts, wanted);
    if (refund) made.push(refund);
  }
  return made;
}

async function reserveRefund(
  em: OrdersManager,
  orderId: string,
  shareId: string,
  parts: readonly { readonly lineId: string; readonly amount: number }[],
  { commandId, requestHash, cause, reason, actor, actorId, asksForCash }: LinesToCancel,
): Promise<SettlementRefund | undefined> {
  const refundId = deriveId('refund', commandId, shareId);
  let amount = 0;
  await changeOrderIn(em, orderId, `refund:${refundId}`, async (settlement) => {
    const payment: PaymentRow = await selectOne(
      em,
      PaymentEntity,
      sql`share_id = ${shareId} and status = 'captured' for no key update`,
    );
    // What staff have given back for another reason is not given back again.
    amount = Math.min(
      parts.reduce((sum, part) => sum + part.amount, 0),
      payment.capturedAmount - payment.refundedAmount,
    );
    if (amount <= 0) return undefined;
    await reserve(em, payment, {
      ...{ id: refundId, amount, cause, reason, requestHash, actorId },
      ...{ restock: false, lines: [], origin: cause === 'requested' ? 'staff' : 'order' },
    });
    await run(
      em,
      sql`insert into refund_parts (refund_id, line_id, command_id, amount)
          select ${refundId}, "lineId", ${commandId}, amount
          from json_to_recordset(${JSON.stringify(parts)}::json) as given ("lineId" uuid, amount int)`,
    );
    if (asksForCash && payment.method === 'cash') askForPerson(settlement, 'cash_to_return');
    const data = { refundId, shareId, amount };
    return actor === 'agent'
      ? { type: 'refund_started', actor, actorId, data }
      : { type: 'refund_started', actor, actorId, data };
  });
  return amount > 0 ? { orderId, refundId, amount } : undefined;
}
