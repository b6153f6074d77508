/** The card that a tab has on file: read, and ended (ADR 27). */

import { sql } from 'kysely';
import { mayTakeBack, type CardRules } from '../../../domain/tab-card.ts';
import { OPEN_CHANGES } from '../../../domain/order-change.ts';
import { RUNNING_STATUSES } from '../../../domain/order.ts';
import type { Database } from '../../database.ts';
import { literals, queryFirst, run, selectRow } from '../../sql.ts';
import { TabCardEntity, type TabCardRow } from '../entities/tab-card.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { changeTab, type TabChanged, type TabCommand } from './change-tab.ts';
import { TabRefused } from './tab-refused.ts';
import { OPEN_AMOUNT } from './write-off.ts';

/**
 * Takes the card on file back, for whoever has given it. Changes nothing if there is none of hers. Throws TabRefused:
 * card_required while the shop asks for one and something is owed, illegal_transition while it is being charged.
 */
export async function takeCardBack(
  orders: Database,
  tabId: string,
  command: TabCommand,
  { participantId, rules }: { readonly participantId: string; readonly rules: CardRules },
): Promise<TabChanged> {
  return changeTab(orders, tabId, command, async (tab, em) => {
    const card = await readLiveCard(em, tabId);
    if (card?.participantId !== participantId) return undefined;
    const owedAmount = await readPromisedAmount(em, tabId);
    const standing = { ...tab, owedAmount, hasAccount: card.hasAccount };
    if (!mayTakeBack(rules, standing))
      throw new TabRefused(tab.status === 'open' ? 'card_required' : 'illegal_transition', { owedAmount });
    await endCards(em, tabId, 'live');
    return { type: 'card_taken_back', data: { participantId } };
  });
}

/**
 * Gives her card back to somebody who is taken out of a tab, and whatever she was about to give. Throws TabRefused:
 * illegal_transition while it stands for something that is owed.
 */
export async function returnCard(em: OrdersManager, tabId: string, participantId: string): Promise<void> {
  const card = await readLiveCard(em, tabId);
  if (card?.participantId === participantId && (await readPromisedAmount(em, tabId)) > 0)
    throw new TabRefused('illegal_transition');
  await endCards(em, tabId, 'all', participantId);
}

/**
 * Returns what a tab that is paid after owes, and will owe once the rounds are confirmed that are on their way to the
 * kitchen: what is open, and all that is being sent, added or paid.
 */
export async function readPromisedAmount(em: OrdersManager, tabId: string): Promise<number> {
  const row = await queryFirst<{ amount: number }>(
    em,
    sql`select ${OPEN_AMOUNT} + coalesce((select sum(o.total_amount) from orders o
          where o.tab_id = t.id and o.status in (${literals(RUNNING_STATUSES)})), 0)::int
          + coalesce((select sum(c.difference_amount) from orders o join changes c on c.id = o.change_id
          where o.tab_id = t.id and o.paid_after and c.status in (${literals(OPEN_CHANGES)}) and c.difference_amount > 0), 0)::int
          as amount
        from tabs t where t.id = ${tabId}`,
  );
  return row?.amount ?? 0;
}

/** Returns the card on file of a tab. */
export async function readLiveCard(em: OrdersManager, tabId: string): Promise<TabCardRow | undefined> {
  return selectRow(em, TabCardEntity, sql`tab_id = ${tabId} and status = 'live'`);
}

/**
 * Ends the card on file of a tab, or also those that are about to be given: they are forgotten at Stripe. With `giverId`,
 * only hers.
 */
export async function endCards(
  em: OrdersManager,
  tabId: string,
  which: 'live' | 'all',
  giverId?: string,
): Promise<void> {
  const statuses = which === 'live' ? (['live'] as const) : (['live', 'asked'] as const);
  await run(
    em,
    sql`update tab_cards set status = 'ended', is_charging = false
        where tab_id = ${tabId} and status in (${literals(statuses)})
          and participant_id = coalesce(${giverId ?? null}::uuid, participant_id)`,
  );
}
