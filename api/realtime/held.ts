/**
 * What this process keeps current for all who watch it, orders or tabs: one read per change, however many watch. Any
 * number of processes do so independently. The caller says what may have changed; nothing is lost if it says so twice.
 */

import { createPauses } from './pauses.ts';

interface Versioned {
  readonly version: number;
}

/** Changes that are kept for those who come back. */
const KEPT_EVENTS = 100;

/** Something that is held, as all its watchers on this process have it. */
export interface Live<State> {
  readonly state: State;
}

export interface Held<State, Event> {
  /**
   * Keeps it current from now on, and returns it, at least as new as this call; undefined if there is none. Every call
   * needs a `release`.
   */
  hold(id: string): Promise<Live<State> | undefined>;
  release(id: string): void;
  /** Returns what is held of it now. */
  get(id: string): State | undefined;
  ids(): string[];
  /** Reads those again that are held, each once a pause. `whole`: also those without a new version. */
  hear(ids: readonly string[], options?: { readonly whole?: boolean }): void;
  /** Reads one that is held again; resolves when every change committed before this call is known. */
  refresh(id: string): Promise<void>;
  /** Returns the events of a held one above a version, oldest first, up to what is held. */
  eventsSince(id: string, version: number): Promise<Event[]>;
  /** Ends all pauses, and resolves when nothing is being read. */
  settled(): Promise<void>;
}

export function createHeld<State, Event extends Versioned>(options: {
  readonly whatIs: (state: State) => { readonly id: string; readonly version: number };
  readonly read: (id: string) => Promise<State | undefined>;
  /** Reads those of which there are events above a version, with these events, oldest first. */
  readonly readNews: (
    above: readonly { readonly id: string; readonly version: number }[],
  ) => Promise<readonly { readonly state: State; readonly events: readonly Event[] }[]>;
  readonly readEvents: (id: string, after: number) => Promise<readonly Event[]>;
  /** Receives every new state, with the events that lead to it: one per version, in order; none if it was read whole. */
  readonly onNews: (before: State, now: State, events: readonly Event[]) => void;
  readonly onError: (error: unknown, ids: readonly string[]) => void;
  /** How long what was heard of one waits after it was read for that: what many do at once is read and told together. */
  readonly pauseMs?: number;
}): Held<State, Event> {
  const { whatIs, onNews, pauseMs = 0 } = options;
  interface Entry {
    state: State;
    holders: number;
    /** The newest events, oldest first. */
    recent: readonly Event[];
  }
  const held = new Map<string, Entry>();
  /** What is to be read again, with those who wait for it. */
  let changed = new Map<string, { readonly done: PromiseWithResolvers<void>; isWhole: boolean }>();
  let reading: Promise<void> | undefined;

  const reread = (id: string, isWhole: boolean): Promise<void> => {
    const waiting = changed.get(id) ?? { done: Promise.withResolvers<void>(), isWhole };
    waiting.isWhole ||= isWhole;
    changed.set(id, waiting);
    reading ??= readChanged().finally(() => (reading = undefined));
    return waiting.done.promise;
  };

  const readChanged = async () => {
    // Changes of the same moment are read together.
    await Promise.resolve();
    while (changed.size > 0) {
      const batch = changed;
      changed = new Map();
      try {
        await tell([...batch].map(([id, { isWhole }]) => ({ id, isWhole })));
        for (const { done } of batch.values()) done.resolve();
      } catch (error) {
        for (const { done } of batch.values()) done.reject(error);
      }
    }
  };

  const tell = async (wanted: readonly { readonly id: string; readonly isWhole: boolean }[]) => {
    const above = wanted.flatMap(({ id, isWhole }) => {
      const entry = held.get(id);
      return entry ? [{ id, version: whatIs(entry.state).version - (isWhole ? 1 : 0) }] : [];
    });
    if (above.length === 0) return;
    for (const { state, events } of await options.readNews(above)) {
      const entry = held.get(whatIs(state).id);
      if (entry) advance(entry, state, events);
    }
  };

  const advance = (entry: Entry, state: State, events: readonly Event[]) => {
    const before = entry.state;
    const { version } = whatIs(before);
    if (whatIs(state).version < version) return;
    const news = events.filter((event) => event.version > version);
    entry.state = state;
    entry.recent = [...entry.recent, ...news].slice(-KEPT_EVENTS);
    onNews(before, state, news);
  };

  const loads = new Map<string, Promise<Entry | undefined>>();
  const load = async (id: string): Promise<Entry | undefined> => {
    const state = await options.read(id);
    if (!state) return undefined;
    const entry: Entry = { state, holders: 0, recent: [] };
    held.set(id, entry);
    return entry;
  };
  const find = (id: string): Promise<Entry | undefined> => {
    const known = held.get(id);
    if (known) return Promise.resolve(known);
    const loading = loads.get(id) ?? load(id).finally(() => loads.delete(id));
    loads.set(id, loading);
    return loading;
  };
  const release = (id: string) => {
    const entry = held.get(id);
    if (!entry) return;
    entry.holders -= 1;
    if (entry.holders > 0) return;
    held.delete(id);
    pauses.forget(id);
  };

  const pauses = createPauses(pauseMs, (ids, isWhole) => {
    Promise.all(ids.map((id) => reread(id, isWhole))).catch((error: unknown) => options.onError(error, ids));
  });

  return {
    hold: async (id) => {
      const entry = await find(id);
      if (!entry) return undefined;
      entry.holders += 1;
      // Another holder may have released it between the read and now.
      held.set(id, entry);
      try {
        await reread(id, false);
      } catch (error) {
        release(id);
        throw error;
      }
      return entry;
    },
    release,
    get: (id) => held.get(id)?.state,
    ids: () => [...held.keys()],
    hear: (ids, { whole = false } = {}) =>
      pauses.hear(
        ids.filter((id) => held.has(id)),
        whole,
      ),
    refresh: (id) => reread(id, false),
    eventsSince: async (id, since) => {
      const entry = held.get(id)!;
      const { version } = whatIs(entry.state);
      const isKept = since >= version || (entry.recent[0]?.version ?? Infinity) <= since + 1;
      const past = isKept ? [] : await options.readEvents(id, since);
      const known = past.at(-1)?.version ?? since;
      return [
        ...past.filter((event) => event.version <= whatIs(entry.state).version),
        ...entry.recent.filter((event) => event.version > known),
      ];
    },
    settled: async () => {
      for (const id of held.keys()) pauses.forget(id);
      await reading;
    },
  };
}
