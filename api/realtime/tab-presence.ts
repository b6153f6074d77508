/**
 * Who has which tab open, on which API process: kept in memory, and told to the other processes by NOTIFY, ids only.
 * It has no versions and no history; who reloads a page, or loses the network for a moment, does not leave.
 */

import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { TabPresence } from '../../domain/socket.ts';
import type { Database } from '../../db/database.ts';
import { noteSeen } from '../../db/orders/tabs/people.ts';
import { run } from '../../db/sql.ts';
import type { ChangesListener } from './listen-for-changes.ts';

const PRESENCE_CHANNEL = 'tab_presence';
/** Somebody is here for as long after her last screen was closed. */
const GRACE_MS = 4_000;
/** Screens hear of a tab's people at most this often. */
const EMIT_MS = 500;
/** Interval in which processes tell that they are alive; one that was silent for three times as long is gone. */
const ALIVE_MS = 5_000;
/** Interval in which the record notes who is here, for a host's role that may be taken over. */
const NOTE_MS = 60_000;

/** One screen of a participant. */
export interface Screen {
  choose(isChoosing: boolean): void;
  /** `atOnce`: without the time that somebody has to come back. */
  close(atOnce?: boolean): void;
}

export interface TabPresences {
  open(tabId: string, participantId: string): Screen;
  isHere(tabId: string, participantId: string): boolean;
  of(tabId: string): TabPresence;
  /** Calls `listener` with a tab's people whenever they change, at most twice a second. */
  onChanged(listener: (presence: TabPresence) => void): void;
  stop(): Promise<void>;
}

/** Participants of one tab on one process. */
type People = Map<string, { screens: number; choosing: number; leaving: NodeJS.Timeout | undefined }>;
interface OtherProcess {
  heardAt: number;
  readonly tabs: Map<string, Pick<TabPresence, 'here' | 'choosing'>>;
}

const ids = z.array(z.uuid());
/** Processes of a later version may tell more. */
const messageSchema = z.object({
  process: z.uuid(),
  /** `hello` asks all others to tell what they know; `bye` ends the process. */
  says: z.enum(['hello', 'alive', 'bye', 'people']),
  tabId: z.uuid().optional(),
  here: ids.optional(),
  choosing: ids.optional(),
});
type Message = Omit<z.infer<typeof messageSchema>, 'process'>;

/** Tells other processes through `listener`, which the caller starts afterwards. */
export function startTabPresences(options: {
  orders: Database;
  listener: ChangesListener;
  logger: Logger;
}): TabPresences {
  const { orders, logger } = options;
  const self = randomUUID();
  const tabs = new Map<string, People>();
  const others = new Map<string, OtherProcess>();
  const emits = new Map<
    string,
    { timer: NodeJS.Timeout | undefined; at: number; emitted: string; told: string }
  >();
  let stopped = false;
  let emit: ((presence: TabPresence) => void) | undefined;
  let saying: Promise<unknown> = Promise.resolve();

  const say = (message: Message) => {
    const payload = JSON.stringify({ process: self, ...message });
    saying = saying
      .then(() => run(orders.em.fork(), sql`select pg_notify(${PRESENCE_CHANNEL}, ${payload})`))
      .catch((error: unknown) =>
        logger.warn({ err: error }, 'other processes could not be told who is here'),
      );
  };

  const localOf = (tabId: string) => {
    const people = [...(tabs.get(tabId) ?? [])];
    return {
      here: people.map(([id]) => id).toSorted(),
      choosing: people.flatMap(([id, { choosing }]) => (choosing > 0 ? [id] : [])).toSorted(),
    };
  };
  const of = (tabId: string): TabPresence => {
    const all = [localOf(tabId), ...[...others.values()].flatMap((other) => other.tabs.get(tabId) ?? [])];
    const union = (name: 'here' | 'choosing') => [...new Set(all.flatMap((each) => each[name]))].toSorted();
    return { tabId, here: union('here'), choosing: union('choosing') };
  };

  /** Emits a tab's people in a moment, and tells the other processes of those on this one. */
  const changed = (tabId: string) => {
    if (stopped) return;
    const found = emits.get(tabId) ?? { timer: undefined, at: 0, emitted: '', told: NOBODY };
    emits.set(tabId, found);
    found.timer ??= setTimeout(
      () => {
        found.timer = undefined;
        found.at = Date.now();
        const presence = of(tabId);
        const local = localOf(tabId);
        if (JSON.stringify(presence) !== found.emitted) emit?.(presence);
        if (JSON.stringify(local) !== found.told) say({ says: 'people', tabId, ...local });
        found.emitted = JSON.stringify(presence);
        found.told = JSON.stringify(local);
        if (presence.here.length === 0) emits.delete(tabId);
      },
      Math.max(0, found.at + EMIT_MS - Date.now()),
    );
  };

  const forget = (process: string) => {
    const gone = others.get(process);
    others.delete(process);
    for (const tabId of gone?.tabs.keys() ?? []) changed(tabId);
  };

  const hear = ({ process, says, tabId, here = [], choosing = [] }: z.infer<typeof messageSchema>) => {
    if (process === self) return;
    if (says === 'bye') return forget(process);
    const other = others.get(process) ?? { heardAt: 0, tabs: new Map() };
    const isNew = !others.has(process);
    others.set(process, other);
    other.heardAt = Date.now();
    if (says === 'hello' || isNew) tellAll();
    if (says !== 'people' || tabId === undefined) return;
    if (here.length > 0) other.tabs.set(tabId, { here, choosing });
    else other.tabs.delete(tabId);
    changed(tabId);
  };
  const tellAll = () => {
    say({ says: 'alive' });
    for (const tabId of tabs.keys()) say({ says: 'people', tabId, ...localOf(tabId) });
  };

  options.listener.on(PRESENCE_CHANNEL, {
    onPayload: (payload) => hear(messageSchema.parse(JSON.parse(payload))),
    onGap: () => say({ says: 'hello' }),
  });
  // Both run in every API process, for its own sockets.
  const alive = setInterval(() => {
    if (others.size > 0) say({ says: 'alive' });
    for (const [process, { heardAt }] of others) if (Date.now() - heardAt > 3 * ALIVE_MS) forget(process);
  }, ALIVE_MS);
  const note = (participantIds: readonly string[]) => {
    if (participantIds.length === 0) return;
    noteSeen(orders, participantIds).catch((error: unknown) =>
      logger.warn({ err: error }, 'it could not be noted who is here'),
    );
  };
  const noting = setInterval(() => note([...tabs.values()].flatMap((people) => [...people.keys()])), NOTE_MS);

  return {
    of,
    onChanged: (listener) => (emit = listener),
    isHere: (tabId, participantId) =>
      tabs.get(tabId)?.has(participantId) === true ||
      [...others.values()].some((other) => other.tabs.get(tabId)?.here.includes(participantId)),
    open: (tabId, participantId) => {
      const people = tabs.get(tabId) ?? (new Map() as People);
      tabs.set(tabId, people);
      const person = people.get(participantId) ?? { screens: 0, choosing: 0, leaving: undefined };
      people.set(participantId, person);
      clearTimeout(person.leaving);
      person.leaving = undefined;
      if (person.screens === 0) note([participantId]);
      person.screens += 1;
      let isChoosing = false;
      let isOpen = true;
      const choose = (now: boolean) => {
        if (now === isChoosing) return;
        isChoosing = now;
        person.choosing += now ? 1 : -1;
        changed(tabId);
      };
      changed(tabId);
      return {
        choose: (now) => {
          if (isOpen) choose(now);
        },
        close: (atOnce = false) => {
          if (!isOpen) return;
          isOpen = false;
          choose(false);
          person.screens -= 1;
          if (person.screens > 0 || stopped) return;
          person.leaving = setTimeout(
            () => {
              people.delete(participantId);
              if (people.size === 0 && tabs.get(tabId) === people) tabs.delete(tabId);
              note([participantId]);
              changed(tabId);
            },
            atOnce ? 0 : GRACE_MS,
          );
        },
      };
    },
    stop: async () => {
      stopped = true;
      clearInterval(alive);
      clearInterval(noting);
      for (const { timer } of emits.values()) clearTimeout(timer);
      for (const people of tabs.values()) for (const { leaving } of people.values()) clearTimeout(leaving);
      say({ says: 'bye' });
      await saying;
    },
  };
}

const NOBODY = JSON.stringify({ here: [], choosing: [] });
