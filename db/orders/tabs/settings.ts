/** A tab's settings, its invitation, and its end. All are safe to repeat. */

import { sql } from 'kysely';
import type { Place } from '../../../domain/contract/places.ts';
import { RUNNING_STATUSES } from '../../../domain/order.ts';
import { hasTabEnded, type OnDeadline } from '../../../domain/tab.ts';
import type { Database } from '../../database.ts';
import { literals, queryFirst } from '../../sql.ts';
import type { TabRow } from '../entities/tab.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { changeTab, type TabChanged, type TabCommand } from './change-tab.ts';
import { startCharging, stopCharging } from './charge-card.ts';
import { endCards } from './live-card.ts';
import { forgetKnocks } from './knocks.ts';
import { withFreshCodes } from './open-tab.ts';
import { TabRefused } from './tab-refused.ts';
import { readOpenAmount } from './write-off.ts';

/** New values; absent ones stay. */
export interface TabSettings {
  readonly title?: string | null | undefined;
  readonly deadline?: Date | null | undefined;
  readonly spendingLimit?: number | null | undefined;
  readonly onDeadline?: OnDeadline | undefined;
  readonly sendsWhenReady?: boolean | undefined;
  readonly place?: Place | null | undefined;
  readonly isLocked?: boolean | undefined;
}

/** Changes settings, or locks and unlocks joining. Rounds that were sent keep theirs. Throws TabRefused: tab_ended. */
export async function changeSettings(
  orders: Database,
  tabId: string,
  command: TabCommand,
  settings: TabSettings,
): Promise<TabChanged> {
  return changeTab(orders, tabId, command, (tab) => {
    if (hasTabEnded(tab.status)) throw new TabRefused('tab_ended');
    const wanted = Object.entries(settings).filter(([, value]) => value !== undefined);
    const changed = wanted.filter(([name, value]) => !isSame(tab[name as keyof TabSettings], value));
    if (changed.length === 0) return undefined;
    Object.assign(tab, Object.fromEntries(changed));
    // Who has chosen another place has left the spot.
    if (tab.place?.spotId !== tab.spotId) tab.spotId = null;
    const [[first] = []] = changed;
    if (changed.length > 1 || first !== 'isLocked') return { type: 'settings_changed' };
    return { type: tab.isLocked ? 'locked' : 'unlocked' };
  });
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}

/** Renews both codes: the old ones find no tab any more. Throws TabRefused: tab_ended. */
export async function renewCodes(orders: Database, tabId: string, command: TabCommand): Promise<TabChanged> {
  const key = command.key ?? crypto.randomUUID();
  return withFreshCodes((codes) =>
    changeTab(orders, tabId, { ...command, key }, (tab) => {
      if (hasTabEnded(tab.status)) throw new TabRefused('tab_ended');
      Object.assign(tab, codes);
      return { type: 'code_renewed' };
    }),
  );
}

/**
 * Closes a tab for further rounds, and has what is owed charged to its card on file. Changes nothing in a tab that is
 * closing or has ended. Throws TabRefused: version_conflict with the `amount` that is open, if it is not the expected one.
 */
export async function closeTab(
  orders: Database,
  tabId: string,
  command: TabCommand,
  expectedAmount?: number,
): Promise<TabChanged> {
  return changeTab(orders, tabId, command, async (tab, em) => {
    if (tab.status !== 'open') return undefined;
    if (tab.settlement === 'after') {
      const amount = await readOpenAmount(em, tabId);
      if ((expectedAmount ?? amount) !== amount) throw new TabRefused('version_conflict', { amount });
      await startCharging(em, tabId);
    }
    tab.status = 'closing';
    return { type: 'closing' };
  });
}

/**
 * Closes a tab that owes nothing and in which nobody did anything since `quietSince`, for its workflow. Changes nothing
 * in any other.
 */
export async function closeQuietTab(
  orders: Database,
  tabId: string,
  { quietSince }: { quietSince: Date },
): Promise<TabChanged> {
  return changeTab(orders, tabId, { actor: 'workflow', actorId: null }, async (tab, em) => {
    if (tab.status !== 'open' || tab.lastActivityAt > quietSince) return undefined;
    if (await hasSomethingLeft(em, tab)) return undefined;
    tab.status = 'closing';
    return { type: 'closing' };
  });
}

/** Opens a tab again that is closing: more may be ordered. Changes nothing in one that is open. Throws tab_ended. */
export async function reopenTab(orders: Database, tabId: string, command: TabCommand): Promise<TabChanged> {
  return changeTab(orders, tabId, command, async (tab, em) => {
    if (hasTabEnded(tab.status)) throw new TabRefused('tab_ended');
    if (tab.status === 'open') return undefined;
    tab.status = 'open';
    await stopCharging(em, tabId);
    return { type: 'reopened' };
  });
}

/**
 * Lets a tab that has ended be paid again or written off, because it owes something. It has new codes, and no spot: another
 * tab may be there. Changes nothing in one that has not ended, or owes nothing.
 */
export async function recoverTab(orders: Database, tabId: string, command: TabCommand): Promise<TabChanged> {
  return withFreshCodes((codes) =>
    changeTab(orders, tabId, command, async (tab, em) => {
      if (!hasTabEnded(tab.status) || tab.mergedInto || (await readOpenAmount(em, tabId)) === 0)
        return undefined;
      Object.assign(tab, {
        ...codes,
        status: 'closing',
        closedAt: null,
        spotId: null,
      } satisfies Partial<TabRow>);
      return { type: 'reopened' };
    }),
  );
}

/**
 * Ends a tab, for its workflow: one that is closing, or an open one in which nobody did anything since `idleSince`. Its
 * codes die. Changes nothing while a round is not paid or given up, or something is owed, or when somebody did something
 * meanwhile. Safe to repeat.
 */
export async function endTab(
  orders: Database,
  tabId: string,
  { idleSince }: { idleSince: Date },
): Promise<TabChanged> {
  const command: TabCommand = { actor: 'workflow', actorId: null };
  return changeTab(orders, tabId, command, async (tab, em) => {
    const status = tab.status === 'closing' ? 'closed' : 'expired';
    if (hasTabEnded(tab.status) || (await hasSomethingLeft(em, tab))) return undefined;
    if (status === 'expired' && tab.lastActivityAt > idleSince) return undefined;
    Object.assign(tab, {
      status,
      closedAt: new Date(),
      joinCode: null,
      joinSecret: null,
    } satisfies Partial<TabRow>);
    await forgetKnocks(em, tabId);
    await endCards(em, tabId, 'all');
    return { type: status };
  });
}

/** Whether a round or a payment is in progress, or something is owed. */
async function hasSomethingLeft(em: OrdersManager, { id, settlement }: TabRow): Promise<boolean> {
  if (settlement === 'after' && (await readOpenAmount(em, id)) > 0) return true;
  return hasRunning(em, id);
}

/** Whether a round or a payment of a tab is in progress. */
export async function hasRunning(em: OrdersManager, tabId: string): Promise<boolean> {
  const row = await queryFirst(
    em,
    sql`select from orders where tab_id = ${tabId} and status in (${literals(RUNNING_STATUSES)}) limit 1`,
  );
  return row !== undefined;
}
