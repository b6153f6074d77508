/** The activities of tabs' workflows. */

import type { Client } from '@temporalio/client';
import type { Settings } from '../../db/catalog/shop/settings.ts';
import type { Databases } from '../../db/databases.ts';
import type { ChangeNudger } from '../../db/orders/orders/changes.ts';
import { readAgenda, type RunningRound, type TabRecordForAgenda } from '../../db/orders/tabs/agenda.ts';
import { recordReminded } from '../../db/orders/tabs/remind.ts';
import { closeQuietTab, endTab } from '../../db/orders/tabs/settings.ts';
import { remindersOf, roundHoldMs, type Reminder } from '../../domain/round.ts';
import { holdMsOf } from '../../domain/settings.ts';
import { hasTabEnded } from '../../domain/tab.ts';
import { closesAt } from '../../domain/tab-closing.ts';
import { ofRound, recordChanged } from '../../temporal/orders/messages.ts';
import { signalOrder } from '../../temporal/orders/signal.ts';
import { startOrder } from '../../temporal/orders/start.ts';
import type { TabActivities, TabAgenda } from '../../temporal/tabs/activities.ts';
import { nextOfCard, tendCard } from './card-on-file.ts';
import { sendWhenReady } from './send-when-ready.ts';

export interface TabDependencies {
  readonly databases: Databases;
  readonly temporal: Client;
  readonly settings: Settings;
  /** Tells the API processes of changed orders. */
  readonly changes: ChangeNudger;
  /** Tells the API processes of changed tabs. */
  readonly tabChanges: ChangeNudger;
}

/** A tab in which nobody did anything for so long expires. */
const IDLE_MS = 12 * 60 * 60_000;
/** A tab that is almost ready is looked at again: those who are not there count no more. */
const READY_AGAIN_MS = 60_000;

export function createTabActivities(dependencies: TabDependencies) {
  const { databases, settings, changes, tabChanges } = dependencies;
  const { orders } = databases;

  return {
    /** Does everything that is due in a tab, as of its record, and returns how it stands then. */
    async tendTab({ tabId }: { tabId: string }): Promise<TabAgenda> {
      let record = await read(tabId);
      if (record.status === 'open' && record.sendsWhenReady && record.isReady) {
        await sendWhenReady(dependencies, tabId);
        record = await changed(tabId, record);
      }
      await startRounds(record, tabId);
      if (await remind(record, Date.now())) record = await changed(tabId, record);
      const quietAt = closingOf(record);
      if (quietAt && quietAt.getTime() <= Date.now()) {
        await closeQuietTab(orders, tabId, { quietSince: record.lastActivityAt });
        record = await changed(tabId, record);
      }
      if (await tendCard(dependencies, tabId, record)) record = await changed(tabId, record);
      if (isDone(record)) {
        await endTab(orders, tabId, { idleSince: new Date(Date.now() - IDLE_MS) });
        record = await changed(tabId, record);
      }
      return agendaOf(record);
    },
  } satisfies TabActivities;

  async function read(tabId: string): Promise<TabRecordForAgenda> {
    const record = await readAgenda(orders, tabId);
    if (!record) throw new Error(`tab ${tabId} is not in the orders database`);
    return record;
  }

  async function changed(tabId: string, before: TabRecordForAgenda): Promise<TabRecordForAgenda> {
    const record = await read(tabId);
    if (record.version > before.version) tabChanges.nudge(tabId);
    return record;
  }

  /** Writes the reminders that are due; the order's workflow sends their mails. Resolves with whether any was. */
  async function remind({ rounds }: TabRecordForAgenda, now: number): Promise<boolean> {
    let isAny = false;
    for (const round of rounds) {
      const due = reminderDue(round, now);
      if (!due || !(await recordReminded(orders, round.orderId, due))) continue;
      isAny = true;
      changes.nudge(round.orderId);
      // If this is lost, the order's workflow is found to be behind its record.
      await signalOrder(dependencies.temporal, round.orderId, recordChanged);
    }
    return isAny;
  }

  /** The API starts those that somebody has sent. */
  async function startRounds({ rounds, ...tab }: TabRecordForAgenda, tabId: string): Promise<void> {
    for (const round of rounds) {
      if (round.status !== 'placing' || !round.isSentByItself) continue;
      const { orderId, totalAmount } = round;
      const holdMs = roundHoldMs(tab, holdMsOf(await settings.read()), Date.now());
      await startOrder(dependencies.temporal, {
        ...{ orderId, totalAmount, currency: tab.currency, holdMs },
        ...ofRound({ ...round, tabId }),
      });
    }
  }
}

/** Returns when it closes by itself, if nobody does anything. */
function closingOf({ openAmount, rounds, ...tab }: TabRecordForAgenda): Date | null {
  return closesAt({ ...tab, owedAmount: openAmount, isRunning: rounds.length > 0 });
}

/** Nothing of it runs any more or is owed, and it is closing, or was not used for long. */
function isDone({ status, rounds, openAmount, lastActivityAt }: TabRecordForAgenda): boolean {
  if (hasTabEnded(status) || rounds.length > 0 || openAmount > 0) return false;
  return status === 'closing' || Date.now() - lastActivityAt.getTime() >= IDLE_MS;
}

function agendaOf(record: TabRecordForAgenda): TabAgenda {
  const { status, version, rounds } = record;
  const closing = closingOf(record);
  const now = Date.now();
  const times = [
    ...rounds.flatMap(timesOf).filter((at) => at > now),
    ...(status === 'open' && rounds.length === 0 && record.openAmount === 0
      ? [record.lastActivityAt.getTime() + IDLE_MS]
      : []),
    ...(closing ? [closing.getTime()] : []),
    ...nextOfCard(record, now),
    ...(status === 'open' && record.sendsWhenReady && !record.isReady ? [now + READY_AGAIN_MS] : []),
  ];
  return {
    ...{ status, version, runningOrderIds: rounds.map(({ orderId }) => orderId) },
    ...(times.length > 0 && { nextAt: Math.min(...times) }),
  };
}

function timesOf(round: RunningRound): number[] {
  return reminders(round).map(({ at }) => at);
}

/** Returns the newest reminder whose time has come, unless it was written, or the deadline has passed. */
function reminderDue(round: RunningRound, now: number): Reminder | undefined {
  if (!round.deadline || round.deadline.getTime() <= now) return undefined;
  const due = reminders(round).findLast(({ at }) => at <= now)?.reminder;
  return due && !round.reminded.includes(due) ? due : undefined;
}

function reminders({ status, heldAt, deadline }: RunningRound): ReturnType<typeof remindersOf> {
  if (status !== 'awaiting_payment' || !heldAt || !deadline) return [];
  return remindersOf({ sentAt: heldAt.getTime(), deadline: deadline.getTime() });
}
