/**
 * Open tabs of this process, each kept current for all who watch it: one read per changed tab, however many watch. Any
 * number of processes run it independently; PostgreSQL's NOTIFY triggers a read, and a sweep finds what was lost.
 */

import type { Logger } from 'pino';
import type { Tab, TabEvent } from '../../domain/contract/tabs.ts';
import { hasEnded } from '../../domain/order.ts';
import type { TabChanged } from '../../domain/socket.ts';
import type { Database } from '../../db/database.ts';
import { createChangeNudger, TAB_CHANGES_CHANNEL } from '../../db/orders/orders/changes.ts';
import type { TabRecord } from '../../db/orders/tabs/present-tab.ts';
import { readTab, readTabEvents, readTabNews } from '../../db/orders/tabs/read-tab.ts';
import { patchBetween } from '../tabs/tab-patch.ts';
import { showTab, type TabPresentation } from '../tabs/present-tab.ts';
import { idsIn, type ChangesListener } from './listen-for-changes.ts';
import type { OrderFeed } from './order-feed.ts';

const SWEEP_MS = 1_000;
/** Changes that are kept for those who come back. */
const KEPT_CHANGES = 100;

/** A tab as all its watchers on this process have it. */
export interface LiveTab {
  readonly record: TabRecord;
  /** Whoever sends it leaves out what is not for everybody, and says who is here now. */
  readonly tab: Tab;
}

interface Held extends LiveTab {
  record: TabRecord;
  tab: Tab;
  holders: number;
  /** The newest changes, oldest first, without patches. */
  recent: TabChanged[];
}

/** Receives new changes of a held tab: one per version, in order; the last has the patch from the tab before them. */
export type OnTabNews = (live: LiveTab, changes: readonly TabChanged[]) => void;

export interface TabFeed {
  /**
   * Keeps a tab current from now on, and returns it, at least as new as this call; undefined if there is none. Every
   * call needs a `release`.
   */
  hold(tabId: string): Promise<LiveTab | undefined>;
  release(tabId: string): void;
  /** Returns the changes of a held tab above a version, oldest first, up to what `hold` keeps. */
  changesSince(tabId: string, version: number): Promise<TabChanged[]>;
  /** Calls `listener` with the news of all held tabs. */
  onNews(listener: OnTabNews): void;
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
  const held = new Map<string, Held>();
  /** Tabs to be read again, each with those who wait for it. */
  let changed = new Map<string, PromiseWithResolvers<void>>();
  let reading: Promise<void> | undefined;
  let onNews: OnTabNews | undefined;
  const nudger = createChangeNudger(
    orders,
    (error) => logger.warn({ err: error }, 'other processes could not be told of a changed tab'),
    TAB_CHANGES_CHANNEL,
  );

  /** Reads a held tab again; resolves when every change committed before this call is known. */
  const refresh = (tabId: string): Promise<void> => {
    const waiting = changed.get(tabId) ?? Promise.withResolvers<void>();
    changed.set(tabId, waiting);
    reading ??= readChanged().finally(() => (reading = undefined));
    return waiting.promise;
  };

  const readChanged = async () => {
    // Changes of the same moment are read together.
    await Promise.resolve();
    while (changed.size > 0) {
      const batch = changed;
      changed = new Map();
      try {
        await tell([...batch.keys()]);
        for (const { resolve } of batch.values()) resolve();
      } catch (error) {
        for (const { reject } of batch.values()) reject(error);
      }
    }
  };

  const tell = async (tabIds: readonly string[]) => {
    const above = tabIds.flatMap((tabId) => {
      const version = held.get(tabId)?.tab.version;
      return version === undefined ? [] : [{ tabId, version }];
    });
    for (const { record, events } of await readTabNews(reads, above)) {
      const live = held.get(record.tab.id);
      if (live) advance(live, record, events);
    }
  };

  const advance = (live: Held, record: TabRecord, events: readonly TabEvent[]) => {
    const changes = events.filter(({ version }) => version > live.tab.version).map(asChange);
    const last = changes.at(-1);
    if (!last) return;
    const before = live.tab;
    live.record = record;
    live.tab = showTab(presentation, record);
    live.recent = [...live.recent, ...changes].slice(-KEPT_CHANGES);
    onNews?.(live, [...changes.slice(0, -1), { ...last, patch: patchBetween(before, live.tab) }]);
  };

  const hear = (tabIds: readonly string[]) => {
    for (const tabId of tabIds) {
      if (held.has(tabId)) refresh(tabId).catch(warn);
    }
  };
  const warn = (error: unknown) =>
    logger.warn({ err: error }, 'changed tabs could not be read; the sweep will try again');

  options.listener.on(TAB_CHANGES_CHANNEL, {
    onPayload: (payload) => hear(idsIn(payload)),
    onGap: () => hear([...held.keys()]),
  });
  // What happens to a round may be an event of its tab.
  const unfollow = options.feed.followAll((orderIds) => {
    for (const [tabId, { record }] of held)
      if (record.tab.rounds.some(({ orderId }) => orderIds.includes(orderId))) hear([tabId]);
  });
  // Runs in every API process, for its own sockets. One query for all held tabs returns those that changed.
  const sweep = setInterval(() => hear([...held.keys()]), SWEEP_MS);

  const loads = new Map<string, Promise<Held | undefined>>();
  const load = async (tabId: string): Promise<Held | undefined> => {
    const record = await readTab(reads, tabId);
    if (!record) return undefined;
    const found: Held = { record, tab: showTab(presentation, record), holders: 0, recent: [] };
    held.set(tabId, found);
    return found;
  };
  const find = (tabId: string): Promise<Held | undefined> => {
    const known = held.get(tabId);
    if (known) return Promise.resolve(known);
    const loading = loads.get(tabId) ?? load(tabId).finally(() => loads.delete(tabId));
    loads.set(tabId, loading);
    return loading;
  };
  const release = (tabId: string) => {
    const found = held.get(tabId);
    if (!found) return;
    found.holders -= 1;
    if (found.holders <= 0) held.delete(tabId);
  };

  return {
    hold: async (tabId) => {
      const found = await find(tabId);
      if (!found) return undefined;
      found.holders += 1;
      // Another holder may have released it between the read and now.
      held.set(tabId, found);
      try {
        await refresh(tabId);
      } catch (error) {
        release(tabId);
        throw error;
      }
      return found;
    },
    release,
    onNews: (listener) => (onNews = listener),
    changesSince: async (tabId, since) => {
      const live = held.get(tabId)!;
      const isKept = since >= live.tab.version || (live.recent[0]?.version ?? Infinity) <= since + 1;
      const past = isKept ? [] : (await readTabEvents(reads, tabId, { after: since })).map(asChange);
      const known = past.at(-1)?.version ?? since;
      return [
        ...past.filter(({ version }) => version <= live.tab.version),
        ...live.recent.filter(({ version }) => version > known),
      ];
    },
    changed: async (tabId) => {
      nudger.nudge(tabId);
      const live = held.get(tabId);
      if (live) {
        await refresh(tabId);
        // What happens to a round that has not ended may be no event of the tab: its watchers follow the order.
        if (live.tab.rounds.every(({ status }) => hasEnded(status))) return live;
      }
      // The pool that has written: it has the change for certain.
      const record = await readTab(orders, tabId);
      if (!record) throw new Error(`tab ${tabId} has gone`);
      return { record, tab: showTab(presentation, record) };
    },
    stop: async () => {
      clearInterval(sweep);
      unfollow();
      await nudger.stop();
      await reading;
    },
  };
}

function asChange({ tabId, version, type, at, participantId }: TabEvent): TabChanged {
  return { tabId, version, type, at, participantId };
}
