/** Corrections: the ledger is never rewritten; a correction books what it lacks or has too much, once per mend. */

import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { deriveId } from '../../ids.ts';
import { anyOf, query, run, selectOne } from '../../sql.ts';
import { readTabDebt } from '../reconciliation/tab-debts.ts';
import type { OrderKind } from '../../../domain/order.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import type { LEDGER_ACCOUNTS } from '../entities/ledger.ts';
import { PaymentEntity, type PaymentRow } from '../entities/payment.ts';

type Account = (typeof LEDGER_ACCOUNTS)[number];
/** The balance of each account for one subject; missing accounts are 0. */
type Balance = Partial<Record<Account, number>>;

interface Correction {
  readonly mendId: string;
  readonly orderId: string;
  readonly currency: string;
  /** The subject of a correction: a payment, a dispute, or a stray booking's reference. */
  readonly corrects: string;
}

/**
 * Books the corrections that make the ledger match a payment. `feeAmount` is Stripe's fee in the payment's currency; if
 * it is undefined (another currency, or unknown), booked fees stay as they are.
 */
export async function correctPayment(
  orders: Database,
  { mendId, paymentId, feeAmount }: { mendId: string; paymentId: string; feeAmount: number | undefined },
): Promise<void> {
  await orders.em.fork().transactional(async (em) => {
    const { orderId } = await selectOne(em, PaymentEntity, sql`id = ${paymentId}`);
    await lockOrder(em, orderId);
    const payment = await selectOne(em, PaymentEntity, sql`id = ${paymentId}`);
    const correction = { mendId, orderId, currency: payment.currency, corrects: paymentId };
    const refunds = await query<{ id: string; given: number }>(
      em,
      sql`select id, case when made_at is not null and status <> 'failed' then amount else 0 end as given
       from refunds where payment_id = ${paymentId}`,
    );
    const booked = await readBalance(em, correction, [paymentId, ...refunds.map(({ id }) => id)]);
    const refundedAmount = refunds.reduce((sum, { given }) => sum + given, 0);
    const [order] = await query<{ kind: OrderKind }>(em, sql`select kind from orders where id = ${orderId}`);
    const isSettlement = order?.kind === 'settlement';
    await bookCorrection(
      em,
      correction,
      booked,
      balanceOf(payment, refundedAmount, booked, feeAmount, isSettlement),
    );
  });
}

/** Reverses the bookings of a subject that doesn't exist. */
export async function correctStray(orders: Database, correction: Correction): Promise<void> {
  await correctTo(orders, correction, {});
}

/** Books the corrections that make the ledger match a dispute at Stripe: its effect on our balance, fees included. */
export async function correctDispute(
  orders: Database,
  correction: Correction,
  { movedAmount, feeAmount }: { movedAmount: number; feeAmount: number },
): Promise<void> {
  const cost = -(movedAmount + feeAmount);
  await correctTo(orders, correction, { stripe: movedAmount, disputes: cost, fees: feeAmount });
}

/**
 * Books what makes the ledger match what a tab owes by its record, which its payments and lines are constrained to; the
 * other side is sales.
 */
export async function correctReceivable(
  orders: Database,
  of: Omit<Correction, 'corrects'>,
  tabId: string,
): Promise<void> {
  await orders.em.fork().transactional(async (em) => {
    await lockOrder(em, of.orderId);
    await run(em, sql`select id from tabs where id = ${tabId} for no key update`);
    const debt = await readTabDebt(em, tabId);
    const missing = debt ? debt.owedAmount - debt.bookedAmount : 0;
    await bookCorrection(em, { ...of, corrects: tabId }, {}, { receivable: missing, sales: -missing });
  });
}

async function correctTo(orders: Database, correction: Correction, expected: Balance): Promise<void> {
  await orders.em.fork().transactional(async (em) => {
    await lockOrder(em, correction.orderId);
    const booked = await readBalance(em, correction, [correction.corrects]);
    await bookCorrection(em, correction, booked, expected);
  });
}

/** Blocks other bookings of this order between reading and correcting. */
async function lockOrder(em: OrdersManager, orderId: string): Promise<void> {
  await run(em, sql`select id from orders where id = ${orderId} for no key update`);
}

async function readBalance(
  em: OrdersManager,
  { corrects, currency }: Correction,
  references: readonly string[],
): Promise<Balance> {
  const rows = await query<{ account: Account; amount: number }>(
    em,
    sql`select e.account, sum(e.amount)::int as amount
     from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
     where (t.kind <> 'correction' and t.reference_id = ${anyOf(references)} or t.corrects = ${corrects}) and t.currency = ${currency}
     group by e.account`,
  );
  return Object.fromEntries(rows.map(({ account, amount }) => [account, amount]));
}

/** Returns the balances that a payment should have; refunds reduce its tip last. Cash is in the till at once. */
function balanceOf(
  payment: PaymentRow,
  refundedAmount: number,
  booked: Balance,
  feeAmount: number | undefined,
  isSettlement: boolean,
): Balance {
  const { capturedAmount, tipAmount, status, amount } = payment;
  const isCash = payment.method === 'cash';
  const cashAmount = status === 'canceled' ? 0 : amount;
  const keptAmount = (isCash ? cashAmount : capturedAmount) - refundedAmount;
  const fee = feeAmount ?? booked.fees ?? 0;
  const held = !isCash && status === 'authorized' ? amount : 0;
  const earned = -((booked.sales ?? 0) + (booked.tips ?? 0) + (booked.receivable ?? 0));
  const tips = Math.min(tipAmount, keptAmount);
  // A settlement pays what its tab owes; what goes back of it was not sold.
  const settled = isSettlement && status === 'captured' ? amount - tipAmount : 0;
  return {
    cash: isCash ? keptAmount : 0,
    stripe: (isCash ? 0 : keptAmount) - fee,
    fees: fee,
    // If their sum is right, they stay as they were split.
    ...(earned === keptAmount
      ? { sales: booked.sales ?? 0, tips: booked.tips ?? 0, receivable: booked.receivable ?? 0 }
      : { sales: settled - (keptAmount - tips), tips: -tips, receivable: -settled }),
    authorized: held,
    authorized_offset: -held,
  };
}

async function bookCorrection(
  em: OrdersManager,
  { mendId, orderId, currency, corrects }: Correction,
  booked: Balance,
  expected: Balance,
): Promise<void> {
  const accounts = [...new Set([...Object.keys(booked), ...Object.keys(expected)])] as Account[];
  const entries = accounts
    .map((account) => ({ account, amount: (expected[account] ?? 0) - (booked[account] ?? 0) }))
    .filter(({ amount }) => amount !== 0);
  if (entries.length === 0) return;
  await run(
    em,
    sql`with transaction as (
       insert into ledger_transactions (id, order_id, kind, reference_id, corrects, currency)
       values (${deriveId('ledger', 'correction', mendId)}, ${orderId}, 'correction', ${mendId}, ${corrects}, ${currency}) returning id)
     insert into ledger_entries (transaction_id, account, amount)
     select transaction.id, given.account, given.amount
     from transaction, json_to_recordset(${JSON.stringify(entries)}::json) as given (account text, amount int)`,
  );
}
