/**
 * Whose a saved card is. The cards themselves are at Stripe, which lists them and refuses them to all others; this is
 * for refusing them before anything is written.
 */

import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { query, run } from '../../sql.ts';

/** What is known of who pays, and of what she pays with. */
export interface Payer {
  /** The account that has saved the card; null when none has. */
  readonly cardOwnerId: string | null;
  /** The Customer that the payer's account is at Stripe. */
  readonly stripeCustomerId: string | null;
}

/** Reads both in one statement, since every order that is paid waits for it. `userId` is null for a guest. */
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

/** Notes that a Customer's card is saved. Safe to repeat. */
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

/** Forgets cards that were removed: nobody can pay with them any more. */
export async function forgetSavedCards(users: Database, paymentMethodIds: readonly string[]): Promise<void> {
  await run(users.em.fork(), sql`delete from saved_cards where payment_method_id = any(${paymentMethodIds})`);
}
