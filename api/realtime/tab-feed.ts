/**
 * Open tabs of this process, each kept current for all who watch it. PostgreSQL's NOTIFY triggers a read, and a sweep
 * finds what was lost.
 */

import type { Logger } from 'pino';
import type { Tab, TabEvent } from '../../domain/contract/tabs.ts';
import { hasEnded } from '../../domain/order.ts';
import { composeTabPatches, tabPatchBetween } from '../../domain/patch.ts';
import type { TabChanged, TabPatch, TabRounds } from '../../domain/socket.ts';
import type { Database } from '../../db/database.ts';
import { createChangeNudger, TAB_CHANGES_CHANNEL } from '../../db/orders/orders/changes.ts';
import type { TabRecord } from '../../db/orders/tabs/present-tab.ts';
import { readTab, readTabEvents, readTabNews } from '../../db/orders/tabs/read-tab.ts';
import { showTab, type TabPresentation } from '../tabs/present-tab.ts';
import { coalesceChanges } from './coalesce-changes.ts';
import { createHeld, type Live } from './held.ts';
import { idsIn, type ChangesListener } from './listen-for-changes.ts';
import type { OrderFeed } from './order-feed.ts';

const SWEEP_MS = 1_000;
/** A group that pays at the same moment is told of it ten times a second, not of each step of each payment. */
const PAUSE_MS = 100;

/** A tab as all its watchers on this process have it. */
export interface LiveTab {
  readonly record: TabRecord;
  /** Whoever sends it leaves out what is not for everybody, and says who is here now. */
  readonly tab: Tab;
}

/** Receives new changes of a held tab: one per version, in order; the last has the patch from the tab before them. */
export type OnTabNews = (live: LiveTab, changes: readonly TabChanged[]) => void;

export interface TabFeed {
  /**
   * Keeps a tab current from now on, and returns it, at least as new as this call; undefined if there is none. Every
   * call needs a `release`.
   */
  hold(tabId: string): Promise<Live<LiveTab> | undefined>;
  release(tabId: string): void;
  /** Returns the changes of a held tab above a version, oldest first, up to what `hold` keeps. */
  changesSince(tabId: string, version: number): Promise<TabChanged[]>;
  /** Calls `listener` with the news of all held tabs. */
  onNews(listener: OnTabNews): void;
  /** Calls `listener` with what happens to rounds of held tabs without a version of the tab. */
  onRounds(listener: (news: TabRounds) => void): void;
  /** Tells all processes, this one too, that a tab was changed. */
  nudge(tabId: string): void;
  /** Tells all processes that this one has changed a tab, and returns the tab at least as new as that. */
  changed(tabId: string): Promise<LiveTab>;
  stop(): Promise<void>;
}

export function startTabFeed(options: {
  /** For reads, and for notifications. */
  reads: Database;
  orders: Database;
  listener: ChangesListener;
  feed: Pick<OrderFeed, 'followAll'>;
  logger: Logger;
  presentation: TabPresentation;
}): TabFeed {
  const { reads, orders, logger, presentation } = options;
  /** What was told of held tabs without a version since the last one: who knows only versions hears it with the next. */
  const told = new Map<string, TabPatch>();
  let onNews: OnTabNews | undefined;
  let onRounds: ((news: TabRounds) => void) | undefined;
  const nudger = createChangeNudger(
    orders,
    (error) => logger.warn({ err: error }, 'other processes could not be told of a changed tab'),
    TAB_CHANGES_CHANNEL,
  );
  const show = (record: TabRecord): LiveTab => ({ record, tab: showTab(presentation, record) });

  const held = createHeld<LiveTab, TabEvent>({
    pauseMs: PAUSE_MS,
    whatIs: ({ tab }) => tab,
    read: async (tabId) => {
      const record = await readTab(reads, tabId);
      return record && show(record);
    },
    readNews: async (above) =>
      (
        await readTabNews(
          reads,
          above.map(({ id, version }) => ({ tabId: id, version })),
        )
      ).map(({ record, events }) => ({ state: show(record), events })),
    readEvents: (tabId, after) => readTabEvents(reads, tabId, { after }),
    onNews: (before, now, events) => {
      const { id: tabId, version } = now.tab;
      const patch = tabPatchBetween(before.tab, now.tab);
      const untold = composeTabPatches(told.get(tabId) ?? { fields: {} }, patch);
      const last = events.at(-1);
      if (last) {
        told.delete(tabId);
        onNews?.(now, [...events.slice(0, -1).map(asChange), { ...asChange(last), patch: untold }]);
      } else if (Object.keys(patch).length > 1 || Object.keys(patch.fields).length > 0) {
        told.set(tabId, untold);
        onRounds?.({ tabId, version, patch });
      }
    },
    onError: (error) =>
      logger.warn({ err: error }, 'changed tabs could not be read; the sweep will try again'),
  });

  options.listener.on(TAB_CHANGES_CHANNEL, {
    onPayload: (payload) => held.hear(idsIn(payload)),
    onGap: () => held.hear(held.ids()),
  });
  const tabsOf = (orderIds: readonly string[], ordersIn: (tab: Tab) => readonly { orderId: string }[]) => {
    const changed = new Set(orderIds);
    return held.ids().filter((id) => ordersIn(held.get(id)!.tab).some(({ orderId }) => changed.has(orderId)));
  };
  // What happens to a round, or to a payment, may be an event of its tab.
  const unfollow = options.feed.followAll((orderIds) =>
    held.hear(tabsOf(orderIds, ({ rounds, claims }) => [...rounds, ...claims])),
  );
  // If it is none, those who watch only the tab hear of it all the same.
  const rounds = coalesceChanges({
    feed: options.feed,
    logger,
    isWatched: () => held.ids().length > 0,
    tell: async (orderIds) =>
      held.hear(
        tabsOf(orderIds, ({ rounds: all }) => all),
        { whole: true },
      ),
  });
  // Runs in every API process, for its own sockets. One query for all held tabs returns those that changed.
  const sweep = setInterval(() => held.hear(held.ids()), SWEEP_MS);

  return {
    hold: held.hold,
    release: (tabId) => {
      held.release(tabId);
      if (!held.get(tabId)) told.delete(tabId);
    },
    onNews: (listener) => (onNews = listener),
    onRounds: (listener) => (onRounds = listener),
    changesSince: async (tabId, since) => (await held.eventsSince(tabId, since)).map(asChange),
    nudge: (tabId) => nudger.nudge(tabId),
    changed: async (tabId) => {
      nudger.nudge(tabId);
      if (held.get(tabId)) {
        await held.refresh(tabId);
        const live = held.get(tabId);
        // What happens to a round that has not ended may be no event of the tab.
        if (live?.tab.rounds.every(({ status }) => hasEnded(status))) return live;
      }
      // The pool that has written: it has the change for certain.
      const record = await readTab(orders, tabId);
      if (!record) throw new Error(`tab ${tabId} has gone`);
      return show(record);
    },
    stop: async () => {
      clearInterval(sweep);
      unfollow();
      rounds.stop();
      await nudger.stop();
      await held.settled();
    },
  };
}

function asChange({ tabId, version, type, at, participantId }: TabEvent): TabChanged {
  return { tabId, version, type, at, participantId };
}
