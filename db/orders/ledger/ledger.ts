/** The double-entry ledger: every booking sums to 0 (enforced by a constraint), and no booking is ever changed. */

import { sql } from 'kysely';
import { literals, query, run, type Sql } from '../../sql.ts';
import { deriveId } from '../../ids.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { END_STATUSES } from '../../../domain/order-end.ts';
import type { PaymentMethod } from '../../../domain/payment.ts';
import { LEDGER_KINDS_OF, type LEDGER_ACCOUNTS, type LEDGER_KINDS } from '../entities/ledger.ts';
import type { PaymentRow, RefundRow } from '../entities/payment.ts';

type Kind = (typeof LEDGER_KINDS)[number];
/** A booking of received money. */
const EARNED = ['capture', 'cash'] as const satisfies readonly Kind[];
type Entry = readonly [account: (typeof LEDGER_ACCOUNTS)[number], amount: number];

/**
 * Books a payment's authorization as a memo, once per payment. Part of the statement that makes it authorized, whose
 * part `payment` returns the payment's id when it does.
 */
export function bookAuthorization(payment: PaymentRow): Sql {
  return sql`booked as (
        insert into ledger_transactions (id, order_id, kind, reference_id, currency)
        select ${bookingId('authorization', payment.id)}::uuid, ${payment.orderId}::uuid, 'authorization', payment.id, ${payment.currency} from payment on conflict do nothing returning id),
      entries as (
        insert into ledger_entries (transaction_id, account, amount)
        select booked.id, entry.account, entry.amount
        from booked, (values ('authorized', ${payment.amount}::int), ('authorized_offset', ${-payment.amount}::int)) as entry (account, amount))`;
}

/**
 * Reverses the memo of an authorization, if there is one, once per payment. Part of the statement that books the
 * payment as canceled, whose part `voided` returns the payment's id when it does.
 */
export function bookVoid(payment: PaymentRow): Sql {
  return sql`booked as (
        insert into ledger_transactions (id, order_id, kind, reference_id, currency)
        select ${bookingId('void', payment.id)}, order_id, 'void', reference_id, currency from ledger_transactions
        where id = ${bookingId('authorization', payment.id)} and exists (select from voided) on conflict do nothing returning id),
      entries as (
        insert into ledger_entries (transaction_id, account, amount)
        select booked.id, memo.account, -memo.amount from booked, ledger_entries memo where memo.transaction_id = ${bookingId('authorization', payment.id)})`;
}

/**
 * Books received money: Stripe owes it to us, or it is in the till, as sales and tips; the memo of its authorization
 * ends, unless it was voided before. Once per payment, in the statement on the order `before` that makes it so, whose
 * part `payment` returns the payments. A settlement's money pays what its tab owes for sales that are booked already;
 * not so if it is not `kept`, since the order ends without it, or another payment pays.
 */
export function bookEarned(
  kind: 'capture' | 'cash',
  paymentIds: readonly string[],
  { isKept = true }: { readonly isKept?: boolean } = {},
): Sql {
  const bookings = paymentIds.map((paymentId) => ({
    paymentId,
    id: bookingId(kind, paymentId),
    memoId: bookingId('authorization', paymentId),
    voidId: bookingId('void', paymentId),
  }));
  const [account, method] = kind === 'cash' ? ['cash', 'cash'] : ['stripe', 'card'];
  const earned = isKept
    ? sql`(select case kind when 'settlement' then 'receivable' else 'sales' end from before)`
    : sql`'sales'`;
  return sql`booking as (
        select given.id, given."memoId", given."voidId", payment.id as payment_id, payment.order_id, payment.currency,
          case when payment.method = 'cash' then payment.amount else payment.captured_amount end as amount,
          payment.tip_amount
        from payment join json_to_recordset(${JSON.stringify(bookings)}::json) as given ("paymentId" uuid, id uuid, "memoId" uuid,
          "voidId" uuid)
          on given."paymentId" = payment.id
        where payment.method = ${method}),
      booked as (
        insert into ledger_transactions (id, order_id, kind, reference_id, currency)
        select id, order_id, ${kind}, payment_id, currency from booking),
      entries as (
        insert into ledger_entries (transaction_id, account, amount)
        select booking.id, entry.account, entry.amount from booking, lateral (values
          (${account}, booking.amount),
          (${earned}, least(booking.tip_amount, booking.amount) - booking.amount),
          ('tips', -least(booking.tip_amount, booking.amount))) as entry (account, amount)
        where entry.amount <> 0
        union all
        select booking.id, memo.account, -memo.amount
        from booking join ledger_entries memo on memo.transaction_id = booking."memoId"
        where not exists (select from ledger_transactions where id = booking."voidId"))`;
}

/**
 * Books that a tab owes a round that is confirmed unpaid, once per order: a part of the statement that confirms the order
 * `before`.
 */
export function bookSale(orderId: string): Sql {
  return sql`sale as (
        insert into ledger_transactions (id, order_id, kind, reference_id, currency)
        select ${bookingId('sale', orderId)}::uuid, id, 'sale', id, currency from before where total_amount > 0 returning id, order_id),
      sale_entries as (
        insert into ledger_entries (transaction_id, account, amount)
        select sale.id, entry.account, entry.amount
        from sale join before on before.id = sale.order_id, lateral (values
          ('receivable', before.total_amount), ('sales', -before.total_amount)) as entry (account, amount))`;
}

/** Books that a tab owes so much more for a round that was changed or, if it is negative, less: once per change. */
export async function bookChange(
  em: OrdersManager,
  of: { orderId: string; changeId: string; currency: string },
  amount: number,
): Promise<void> {
  if (amount === 0) return;
  await book(em, 'change', of.changeId, of, [
    ['receivable', amount],
    ['sales', -amount],
  ]);
}

/**
 * Books what a tab owes no more, once per reduction: parts of a statement whose part `reduction` returns the new
 * reductions. What was canceled was not sold; what is written off is lost.
 */
export function bookReductions(kind: 'reduction' | 'write_off', currency: string): Sql[] {
  const account = kind === 'reduction' ? 'sales' : 'written_off';
  return [
    sql`reduced as (
        insert into ledger_transactions (id, order_id, kind, reference_id, currency)
        select gen_random_uuid(), order_id, ${kind}, id, ${currency} from reduction returning id, reference_id)`,
    sql`reduced_entries as (
        insert into ledger_entries (transaction_id, account, amount)
        select reduced.id, entry.account, entry.amount
        from reduced join reduction on reduction.id = reduced.reference_id, lateral (values
          (${account}, reduction.amount), ('receivable', -reduction.amount)) as entry (account, amount))`,
  ];
}

/**
 * Books a refund to the account that received the payment; what exceeds the rest of the sale itself comes out of the
 * tip. Of a settlement, it lowers the sales that it has paid; of one that was given up with cash in the till, its tab
 * owes the part again. Once per refund.
 */
export async function bookRefund(em: OrdersManager, refund: RefundRow, method: PaymentMethod): Promise<void> {
  const [row] = await query<{ left: number; isOwedAgain: boolean }>(
    em,
    sql`select coalesce(-sum(e.amount), 0)::int as "left", coalesce(bool_or(e.account = 'receivable') and (
         select status in (${literals(END_STATUSES)}) from orders where id = ${refund.orderId}), false) as "isOwedAgain"
     from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
     where e.account in ('sales', 'receivable') and (t.reference_id = ${refund.paymentId} and t.kind in (${literals(EARNED)})
       or t.kind in (${literals(LEDGER_KINDS_OF.refund)})
         and t.reference_id in (select id from refunds where payment_id = ${refund.paymentId}))`,
  );
  const salesAmount = Math.max(0, Math.min(refund.amount, row!.left));
  await book(em, method === 'cash' ? 'cash_refund' : 'refund', refund.id, refund, [
    [method === 'cash' ? 'cash' : 'stripe', -refund.amount],
    [row!.isOwedAgain ? 'receivable' : 'sales', salesAmount],
    ['tips', refund.amount - salesAmount],
  ]);
}

/** Reverses a refund that failed at its bank. Once per refund. */
export async function bookRefundReversal(em: OrdersManager, refund: RefundRow): Promise<void> {
  await book(em, 'refund_reversal', refund.id, refund, [], bookingId('refund', refund.id));
}

/** Books what a dispute took from our balance, including its fee: once per dispute. */
export async function bookDispute(
  em: OrdersManager,
  of: { id: string; orderId: string; currency: string },
  taken: { amount: number; fee: number },
): Promise<void> {
  await book(em, 'dispute', of.id, of, [
    ['stripe', -(taken.amount + taken.fee)],
    ['disputes', taken.amount],
    ['fees', taken.fee],
  ]);
}

/** Books what a won dispute returned: once per dispute. */
export async function bookDisputeWon(
  em: OrdersManager,
  of: { id: string; orderId: string; currency: string },
  returned: { amount: number; fee: number },
): Promise<void> {
  await book(em, 'dispute_won', of.id, of, [
    ['stripe', returned.amount + returned.fee],
    ['disputes', -returned.amount],
    ['fees', -returned.fee],
  ]);
}

function bookingId(kind: Kind, referenceId: string): string {
  return deriveId('ledger', kind, referenceId);
}

/** `undoes`: an earlier booking, whose entries are reversed by this one if it exists. */
async function book(
  em: OrdersManager,
  kind: Kind,
  referenceId: string,
  of: { orderId: string; currency: string },
  entries: readonly Entry[],
  undoes: string | null = null,
): Promise<void> {
  const booked = entries.filter(([, amount]) => amount !== 0);
  const accounts = `{${booked.map(([account]) => account).join()}}`;
  const amounts = `{${booked.map(([, amount]) => amount).join()}}`;
  await run(
    em,
    sql`with transaction as (
       insert into ledger_transactions (id, order_id, kind, reference_id, currency) values (${bookingId(kind, referenceId)}, ${of.orderId}, ${kind}, ${referenceId}, ${of.currency})
       returning id)
     insert into ledger_entries (transaction_id, account, amount)
     select transaction.id, entry.account, entry.amount
     from transaction, unnest(${accounts}::text[], ${amounts}::int[]) as entry (account, amount)
     union all
     select transaction.id, memo.account, -memo.amount
     from transaction, ledger_entries memo where memo.transaction_id = ${undoes}::uuid`,
  );
}
