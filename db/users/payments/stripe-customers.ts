/** The Stripe Customer of an account: made once, when its first card is to be saved. */

import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { query, run, selectRow } from '../../sql.ts';
import { StripeCustomerEntity } from '../entities.ts';

/** Returns the account's Customer, or undefined while it has none. */
export async function findCustomer(users: Database, userId: string): Promise<string | undefined> {
  const row = await selectRow(users.em.fork(), StripeCustomerEntity, sql`user_id = ${userId}`);
  return row?.stripeCustomerId ?? undefined;
}

/**
 * Records that the account is to get a Customer, before Stripe is called. Returns the existing Customer, or the
 * idempotency key with which to make it.
 */
export async function beginCustomer(
  users: Database,
  userId: string,
): Promise<{ readonly stripeCustomerId: string } | { readonly key: string; readonly attempt: number }> {
  const [row] = await query<{ id: string | null; attempt: number }>(
    users.em.fork(),
    sql`insert into stripe_customers (user_id) values (${userId})
     on conflict (user_id) do update set attempt = stripe_customers.attempt
     returning stripe_customer_id as id, attempt`,
  );
  const { id, attempt } = row!;
  return id === null ? { key: `user-${userId}/customer-${attempt}`, attempt } : { stripeCustomerId: id };
}

/** Stores the Customer that Stripe made. Returns the first one, should two have been made. */
export async function recordCustomer(
  users: Database,
  userId: string,
  stripeCustomerId: string,
): Promise<string> {
  const [row] = await query<{ id: string }>(
    users.em.fork(),
    sql`update stripe_customers set stripe_customer_id = coalesce(stripe_customer_id, ${stripeCustomerId}) where user_id = ${userId}
     returning stripe_customer_id as id`,
  );
  return row!.id;
}

/** Records a 5xx, which Stripe will replay under this attempt's key: the next attempt gets another key. */
export async function passOverKey(users: Database, userId: string, attempt: number): Promise<void> {
  await run(
    users.em.fork(),
    sql`update stripe_customers set attempt = attempt + 1 where user_id = ${userId} and attempt = ${attempt}`,
  );
}

/** Deletes a Customer that was deleted at Stripe, with its cards; the account may get another one. */
export async function forgetCustomer(users: Database, stripeCustomerId: string): Promise<void> {
  await run(
    users.em.fork(),
    sql`with forgotten as (
       update stripe_customers set stripe_customer_id = null, attempt = attempt + 1
       where stripe_customer_id = ${stripeCustomerId} returning user_id)
     delete from saved_cards where user_id in (select user_id from forgotten)`,
  );
}
