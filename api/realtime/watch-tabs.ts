/** Tabs on sockets: who watches which, what each is sent, and when access ends. */

import { z } from 'zod';
import type { Tab, TabViewer } from '../../domain/contract/tabs.ts';
import type { TabChanged, TabPatch, TabPresence } from '../../domain/socket.ts';
import { ApiError, invalidRequest, notFound } from '../http/api-error.ts';
import type { Reads } from '../http/reads.ts';
import type { Metrics } from '../operations/metrics.ts';
import type { Guests } from '../people/guests.ts';
import { withToken, type Person } from '../people/people.ts';
import { accessToTab, tabFor } from '../tabs/access.ts';
import { catchUp } from './catch-up.ts';
import type { Connected, ServerOf, SocketOf } from './connection.ts';
import type { LiveTab, OnTabNews, TabFeed } from './tab-feed.ts';
import type { Screen, TabPresences } from './tab-presence.ts';

const MAX_WATCHED_TABS = 10;

/** One socket's place at a tab. */
interface Seat {
  readonly person: Person;
  viewer: TabViewer;
  /** Undefined for staff, who are not in it. */
  screen: Screen | undefined;
}
/** The tabs that a socket watches. */
export type Seats = Map<string, Seat>;

type TabSocket = SocketOf<Connected & { seats: Seats }>;

const watchSchema = z.strictObject({
  tabId: z.uuid(),
  since: z.int().min(0).optional(),
  guestToken: z.string().max(200).optional(),
});
const unwatchSchema = z.strictObject({ tabId: z.uuid() });
const chooseSchema = z.strictObject({ tabId: z.uuid(), isChoosing: z.boolean() });

const roomOf = (tabId: string) => `tab:${tabId}`;

export interface TabWatches<Watcher> {
  watch(socket: Watcher, request: unknown): Promise<{ tab: Tab; viewer: TabViewer; presence: TabPresence }>;
  unwatch(socket: Watcher, request: unknown): void;
  choose(socket: Watcher, request: unknown): void;
  /** Ends all watches of a socket that has disconnected. */
  leave(socket: Watcher): void;
}

/** `keepsUp` returns whether a socket reads what it is sent, and disconnects one that does not. */
export function createTabWatches<Watcher extends TabSocket>(options: {
  io: ServerOf<Watcher['data']>;
  tabs: Pick<TabFeed, 'hold' | 'release' | 'changesSince' | 'onNews' | 'onRounds'>;
  presences: Pick<TabPresences, 'open' | 'of' | 'isHere' | 'onChanged'>;
  reads: Pick<Reads, 'run'>;
  guests: Guests;
  metrics: Metrics;
  keepsUp: (socket: Watcher) => boolean;
}): TabWatches<Watcher> {
  const { io, tabs, presences, reads, guests, metrics, keepsUp } = options;

  const membersOf = (tabId: string): Watcher[] =>
    [...(io.sockets.adapter.rooms.get(roomOf(tabId)) ?? [])].flatMap(
      (id) => (io.sockets.sockets.get(id) as Watcher | undefined) ?? [],
    );

  const watch = async (socket: Watcher, request: unknown) => {
    const parsed = watchSchema.safeParse(request);
    if (!parsed.success) throw invalidRequest('Say which tab to watch.');
    const { tabId, since, guestToken } = parsed.data;
    const { seats, client } = socket.data;
    if (seats.size >= MAX_WATCHED_TABS && !seats.has(tabId))
      throw invalidRequest('Too many tabs are watched at once.');
    const person = withToken(guests, socket.data.person, guestToken);
    const held = await reads.run(client, () => tabs.hold(tabId));
    if (!held) throw notFound('This tab');
    const enter = () => {
      const access = accessToTab(held.state.record, person);
      if (!access) throw notFound('This tab');
      if (socket.disconnected) throw new ApiError('try_again', 'The connection has ended.');
      return access;
    };
    const tellMissed = (change: TabChanged): void => {
      enter();
      socket.emit('tab:changed', change);
    };
    try {
      enter();
      end(socket, tabId);
      const readAbove = (version: number) => tabs.changesSince(tabId, version);
      const missed = await catchUp(socket, { since, readAbove, emit: tellMissed });
      // From here on, nothing waits: the next news of the tab is the next version for this socket.
      const { viewer } = enter();
      const screen = viewer.participantId === null ? undefined : presences.open(tabId, viewer.participantId);
      seats.set(tabId, { person, viewer, screen });
      void socket.join(roomOf(tabId));
      missed.forEach(tellMissed);
      const tab = tabFor(withPresence(held.state.tab), viewer);
      return { tab, viewer, presence: presences.of(tabId) };
    } catch (error) {
      tabs.release(tabId);
      throw error;
    }
  };

  const withPresence = (tab: Tab): Tab => ({ ...tab, participants: tab.participants.map(hereIn(tab.id)) });
  const hereIn =
    (tabId: string) =>
    <Participant extends Tab['participants'][number]>(one: Participant): Participant => ({
      ...one,
      isHere: !one.hasLeft && presences.isHere(tabId, one.id),
    });

  /** Somebody may be another person than before: staff who have joined, for example. */
  const sit = (seat: Seat, tabId: string, viewer: TabViewer): void => {
    const isSame = viewer.participantId === seat.viewer.participantId;
    seat.viewer = viewer;
    if (isSame) return;
    seat.screen?.close(true);
    seat.screen = viewer.participantId === null ? undefined : presences.open(tabId, viewer.participantId);
  };

  const end = (socket: Watcher, tabId: string, atOnce = false): void => {
    const seat = socket.data.seats.get(tabId);
    if (!seat) return;
    socket.data.seats.delete(tabId);
    void socket.leave(roomOf(tabId));
    seat.screen?.close(atOnce);
    tabs.release(tabId);
  };

  /** Ends the access of those who are not in the tab any more; they hear of that, and of nothing else. */
  const judge = (live: LiveTab, changes: readonly TabChanged[]): void => {
    for (const socket of membersOf(live.tab.id)) {
      const seat = socket.data.seats.get(live.tab.id)!;
      const access = accessToTab(live.record, seat.person);
      if (access) sit(seat, live.tab.id, access.viewer);
      else {
        end(socket, live.tab.id, true);
        const gone = changes.findLast(({ type }) => type === 'left' || type === 'removed');
        if (!gone) continue;
        const { patch: _, ...change } = gone;
        socket.emit('tab:changed', change);
      }
    }
  };

  const onNews: OnTabNews = (live, changes) => {
    const { id } = live.tab;
    const { patch } = changes.at(-1)!;
    const arePeopleOther = patch?.participants !== undefined || patch?.fields.host !== undefined;
    if (arePeopleOther) judge(live, changes);
    const readers = membersOf(id).filter(keepsUp);
    if (readers.length === 0) return;
    const isPrivate =
      (arePeopleOther && live.tab.participants.some(({ allergies }) => allergies !== null)) ||
      changes.some((change) => change.patch?.fields.card);
    for (const change of changes) {
      // Encoded once for all, unless not all may see the same.
      if (!isPrivate || !change.patch) io.to(roomOf(id)).emit('tab:changed', change);
      else for (const socket of readers) socket.emit('tab:changed', changeFor(live, change, socket));
      const seconds = (Date.now() - Date.parse(change.at)) / 1000;
      readers.forEach(() => metrics.observeDelivery(seconds));
    }
  };

  /** The people and the card in a patch as this watcher may see them; for a new host, all of whom there is more to see. */
  const changeFor = (live: LiveTab, change: TabChanged, socket: Watcher): TabChanged => {
    const { viewer } = socket.data.seats.get(live.tab.id)!;
    const patch = change.patch!;
    const isNewHost = patch.fields.host !== undefined && viewer.isHost;
    const participants = isNewHost ? live.tab.participants : (patch.participants ?? []);
    const changed = { participants: [...participants], card: patch.fields.card ?? null };
    const shown = tabFor({ ...live.tab, ...changed }, viewer);
    const own: Pick<TabPatch, 'participants'> =
      shown.participants.length > 0 ? { participants: shown.participants } : {};
    const fields = patch.fields.card ? { ...patch.fields, card: shown.card } : patch.fields;
    return { ...change, patch: { ...patch, ...own, fields } };
  };

  tabs.onNews(onNews);
  tabs.onRounds((news) => {
    for (const socket of membersOf(news.tabId)) keepsUp(socket);
    io.to(roomOf(news.tabId)).emit('tab:rounds', news);
  });
  presences.onChanged((presence) => {
    for (const socket of membersOf(presence.tabId)) keepsUp(socket);
    io.to(roomOf(presence.tabId)).emit('tab:presence', presence);
  });

  return {
    watch,
    unwatch: (socket, request) => {
      const parsed = unwatchSchema.safeParse(request);
      if (parsed.success) end(socket, parsed.data.tabId);
    },
    choose: (socket, request) => {
      const parsed = chooseSchema.safeParse(request);
      if (parsed.success) socket.data.seats.get(parsed.data.tabId)?.screen?.choose(parsed.data.isChoosing);
    },
    leave: (socket) => {
      for (const tabId of [...socket.data.seats.keys()]) end(socket, tabId);
    },
  };
}
