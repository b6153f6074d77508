/**
 * The owners of saved cards. The cards themselves are at Stripe, which lists them and refuses them to all others; this
 * refuses them before anything is written.
 */

import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { query, queryFirst, run } from '../../sql.ts';

/** The payer's Customer, and the owner of the card. */
export interface Payer {
  /** The account that saved the card; null if none did. */
  readonly cardOwnerId: string | null;
  /** The Stripe Customer of the payer's account. */
  readonly stripeCustomerId: string | null;
}

/** Reads both in one statement, since every paid order waits for it. `userId` is null for a guest. */
export async function readPayer(
  users: Database,
  of: { paymentMethodId: string | null; userId: string | null },
): Promise<Payer> {
  const [payer] = await query<Payer>(
    users.em.fork(),
    sql`select (select user_id from saved_cards where payment_method_id = ${of.paymentMethodId}) as "cardOwnerId",
       (select stripe_customer_id from stripe_customers where user_id = ${of.userId}) as "stripeCustomerId"`,
  );
  return payer!;
}

/** Records that a Customer's card is saved. Safe to repeat. */
export async function noteSavedCard(
  users: Database,
  card: { paymentMethodId: string; stripeCustomerId: string },
): Promise<void> {
  await run(
    users.em.fork(),
    sql`insert into saved_cards (payment_method_id, user_id)
     select ${card.paymentMethodId}, user_id from stripe_customers where stripe_customer_id = ${card.stripeCustomerId} on conflict do nothing`,
  );
}

/** Deletes removed cards: nobody can pay with them any more. */
export async function forgetSavedCards(users: Database, paymentMethodIds: readonly string[]): Promise<void> {
  await run(users.em.fork(), sql`delete from saved_cards where payment_method_id = any(${paymentMethodIds})`);
}

/** Returns whether an account has saved a card with us. */
export async function hasSavedCard(users: Database, userId: string): Promise<boolean> {
  const row = await queryFirst(
    users.em.fork(),
    sql`select from saved_cards where user_id = ${userId} limit 1`,
  );
  return row !== undefined;
}
