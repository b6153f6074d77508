/** Payment attempts, written by the API before the workflow receives their ids. Safe to repeat. */

import { sql } from 'kysely';
import { SHARE_CHANGES } from '../../../domain/events.ts';
import type { Database } from '../../database.ts';
import { readTogether } from '../../read-together.ts';
import { anyOf, literals, query, queryFirst, selectRow, selectRows, type Sql } from '../../sql.ts';
import {
  PaymentAttemptEntity,
  PaymentEntity,
  type PaymentAttemptRow,
  type PaymentRow,
} from '../entities/payment.ts';
import { judgeCard, type CardRefusal, type CardSource } from './card-attempts.ts';

/** The paying account, its Stripe Customer, and whether to save the card. */
export interface PayingAccount {
  readonly userId: string | null;
  readonly stripeCustomerId: string | null;
  readonly saveCard: boolean;
}

/**
 * Writes a payer's attempt, or, with `actorId`, the cash that staff took from her; `account` is absent for cash. If the
 * id exists, the first row stays: compare its `requestHash`.
 */
export async function insertAttempt(orders: Database, attempt: NewAttempt): Promise<PaymentAttemptRow> {
  const written = await writeAttempt(orders, attempt, sql`card as (select null::text as refused)`);
  if ('refused' in written) throw new Error(`payment attempt ${attempt.id} was not written`);
  return written;
}

/** Writes an attempt with a card, if its payer may still use cards for this share, and her network; `refused`: nothing was written. */
export async function insertCardAttempt(
  orders: Database,
  attempt: NewAttempt & { readonly participantId: string; readonly card: CardSource },
): Promise<PaymentAttemptRow | { readonly refused: CardRefusal }> {
  return writeAttempt(orders, attempt, judgeCard(attempt.card, attempt));
}

interface NewAttempt {
  readonly id: string;
  readonly orderId: string;
  readonly shareId: string;
  readonly participantId?: string;
  readonly requestHash: string;
  readonly paymentMethodId: string | null;
  readonly tipAmount: number;
  readonly actorId?: string;
  readonly isOffSession?: boolean;
  readonly account?: PayingAccount;
  readonly card?: CardSource;
}

async function writeAttempt(
  orders: Database,
  attempt: NewAttempt,
  card: Sql,
): Promise<PaymentAttemptRow | { readonly refused: CardRefusal }> {
  const em = orders.em.fork();
  const { account } = attempt;
  const judged = await queryFirst<{ refused: CardRefusal | null }>(
    em,
    sql`with ${card},
     written as (
       insert into payment_attempts (id, order_id, share_id, participant_id, request_hash, payment_method_id, tip_amount, method, actor_id,
         user_id, stripe_customer_id, save_card, off_session, network)
       select ${attempt.id}::uuid, ${attempt.orderId}::uuid, ${attempt.shareId}::uuid, ${attempt.participantId ?? null}::uuid, ${attempt.requestHash},
         ${attempt.paymentMethodId}, ${attempt.tipAmount}::int, ${attempt.actorId === undefined ? 'card' : 'cash'},
         ${attempt.actorId ?? null}, ${account?.userId ?? null}, ${account?.stripeCustomerId ?? null},
         ${account?.saveCard ?? false}::boolean,
         ${attempt.isOffSession ?? false}::boolean, ${attempt.card?.network ?? null}
       from card where refused is null on conflict (id) do nothing)
     select refused from card`,
  );
  const row = await selectRow(em, PaymentAttemptEntity, sql`id = ${attempt.id}`);
  return row ?? { refused: judged!.refused! };
}

/**
 * Returns a payment attempt with its outcome, or undefined. Those who pay one order wait together, and all look again
 * at each of its changes: they share a read.
 */
export const readAttempt = readTogether<PaymentAttemptRow>(
  (orders, ids) => selectRows(orders.em.fork(), PaymentAttemptEntity, sql`id = ${anyOf(ids)}`),
  ({ id }) => id,
);

const readPayers = readTogether<{ id: string; payerId: string }>(
  (orders, ids) =>
    query(orders.em.fork(), sql`select id, participant_id as "payerId" from shares where id = ${anyOf(ids)}`),
  ({ id }) => id,
);

/** Returns the participant who is to pay a share now, or has paid it. Shares reads as `readAttempt` does. */
export async function readPayerId(orders: Database, shareId: string): Promise<string | undefined> {
  return (await readPayers(orders, shareId))?.payerId;
}

/** Whether the share of the attempt `a` has another amount, or payer, since it was sent: then nothing is paid by it. */
export const IS_OUTDATED: Sql = sql`exists (
  select from order_events e where e.order_id = a.order_id and e.type in (${literals(SHARE_CHANGES)})
    and (e.data->>'shareId' = a.share_id::text or e.data->'shareIds' @> to_jsonb(a.share_id::text)) and e.at > a.created_at)`;

/** Returns whether the share of an attempt has another amount, or payer, since it was sent. */
export async function isOutdated(em: Parameters<typeof queryFirst>[0], attemptId: string): Promise<boolean> {
  const outdated = await queryFirst(
    em,
    sql`select from payment_attempts a where a.id = ${attemptId} and ${IS_OUTDATED}`,
  );
  return outdated !== undefined;
}

/**
 * Returns the latest payment of a share, if it failed after its payer's bank asked her to confirm, and there is no
 * newer attempt. Returns undefined otherwise.
 */
export async function readFailedAtBank(orders: Database, shareId: string): Promise<PaymentRow | undefined> {
  return selectRow(
    orders.em.fork(),
    PaymentEntity,
    sql`id = (
       select last.payment_id from (
         select * from payment_attempts where share_id = ${shareId} order by created_at desc limit 1) as last
       where last.status = 'declined' and last.payment_method_id is not null and exists (
         select from order_events
         where order_id = last.order_id and dedupe_key = 'pay:' || last.id || ':requires_action'))`,
  );
}
