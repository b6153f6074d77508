/**
 * Refunds: reserved under the order's row lock before Stripe is called, so that parallel requests never refund more
 * than was captured.
 */

import { sql } from 'kysely';
import { isBlockedByDispute } from '../../../domain/dispute.ts';
import type { PaymentMethod } from '../../../domain/payment.ts';
import { payerKeyOf } from '../../../domain/payer-shares.ts';
import {
  linesOfShare,
  priceRefund,
  spreadRefund,
  type RefundCause,
  type RefundRefusal,
} from '../../../domain/refund.ts';
import type { Database } from '../../database.ts';
import { deriveId } from '../../ids.ts';
import { anyOf, query, run, selectRow, selectRows, type Sql } from '../../sql.ts';
import { changeOrder, type OrdersManager } from '../orders/change-order.ts';
import { fitQuestions } from '../questions/open-questions.ts';
import { AllocationEntity, LineEntity } from '../entities/order.ts';
import { PaymentEntity, RefundEntity, type PaymentRow, type RefundRow } from '../entities/payment.ts';
import { reserveOfPayment } from '../payments/change-shares.ts';
import { readDisputeState } from './dispute-state.ts';

export interface RefundDraft {
  readonly id: string;
  readonly orderId: string;
  /** Required if the order has several captured shares. */
  readonly shareId?: string | undefined;
  /** Only of this payment. */
  readonly paymentId?: string;
  /** By lines, by amount, or, with neither, all that is left. */
  readonly lines?: readonly { lineId: string; quantity: number }[] | undefined;
  readonly amount?: number | undefined;
  /** Absent: requested by staff. */
  readonly cause?: RefundCause;
  /** The reason in the requester's words. */
  readonly reason: string | null;
  readonly restock: boolean;
  readonly requestHash: string;
  readonly actorId: string;
  /** The maximum of all the order's refunds together, this one included; null or absent: all that was paid. */
  readonly limit?: number | null;
}

/** Why a draft was not reserved, and the most that its payment may refund. */
interface RefusedDraft {
  readonly refused: RefundRefusal | 'above_limit';
  readonly refundable: number;
}

/**
 * Reserves a refund and writes it as pending: one row for each payment that it takes, the first with the draft's id, the
 * others as parts of it. What a change was to give back, and no refund brings since it has failed, goes back first, with
 * the cause `changed`, unless the draft names lines. Repeated with the same id, it returns the first ones.
 */
export async function reserveRefund(
  orders: Database,
  draft: RefundDraft,
): Promise<{ refunds: readonly RefundRow[] } | RefusedDraft> {
  let refused: RefusedDraft | undefined;
  await changeOrder(orders, draft.orderId, `refund:${draft.id}`, async (order, em) => {
    const found = await findPayments(em, draft);
    const payments = 'payments' in found ? await withRests(em, draft, found.payments) : [];
    const refundable = payments.reduce((sum, { refundableAmount }) => sum + refundableAmount, 0);
    const priced = 'refused' in found ? found : await price(em, draft, found.payments, refundable);
    if ('refused' in priced) {
      refused = { refused: priced.refused, refundable };
      return undefined;
    }
    const { amount } = priced;
    const parts = partsOf(amount, payments);
    const ofBill = parts.reduce((sum, part) => sum + (part.cause === 'changed' ? 0 : part.amount), 0);
    if (draft.limit != null && ofBill > 0 && (await sumRefunded(em, draft.orderId)) + ofBill > draft.limit) {
      refused = { refused: 'above_limit', refundable };
      return undefined;
    }
    const isAll = !draft.lines && draft.amount === undefined;
    const firstOfBill = parts.findIndex(({ cause }) => cause !== 'changed');
    for (const [index, { row, cause, amount: partAmount }] of parts.entries()) {
      // Its pieces are counted, and put back on sale, with the first part.
      const isFirst = index === Math.max(0, firstOfBill);
      const ofPart = [draft.id, row.id, ...(cause === 'changed' ? [cause] : [])];
      await reserve(em, row, {
        ...draft,
        ...(index > 0 && { id: deriveId('refund', ...ofPart), partOf: draft.id }),
        cause: cause ?? draft.cause ?? 'requested',
        lines: cause === 'changed' ? [] : isAll ? null : isFirst ? (draft.lines ?? []) : [],
        restock: isFirst && draft.restock,
        amount: partAmount,
        origin: 'staff',
      });
    }
    await fitQuestions(em, order);
    return {
      type: 'refund_started',
      actor: 'agent',
      actorId: draft.actorId,
      data: {
        refundId: draft.id,
        shareId: parts[0]!.row.shareId,
        amount,
        ...(draft.restock && { restock: true as const }),
      },
    };
  });
  if (refused) return refused;
  return { refunds: await readRefundParts(orders, draft.id) };
}

/** What is left of a payment, and what of that a change was to give back. */
interface PaymentWithRest {
  readonly row: PaymentRow;
  readonly refundableAmount: number;
  readonly unreturnedAmount: number;
}

/** Refunds of lines leave what changes were to give back. */
async function withRests(
  em: OrdersManager,
  { lines }: RefundDraft,
  rows: readonly PaymentRow[],
): Promise<PaymentWithRest[]> {
  const unreturned = await readUnreturnedOf(
    em,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => {
    const missing = unreturned.get(row.id) ?? 0;
    const left = row.capturedAmount - row.refundedAmount;
    return { row, refundableAmount: lines ? left - missing : left, unreturnedAmount: lines ? 0 : missing };
  });
}

/** Returns what changes were to give back of these payments and no refund brings, by the payment's id. */
export async function readUnreturnedOf(
  em: OrdersManager,
  paymentIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await query<{ id: string; amount: number }>(
    em,
    sql`select p.id, ${UNRETURNED_AMOUNT} as amount from shares s join payments p on p.share_id = s.id
        where p.id = ${anyOf(paymentIds)} and p.status = 'captured' and s.changed_amount > 0`,
  );
  return new Map(rows.map(({ id, amount }) => [id, amount]));
}

/** What changes were to give back of a share `s` and no refund brings. */
export const UNRETURNED_AMOUNT: Sql = sql`(s.changed_amount - coalesce((select sum(r.amount) from refunds r
  where r.share_id = s.id and r.cause = 'changed' and r.status <> 'failed'), 0))::int`;

/** Spreads a refund: first over what changes were to give back, then over the rest of the payments. */
function partsOf(amount: number, payments: readonly PaymentWithRest[]) {
  const owed = payments.reduce((sum, { unreturnedAmount }) => sum + unreturnedAmount, 0);
  const changed = spreadRefund(
    Math.min(amount, owed),
    payments.map(({ row, unreturnedAmount }) => ({ row, refundableAmount: unreturnedAmount })),
  );
  const rest = spreadRefund(
    Math.max(0, amount - owed),
    payments.map(({ row, refundableAmount, unreturnedAmount }) => ({
      row,
      refundableAmount: refundableAmount - unreturnedAmount,
    })),
  );
  return [
    ...changed.map(({ payment, amount: part }) => ({
      row: payment.row,
      amount: part,
      cause: 'changed' as const,
    })),
    ...rest.map(({ payment, amount: part }) => ({ row: payment.row, amount: part, cause: undefined })),
  ];
}

/**
 * Returns the draft's payments, locked, the first one first: the one it names, those of its share's payer, or of the only
 * payer. Money of a payment that was given up is refunded only by naming the payment.
 */
async function findPayments(
  em: OrdersManager,
  draft: RefundDraft,
): Promise<{ payments: PaymentRow[] } | { refused: RefundRefusal }> {
  const taken = await selectRows(
    em,
    PaymentEntity,
    sql`order_id = ${draft.orderId} and captured_amount > 0 order by created_at, id for no key update`,
  );
  const captured = taken.filter(({ status }) => status === 'captured');
  const payerOf = await readPayers(em, draft.orderId);
  const payers = new Set(captured.map(({ shareId }) => payerOf.get(shareId)));
  const wanted = draft.shareId === undefined ? undefined : payerOf.get(draft.shareId);
  const own =
    draft.paymentId === undefined
      ? captured.filter(({ shareId }) => draft.shareId === undefined || payerOf.get(shareId) === wanted)
      : taken.filter(({ id }) => id === draft.paymentId);
  if (own.length === 0) return { refused: 'nothing_captured' };
  if (draft.paymentId === undefined && draft.shareId === undefined && payers.size > 1)
    return { refused: 'choose_share' };
  const payments: PaymentRow[] = [];
  for (const payment of own)
    if (!isBlockedByDispute(await readDisputeState(em, payment))) payments.push(payment);
  if (payments.length === 0) return { refused: 'disputed' };
  // With several payers, the draft must name the goods that are restocked.
  if (draft.restock && !draft.lines && payers.size > 1) return { refused: 'choose_lines' };
  return { payments };
}

/** Returns a key for the payer of each share of an order, by the share's id. */
async function readPayers(em: OrdersManager, orderId: string): Promise<ReadonlyMap<string, string>> {
  const shares = await query<{ id: string; participantId: string; ownerId: string | null }>(
    em,
    sql`select id, participant_id as "participantId", owner_participant_id as "ownerId" from shares where order_id = ${orderId}`,
  );
  return new Map(shares.map((share) => [share.id, payerKeyOf(share)]));
}

/**
 * Returns the refunds of an order, pending ones included, of the payments that pay its shares, except those of changes.
 */
async function sumRefunded(em: OrdersManager, orderId: string): Promise<number> {
  const [row] = await query<{ amount: number }>(
    em,
    sql`select coalesce(sum(r.amount), 0)::int as amount from refunds r join payments p on p.id = r.payment_id
        where r.order_id = ${orderId} and r.status <> 'failed' and r.cause <> 'changed' and p.status = 'captured'`,
  );
  return row!.amount;
}

async function price(
  em: OrdersManager,
  draft: RefundDraft,
  payments: readonly PaymentRow[],
  refundableAmount: number,
) {
  const shareIds = payments.map(({ shareId }) => shareId);
  const lines = await selectRows(em, LineEntity, sql`order_id = ${draft.orderId}`);
  const allocations = await selectRows(em, AllocationEntity, sql`share_id = ${anyOf(shareIds)}`);
  const before = await selectRows(
    em,
    RefundEntity,
    sql`share_id = ${anyOf(shareIds)} and status <> 'failed'`,
  );
  const returned = new Map<string, number>();
  for (const { lineId, quantity } of before.flatMap((refund) => refund.lines ?? [])) {
    returned.set(lineId, (returned.get(lineId) ?? 0) + quantity);
  }
  return priceRefund(draft, {
    currency: payments[0]!.currency,
    lines: linesOfShare(lines, { allocations }),
    returned,
    refundableAmount,
  });
}

/**
 * Reserves an amount of a captured payment for a refund, and writes the refund as pending, in the caller's transaction.
 */
export async function reserve(
  em: OrdersManager,
  payment: PaymentRow,
  refund: Pick<RefundRow, 'id' | 'amount' | 'cause' | 'restock' | 'requestHash' | 'actorId' | 'origin'> & {
    reason: string | null;
    lines: readonly { lineId: string; quantity: number }[] | null;
    partOf?: string;
  },
): Promise<void> {
  const { id, amount, cause, reason, restock, requestHash, actorId, origin } = refund;
  const lines = refund.lines && JSON.stringify(refund.lines);
  await run(
    em,
    sql`with ${reserveOfPayment(payment.id, amount)}
     insert into refunds (id, order_id, share_id, payment_id, amount, currency, cause, reason, status, lines,
       restock, request_hash, actor_id, origin, part_of)
     values (${id}, ${payment.orderId}, ${payment.shareId}, ${payment.id}, ${amount}, ${payment.currency}, ${cause},
       ${reason}, 'pending', ${lines}, ${restock}, ${requestHash}, ${actorId}, ${origin}, ${refund.partOf ?? null})`,
  );
}

/** Moves a share to captured, partly refunded or refunded, by its payment's refunds. */
export function settleShare(share: { amount: number; tipAmount: number; refundedAmount: number }) {
  if (share.refundedAmount <= 0) return 'captured';
  return share.refundedAmount >= share.amount + share.tipAmount ? 'refunded' : 'partly_refunded';
}

/** Returns a refund, or undefined. */
export async function readRefund(orders: Database, id: string): Promise<RefundRow | undefined> {
  return selectRow(orders.em.fork(), RefundEntity, sql`id = ${id}`);
}

/** Returns a refund with all its parts, itself first; empty if there is none. */
export async function readRefundParts(orders: Database, id: string): Promise<readonly RefundRow[]> {
  return selectRows(
    orders.em.fork(),
    RefundEntity,
    sql`id = ${id} or part_of = ${id} order by part_of nulls first, id`,
  );
}

/**
 * Returns refunds that are pending for at least `seconds`, oldest first: their workflow was never started, or Stripe
 * has not finished them.
 */
export async function listHangingRefunds(
  orders: Database,
  options: { seconds: number; limit: number },
): Promise<RefundRow[]> {
  return selectRows(
    orders.em.fork(),
    RefundEntity,
    sql`status = 'pending' and updated_at < now() - make_interval(secs => ${options.seconds}) order by updated_at limit ${options.limit}`,
  );
}

/** Returns the refunds of an order, oldest first. */
export async function listRefunds(orders: Database, orderId: string): Promise<RefundRow[]> {
  return selectRows(orders.em.fork(), RefundEntity, sql`order_id = ${orderId} order by created_at, id`);
}

/** Returns the method of each payment of an order, and whether it was given up, so that it pays no share; by its id. */
export async function readPaymentMethods(
  orders: Database,
  orderId: string,
): Promise<ReadonlyMap<string, { readonly method: PaymentMethod; readonly isGivenUp: boolean }>> {
  const rows = await query<{ id: string; method: PaymentMethod; isGivenUp: boolean }>(
    orders.em.fork(),
    sql`select id, method, status = 'canceled' as "isGivenUp" from payments where order_id = ${orderId}`,
  );
  return new Map(rows.map(({ id, ...payment }) => [id, payment]));
}
