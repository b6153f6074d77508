/**
 * Charges the card on file of a tab (ADR 27): a settlement of the rest, by its giver, off session. `is_charging` says
 * that what is open is to be charged as soon as it can be; whoever closes the tab sets it, and a refusal ends it.
 */

import { sql } from 'kysely';
import type { CardRefusedFor } from '../../../domain/tab-card.ts';
import { RUNNING_STATUSES } from '../../../domain/order.ts';
import { hasTabEnded } from '../../../domain/tab.ts';
import type { Database } from '../../database.ts';
import { deriveId } from '../../ids.ts';
import { literals, queryFirst, run } from '../../sql.ts';
import type { OrderRow } from '../entities/order.ts';
import type { TabCardRow } from '../entities/tab-card.ts';
import type { TabRow } from '../entities/tab.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { changeTab, type TabChanged, type TabCommand } from './change-tab.ts';
import { claimPart } from './claim-part.ts';
import { readLiveCard } from './live-card.ts';
import { TabRefused } from './tab-refused.ts';
import { readOpenAmount } from './write-off.ts';

/** Has what is open, and what will be, charged to the card on file, if there is one. For who closes the tab. */
export async function startCharging(
  em: OrdersManager,
  tabId: string,
  { isSilent = false }: { readonly isSilent?: boolean } = {},
): Promise<void> {
  await run(
    em,
    sql`update tab_cards set is_charging = true, refused = null, was_tried = was_tried or ${isSilent}::boolean
        where tab_id = ${tabId} and status = 'live'`,
  );
}

/** What is open is not charged any more: the tab is open again. */
export async function stopCharging(em: OrdersManager, tabId: string): Promise<void> {
  await run(em, sql`update tab_cards set is_charging = false where tab_id = ${tabId} and is_charging`);
}

/**
 * Has a card charged again that was refused. Changes nothing while it is being charged. Throws TabRefused: tab_ended,
 * nothing_owed, or illegal_transition for a tab without a card, or one that is not closing.
 */
export async function chargeAgain(orders: Database, tabId: string, command: TabCommand): Promise<TabChanged> {
  return changeTab(orders, tabId, command, async (tab, em) => {
    if (hasTabEnded(tab.status)) throw new TabRefused('tab_ended');
    const card = await readLiveCard(em, tabId);
    if (!card || tab.status !== 'closing') throw new TabRefused('illegal_transition');
    const amount = await readOpenAmount(em, tabId);
    if (card.isCharging) return undefined;
    if (amount === 0) throw new TabRefused('nothing_owed');
    await startCharging(em, tabId);
    return { type: 'card_charge_asked', data: { participantId: card.participantId, amount } };
  });
}

/**
 * Writes the settlement that charges what is open to the card, and returns it; also one that was written before and is
 * not over. Returns undefined if there is nothing to charge now: rounds are on their way, or its giver is paying herself.
 * Safe to repeat, also at the same time.
 */
export async function chargeCard(
  orders: Database,
  tabId: string,
  { cardId, claimMs }: { readonly cardId: string; readonly claimMs: number },
): Promise<OrderRow | undefined> {
  const em = orders.em.fork();
  const card = await readLiveCard(em, tabId);
  if (card?.id !== cardId || !card.isCharging) return undefined;
  const before = await queryFirst<{ count: number }>(
    em,
    sql`select count(*)::int as count from orders where tab_card_id = ${cardId}`,
  );
  try {
    const claimed = await claimPart(orders, {
      // Two runs at once write one settlement: both have counted the same.
      id: deriveId('card-charge', cardId, before!.count),
      ...{
        tabId,
        payerId: card.participantId,
        requestHash: '',
        wish: { kind: 'rest' },
        tipAmount: 0,
        claimMs,
      },
      command: { actor: 'workflow', actorId: null },
      payment: {
        paymentMethodId: card.paymentMethodId!,
        account: { userId: null, stripeCustomerId: card.stripeCustomerId!, saveCard: false },
        card: { network: null, bounds: { perPayer: 1, perNetwork: 1 } },
        ofTabCard: { id: cardId, assertStill: (tab, within) => assertStill(within, tab, card) },
      },
      assertPayable: () => undefined,
    });
    return 'order' in claimed ? claimed.order : undefined;
  } catch (error) {
    // It was decided under the lock of the tab: somebody else has paid it, or the tab is open again.
    if (error instanceof TabRefused) return undefined;
    throw error;
  }
}

async function assertStill(em: OrdersManager, tab: TabRow, { id }: TabCardRow): Promise<void> {
  const card = await readLiveCard(em, tab.id);
  const isStill = tab.status === 'closing' && card?.id === id && card.isCharging;
  if (!isStill || (await isRoundRunning(em, tab.id))) throw new TabRefused('illegal_transition');
}

/** Whether a round will be owed in a moment: it is charged with the rest. */
async function isRoundRunning(em: OrdersManager, tabId: string): Promise<boolean> {
  const row = await queryFirst(
    em,
    sql`select from orders where tab_id = ${tabId} and kind = 'goods' and status in (${literals(RUNNING_STATUSES)}) limit 1`,
  );
  return row !== undefined;
}

/** Notes that a charge was refused: staff see to it, and nothing charges it again by itself. */
export async function noteRefused(em: OrdersManager, cardId: string, reason: CardRefusedFor): Promise<void> {
  await run(
    em,
    sql`update tab_cards set is_charging = false, refused = ${reason} where id = ${cardId} and status = 'live'`,
  );
}
