/** What a tab's workflow does with the card on file: it tells of a charge, closes a silent tab, and charges the rest. */

import type { Client } from '@temporalio/client';
import type { Settings } from '../../db/catalog/shop/settings.ts';
import type { Databases } from '../../db/databases.ts';
import type { ChangeNudger } from '../../db/orders/orders/changes.ts';
import type { TabRecordForAgenda } from '../../db/orders/tabs/agenda.ts';
import { chargeCard } from '../../db/orders/tabs/charge-card.ts';
import { silentCard } from '../../db/orders/tabs/present-card.ts';
import {
  announceCharge,
  announcementOf,
  closeSilentTab,
  isAnnouncementDue,
} from '../../db/orders/tabs/silence.ts';
import { holdMsOf } from '../../domain/settings.ts';
import { CLAIM_MS } from '../../domain/settlement.ts';
import { silentCharge } from '../../domain/tab-card.ts';
import { startAccountMail } from '../../temporal/mails/start.ts';
import { resumeOrder } from '../reconciliation/resume.ts';

interface CardDependencies {
  readonly databases: Pick<Databases, 'orders'>;
  readonly temporal: Client;
  readonly settings: Settings;
  readonly changes: ChangeNudger;
}

/** How soon a charge that is running, or that has to wait, is looked at again. */
const AGAIN_MS = 3_000;

/**
 * Does what is due with the card on file. Safe to repeat. Resolves with whether anything was: then the tab may have
 * closed, or have a charge that is running.
 */
export async function tendCard(
  dependencies: CardDependencies,
  tabId: string,
  record: TabRecordForAgenda,
): Promise<boolean> {
  if (record.status === 'open') return tellOrClose(dependencies, tabId, record);
  if (record.status !== 'closing' || !record.card?.isCharging) return false;
  await charge(dependencies, tabId, record);
  return true;
}

/** The giver is told an hour before; after it, the tab is closed. What follows is the next tending's. */
async function tellOrClose(
  { databases: { orders }, temporal }: CardDependencies,
  tabId: string,
  record: TabRecordForAgenda,
): Promise<boolean> {
  const due = silentChargeOf(record);
  if (!due) return false;
  const silence = { cardId: record.card!.id, quietSince: due.since };
  const now = Date.now();
  if (!due.isWarned && due.warnsAt.getTime() > now) return false;
  if (!due.isWarned) {
    const noticeMs = due.chargesAt.getTime() - due.warnsAt.getTime();
    const chargesAt = new Date(Math.max(due.chargesAt.getTime(), now + noticeMs));
    await announceCharge(orders, tabId, { ...silence, chargesAt });
  } else if (due.chargesAt.getTime() <= now) await closeSilentTab(orders, tabId, silence);
  // Also one whose workflow was not started before.
  if (await isAnnouncementDue(orders, silence)) await startAccountMail(temporal, announcementOf(silence));
  return true;
}

/** Charges what is open, and has what was written before go on. */
async function charge(
  { databases: { orders }, temporal, settings, changes }: CardDependencies,
  tabId: string,
  { card, openAmount, rounds }: TabRecordForAgenda,
): Promise<void> {
  const running = rounds.filter(({ tabCardId }) => tabCardId !== null).map(({ orderId }) => orderId);
  const claimMs = Math.min(CLAIM_MS, holdMsOf(await settings.read()));
  const charged = openAmount > 0 ? await chargeCard(orders, tabId, { cardId: card!.id, claimMs }) : undefined;
  if (charged) changes.nudge(charged.id);
  for (const orderId of new Set([...running, ...(charged ? [charged.id] : [])]))
    await resumeOrder({ orders, temporal }, orderId);
}

/** Returns when there is something to do with the card next, in milliseconds since 1970. */
export function nextOfCard(record: TabRecordForAgenda, now: number): number[] {
  const { card, status, openAmount, rounds } = record;
  const isCharging = rounds.some(({ tabCardId }) => tabCardId !== null);
  const isWaiting = status === 'closing' && card?.isCharging && openAmount > 0;
  const due = silentChargeOf(record);
  return [
    ...(isCharging || isWaiting ? [now + AGAIN_MS] : []),
    ...(due ? [(due.isWarned ? due.chargesAt : due.warnsAt).getTime()] : []),
  ];
}

function silentChargeOf({ card, openAmount, rounds, ...tab }: TabRecordForAgenda) {
  return silentCharge({
    ...tab,
    ...{ owedAmount: openAmount, isRunning: rounds.length > 0, card: silentCard(card) },
  });
}
