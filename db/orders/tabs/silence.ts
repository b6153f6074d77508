/** What the shop's rule of silence does to a tab with a card on file: its giver is told, then what is owed is charged. */

import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { deriveId } from '../../ids.ts';
import { queryFirst, run } from '../../sql.ts';
import type { TabRow } from '../entities/tab.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { startCharging } from './charge-card.ts';
import { changeTab } from './change-tab.ts';
import { readLiveCard } from './live-card.ts';
import { hasRunning } from './settings.ts';
import { readOpenAmount } from './write-off.ts';

const BY_WORKFLOW = { actor: 'workflow', actorId: null } as const;

/** The card on file, and the last activity in its tab when that was judged. */
interface Silence {
  readonly cardId: string;
  readonly quietSince: Date;
}

/** Returns the mail that tells of a charge after this silence. */
export function announcementOf({ cardId, quietSince }: Silence): string {
  return deriveId('mail', 'card_charge_soon', cardId, quietSince.toISOString());
}

/**
 * Tells the giver of the card that what is owed will be charged to it at `chargesAt`, by an event and a mail. Changes
 * nothing if somebody did something meanwhile. Safe to repeat.
 */
export async function announceCharge(
  orders: Database,
  tabId: string,
  { chargesAt, ...silence }: Silence & { readonly chargesAt: Date },
): Promise<void> {
  await changeTab(orders, tabId, BY_WORKFLOW, async (tab, em) => {
    const amount = await readSilentAmount(em, tab, silence);
    const card = await readLiveCard(em, tabId);
    if (amount === 0 || !card || (card.warnedAt && card.warnedAt > silence.quietSince)) return undefined;
    await run(em, sql`update tab_cards set warned_at = clock_timestamp() where id = ${card.id}`);
    const data = { tabId, cardId: card.id, dueAmount: amount, currency: tab.currency };
    await run(
      em,
      sql`insert into mails (id, type, participant_id, recipient, recipient_name, language, data)
          select ${announcementOf(silence)}, 'card_charge_soon', case when p.user_id is null then p.id end, p.email, p.shown_name, p.language,
            ${JSON.stringify({ ...data, chargesAt: chargesAt.toISOString() })}::jsonb
          from tab_participants p where p.id = ${card.participantId} and p.email is not null
          on conflict (id) do nothing`,
    );
    return { type: 'card_charge_announced', data: { participantId: card.participantId, amount } };
  });
}

/** Returns whether that mail waits to be sent. */
export async function isAnnouncementDue(orders: Database, silence: Silence): Promise<boolean> {
  const row = await queryFirst(
    orders.em.fork(),
    sql`select from mails where id = ${announcementOf(silence)} and status = 'due'`,
  );
  return row !== undefined;
}

/**
 * Closes a silent tab, and has what is owed charged to its card; once for each card. Changes nothing if somebody did
 * something meanwhile.
 */
export async function closeSilentTab(orders: Database, tabId: string, silence: Silence): Promise<void> {
  await changeTab(orders, tabId, BY_WORKFLOW, async (tab, em) => {
    if ((await readSilentAmount(em, tab, silence)) === 0) return undefined;
    tab.status = 'closing';
    await startCharging(em, tabId, { isSilent: true });
    return { type: 'closing' };
  });
}

/** What is owed of a tab in which nobody did anything since; 0 if the rule does not apply to it any more. */
async function readSilentAmount(
  em: OrdersManager,
  tab: TabRow,
  { cardId, quietSince }: Silence,
): Promise<number> {
  if (tab.status !== 'open' || tab.lastActivityAt > quietSince) return 0;
  const card = await readLiveCard(em, tab.id);
  if (card?.id !== cardId || card.wasTried || (await hasRunning(em, tab.id))) return 0;
  return readOpenAmount(em, tab.id);
}
