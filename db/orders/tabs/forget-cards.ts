/** Cards that are to be put on file after all, or forgotten, at Stripe and here. */

import { sql } from 'kysely';
import { ENDED_STATUSES } from '../../../domain/order.ts';
import type { Database } from '../../database.ts';
import { literals, run, selectRows } from '../../sql.ts';
import { TabCardEntity, type TabCardRow } from '../entities/tab-card.ts';

/** Returns cards whose SetupIntent Stripe has told of, and that nobody has put on file yet, oldest first. */
export async function listCardsToldOf(orders: Database, limit: number): Promise<TabCardRow[]> {
  return selectRows(
    orders.em.fork(),
    TabCardEntity,
    sql`status = 'asked' and told_at is not null order by asked_at limit ${limit}`,
  );
}

/** Returns cards that are on file no more, oldest first; one that is being charged at this moment is kept until then. */
export async function listCardsToForget(orders: Database, limit: number): Promise<TabCardRow[]> {
  return selectRows(
    orders.em.fork(),
    TabCardEntity,
    sql`status = 'ended' and not exists (
          select from orders o where o.tab_card_id = tab_cards.id and o.status not in (${literals(ENDED_STATUSES)}))
        order by asked_at limit ${limit}`,
  );
}

/**
 * Forgets what a card could be charged by. Brand and last digits stay with its payments, as everywhere. Changes nothing if
 * something was made for it at Stripe since it was read: that is still to be forgotten.
 */
export async function noteForgotten(
  orders: Database,
  { id, setupIntentId, stripeCustomerId }: Pick<TabCardRow, 'id' | 'setupIntentId' | 'stripeCustomerId'>,
): Promise<void> {
  await run(
    orders.em.fork(),
    sql`update tab_cards set status = 'forgotten', payment_method_id = null, stripe_customer_id = null, brand = null,
          last4 = null, exp_month = null, exp_year = null
        where id = ${id} and status = 'ended'
          and setup_intent_id is not distinct from ${setupIntentId ?? null}::text
          and stripe_customer_id is not distinct from ${stripeCustomerId ?? null}::text`,
  );
}

/** Notes that Stripe has told of a SetupIntent, if it is of a card of ours. */
export async function noteToldOf(orders: Database, setupIntentId: string): Promise<void> {
  await run(
    orders.em.fork(),
    sql`update tab_cards set told_at = coalesce(told_at, clock_timestamp()) where setup_intent_id = ${setupIntentId}`,
  );
}
