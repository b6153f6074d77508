/** What people ask of an order, written by the API before the workflow is told its id. Safe to repeat. */

import type { Database } from '../../database.ts';
import { selectRow } from '../../rows.ts';
import { judgeCard, type CardRefusal, type CardTrier } from '../payments/card-tries.ts';
import type { SqlPart } from './change-order.ts';
import { CancelRequestEntity } from '../entities/order.ts';
import { PaymentEntity, PayRequestEntity, type PaymentRow, type PayRequestRow } from '../entities/payment.ts';

/** Which account pays, as which Customer of Stripe, and whether her card is to be saved. */
export interface PayingAccount {
  readonly userId: string | null;
  readonly stripeCustomerId: string | null;
  readonly saveCard: boolean;
}

/**
 * A payer's wish to pay, or, with `actorId`, the cash that staff took of her; `account` is absent for cash. Written
 * before with the same id, the first row stays: compare its `requestHash`.
 */
export async function insertPayRequest(orders: Database, request: NewPayRequest): Promise<PayRequestRow> {
  const written = await writePayRequest(orders, request, {
    sql: `card as (select null::text as refused)`,
    values: [],
  });
  if ('refused' in written) throw new Error(`pay request ${request.id} was not written`);
  return written;
}

/** The same of a card, as long as cards are taken of this order and network: `refused`, nothing was written. */
export async function insertCardRequest(
  orders: Database,
  request: NewPayRequest & { readonly card: CardTrier },
): Promise<PayRequestRow | { readonly refused: CardRefusal }> {
  return writePayRequest(orders, request, judgeCard(request.card, request.orderId));
}

interface NewPayRequest {
  readonly id: string;
  readonly orderId: string;
  readonly shareId: string;
  readonly requestHash: string;
  readonly paymentMethodId: string | null;
  readonly tipAmount: number;
  readonly actorId?: string;
  readonly account?: PayingAccount;
  readonly card?: CardTrier;
}

async function writePayRequest(
  orders: Database,
  request: NewPayRequest,
  card: SqlPart,
): Promise<PayRequestRow | { readonly refused: CardRefusal }> {
  const em = orders.em.fork();
  const [judged] = await em.execute<{ refused: CardRefusal | null }[]>(
    `with ${card.sql},
     written as (
       insert into pay_requests (id, order_id, share_id, request_hash, payment_method_id, tip_amount, method, actor_id,
         user_id, stripe_customer_id, save_card, network)
       select ?::uuid, ?::uuid, ?::uuid, ?, ?, ?::int, ?, ?, ?, ?, ?::boolean, ? from card where refused is null
       on conflict (id) do nothing)
     select refused from card`,
    [
      ...card.values,
      request.id,
      request.orderId,
      request.shareId,
      request.requestHash,
      request.paymentMethodId,
      request.tipAmount,
      request.actorId === undefined ? 'card' : 'cash',
      request.actorId ?? null,
      request.account?.userId ?? null,
      request.account?.stripeCustomerId ?? null,
      request.account?.saveCard ?? false,
      request.card?.network ?? null,
    ],
  );
  const row = await em.findOne(PayRequestEntity, { id: request.id });
  return row ?? { refused: judged!.refused! };
}

/** A pay request with what became of it, or undefined. */
export async function readPayRequest(orders: Database, id: string): Promise<PayRequestRow | undefined> {
  return (await orders.em.fork().findOne(PayRequestEntity, { id })) ?? undefined;
}

/** The newest payment of a share, with the client secret that its payer alone may have, or undefined. */
export async function readPaymentOfShare(orders: Database, shareId: string) {
  const [payment] = await orders.em
    .fork()
    .find(PaymentEntity, { shareId }, { orderBy: { createdAt: 'desc' }, limit: 1 });
  return payment;
}

/**
 * The payment of a share whose payer was asked by her bank, and which came to nothing: while nothing newer was asked of
 * the share. Undefined for any other.
 */
export async function readFailedAtBank(orders: Database, shareId: string): Promise<PaymentRow | undefined> {
  return selectRow(
    orders.em.fork(),
    PaymentEntity,
    `id = (
       select last.payment_id from (
         select * from pay_requests where share_id = ? order by created_at desc limit 1) as last
       where last.status = 'declined' and last.payment_method_id is not null and exists (
         select from order_events
         where order_id = last.order_id and dedupe_key = 'pay:' || last.id || ':requires_action'))`,
    [shareId],
  );
}

/** Someone's wish to cancel. Written before with the same id, the first row stays, and is to be seen to again. */
export async function insertCancelRequest(
  orders: Database,
  request: {
    id: string;
    orderId: string;
    reason: string | null;
    restock: boolean;
    actor: 'host' | 'agent';
    actorId: string;
  },
): Promise<void> {
  await orders.em.fork().execute(
    `insert into cancel_requests (id, order_id, reason, restock, actor, actor_id)
     values (?, ?, ?, ?, ?, ?) on conflict (id) do update set refused_at = null`,
    [request.id, request.orderId, request.reason, request.restock, request.actor, request.actorId],
    'run',
  );
}

/** A cancel request, or undefined. */
export async function readCancelRequest(orders: Database, id: string) {
  return (await orders.em.fork().findOne(CancelRequestEntity, { id })) ?? undefined;
}

/** Notes that a wish to cancel was refused, so that nobody sees to it later. Safe to repeat. */
export async function refuseCancelRequest(orders: Database, id: string): Promise<void> {
  await orders.em
    .fork()
    .execute(
      `update cancel_requests set refused_at = now() where id = ? and refused_at is null`,
      [id],
      'run',
    );
}
