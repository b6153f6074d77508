/** Cards that people give for what their tab will owe (ADR 27). All are safe to repeat. */

import { sql } from 'kysely';
import { takesCards } from '../../../domain/tab-card.ts';
import type { ReadyCard } from '../../../domain/tab-card-setup.ts';
import { hasTabEnded } from '../../../domain/tab.ts';
import type { Database } from '../../database.ts';
import { queryFirst, run, selectRow } from '../../sql.ts';
import { TabCardEntity, type TabCardRow } from '../entities/tab-card.ts';
import type { TabRow } from '../entities/tab.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { changeTab, type TabChanged } from './change-tab.ts';
import { endCards, readLiveCard } from './live-card.ts';
import { TabRefused } from './tab-refused.ts';

/** Who gives a card, and what she was told. */
interface Giving {
  readonly tabId: string;
  readonly participantId: string;
  readonly hasAccount: boolean;
  readonly chargeAfterHours: number;
  /** Where she is told of a charge, if she has said nothing in the tab yet. */
  readonly address: { readonly email: string | null; readonly isProven: boolean };
}

/**
 * Notes that somebody is about to give a card, and her mail address if she has none yet. Throws TabRefused: not_found,
 * tab_ended, or illegal_transition for a tab that takes no cards.
 */
export async function beginCard(
  orders: Database,
  giving: Giving & {
    /** Derived from the key of her request. */
    readonly id: string;
  },
): Promise<TabCardRow> {
  const { id, tabId, participantId } = giving;
  await changeTab(orders, tabId, { actor: 'participant', actorId: participantId }, async (tab, em) => {
    assertTakesCards(tab);
    await run(
      em,
      sql`insert into tab_cards (id, tab_id, participant_id, status, has_account, charge_after_hours)
          values (${id}, ${tabId}, ${participantId}, 'asked', ${giving.hasAccount}, ${giving.chargeAfterHours})
          on conflict (id) do nothing`,
    );
    await noteAddress(em, giving);
    return undefined;
  });
  const card = await selectRow(orders.em.fork(), TabCardEntity, sql`id = ${id}`);
  return card!;
}

/** Notes the Customer that was made for a card. Resolves with the card's Customer: another one may have been noted before. */
export function noteCustomer(orders: Database, cardId: string, stripeCustomerId: string): Promise<string> {
  return noteAtStripe(orders, cardId, 'stripe_customer_id', stripeCustomerId);
}

/** Notes the SetupIntent that was made for a card. Resolves with the card's: another one may have been noted before. */
export function noteSetup(orders: Database, cardId: string, setupIntentId: string): Promise<string> {
  return noteAtStripe(orders, cardId, 'setup_intent_id', setupIntentId);
}

/** A card that was forgotten in the meantime is to be forgotten once more, with what was made at Stripe since. */
async function noteAtStripe(
  orders: Database,
  cardId: string,
  column: 'stripe_customer_id' | 'setup_intent_id',
  value: string,
): Promise<string> {
  const noted = await queryFirst<{ id: string }>(
    orders.em.fork(),
    sql`update tab_cards set ${sql.ref(column)} = coalesce(${sql.ref(column)}, ${value}),
          status = case when status = 'forgotten' and ${sql.ref(column)} is null then 'ended' else status end
        where id = ${cardId} returning ${sql.ref(column)} as id`,
  );
  return noted!.id;
}

/** Returns the card of a SetupIntent, whatever became of it. */
export async function readCardOfSetup(
  orders: Database,
  setupIntentId: string,
): Promise<TabCardRow | undefined> {
  return selectRow(orders.em.fork(), TabCardEntity, sql`setup_intent_id = ${setupIntentId}`);
}

/**
 * Puts a card on file whose SetupIntent has succeeded; it takes the place of the one before. One that comes too late, to
 * a tab that takes none any more, is ended instead: it is forgotten at Stripe. So is, with `unlessNewer`, one that was
 * begun before the card on file was given.
 */
export async function giveSetUpCard(
  orders: Database,
  { id, tabId, participantId, askedAt }: TabCardRow,
  ready: ReadyCard,
  { unlessNewer = false }: { readonly unlessNewer?: boolean } = {},
): Promise<TabChanged> {
  const command = { actor: 'participant' as const, actorId: participantId, key: `card:${id}` };
  return changeTab(orders, tabId, command, async (tab, em) => {
    const card = await selectRow(em, TabCardEntity, sql`id = ${id} for no key update`);
    if (card?.status !== 'asked') return undefined;
    const live = await readLiveCard(em, tab.id);
    const isNewer = live?.givenAt != null && live.givenAt > askedAt;
    const isLate = !takesCards(tab) || (unlessNewer && isNewer);
    if (!isLate) await endCards(em, tab.id, 'live');
    await run(
      em,
      sql`update tab_cards set status = ${isLate ? 'ended' : 'live'}, given_at = clock_timestamp(),
            payment_method_id = ${ready.paymentMethodId}, brand = ${ready.brand}, last4 = ${ready.last4},
            exp_month = ${ready.expMonth}, exp_year = ${ready.expYear}
          where id = ${id}`,
    );
    return isLate ? undefined : { type: 'card_given', data: { participantId } };
  });
}

/** Puts a card on file that an account has saved, as `beginCard` notes her address. Throws as that does. */
export async function giveSavedCard(
  orders: Database,
  giving: Giving,
  card: ReadyCard & { readonly stripeCustomerId: string },
): Promise<TabChanged> {
  const { tabId, participantId } = giving;
  const command = { actor: 'participant' as const, actorId: participantId };
  return changeTab(orders, tabId, command, async (tab, em) => {
    assertTakesCards(tab);
    await noteAddress(em, giving);
    const live = await readLiveCard(em, tab.id);
    if (live?.paymentMethodId === card.paymentMethodId && live.participantId === participantId)
      return undefined;
    await endCards(em, tab.id, 'live');
    await run(
      em,
      sql`insert into tab_cards (id, tab_id, participant_id, status, has_account, charge_after_hours, is_saved,
            stripe_customer_id, payment_method_id, brand, last4, exp_month, exp_year, given_at)
          values (gen_random_uuid(), ${tab.id}, ${participantId}, 'live', true, ${giving.chargeAfterHours}, true,
            ${card.stripeCustomerId}, ${card.paymentMethodId}, ${card.brand}, ${card.last4}, ${card.expMonth},
            ${card.expYear}, clock_timestamp())`,
    );
    return { type: 'card_given', data: { participantId } };
  });
}

async function noteAddress(em: OrdersManager, { tabId, participantId, address }: Giving): Promise<void> {
  if (address.email === null) return;
  await run(
    em,
    sql`update tab_participants set email = ${address.email}, email_proven = ${address.isProven}
        where id = ${participantId} and tab_id = ${tabId} and email is null`,
  );
}

function assertTakesCards(tab: TabRow): void {
  if (hasTabEnded(tab.status)) throw new TabRefused('tab_ended');
  if (!takesCards(tab)) throw new TabRefused('illegal_transition');
}
