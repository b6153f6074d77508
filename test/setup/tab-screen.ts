import type { Tab } from '../../domain/contract/tabs.ts';
import type { TabChanged, TabPatch } from '../../domain/socket.ts';
import type { Seated } from './tabs.ts';
import type { WatchingSocket } from './visitor.ts';

/** A screen that follows a tab: applies patches as the pages do, and keeps every version that it is told of. */
export class Screen {
  tab: Tab;
  readonly changes: TabChanged[] = [];
  here: readonly string[] = [];
  choosing: readonly string[] = [];
  readonly socket: WatchingSocket;

  private constructor(socket: WatchingSocket, tab: Tab) {
    this.socket = socket;
    this.tab = tab;
  }

  static async open(who: Seated, options: { url?: string; since?: number } = {}): Promise<Screen> {
    const socket = await who.who.connect(
      options.url === undefined ? {} : { url: options.url, origin: options.url },
    );
    const held: TabChanged[] = [];
    const hold = (change: TabChanged) => void held.push(change);
    socket.on('tab:changed', hold);
    const { since } = options;
    const answer = await socket.emitWithAck('tab:watch', {
      tabId: who.tab.id,
      ...(since !== undefined && { since }),
      ...(who.guestToken !== undefined && { guestToken: who.guestToken }),
    });
    if ('error' in answer) throw new Error(answer.error.code);
    const screen = new Screen(socket, answer.tab);
    screen.here = answer.presence.here;
    socket.off('tab:changed', hold);
    socket.on('tab:changed', (change) => screen.#take(change));
    socket.on('tab:presence', ({ here, choosing }) => Object.assign(screen, { here, choosing }));
    for (const change of held) screen.#take(change);
    return screen;
  }

  #take(change: TabChanged): void {
    this.changes.push(change);
    if (change.version > this.tab.version) this.tab = { ...this.tab, version: change.version };
    if (change.patch) this.tab = patched(this.tab, change.patch);
  }

  get versions(): number[] {
    return this.changes.map(({ version }) => version);
  }
}

/** A tab without who is here, which has no version. */
export function withoutPresence({ participants, ...rest }: Tab): object {
  return { ...rest, participants: participants.map(({ isHere: _, ...one }) => one) };
}

/** Applies a patch, as domain/socket.ts describes it. */
export function patched(tab: Tab, { fields, removedLines = [], ...lists }: TabPatch): Tab {
  const merged = <Item>(old: readonly Item[], items: readonly Item[] = [], keyOf: (item: Item) => string) => {
    const news = new Map(items.map((item) => [keyOf(item), item]));
    const kept = old.map((item) => news.get(keyOf(item)) ?? item);
    const known = new Set(old.map(keyOf));
    return [...kept, ...items.filter((item) => !known.has(keyOf(item)))];
  };
  const lines = merged(tab.lines, lists.lines, ({ id }) => id).filter(({ id }) => !removedLines.includes(id));
  return {
    ...tab,
    ...fields,
    lines,
    participants: merged(tab.participants, lists.participants, ({ id }) => id),
    rounds: merged(tab.rounds, lists.rounds, ({ orderId }) => orderId),
    parts: merged(tab.parts, lists.parts, ({ participantId }) => participantId),
  };
}
