import type { Tab } from '../../domain/contract/tabs.ts';
import { applyTabPatch } from '../../domain/patch.ts';
import type { TabChanged, TabRounds } from '../../domain/socket.ts';
import type { Seated } from './tabs.ts';
import type { WatchingSocket } from './visitor.ts';

/** A screen that follows a tab: applies patches as the pages do, and keeps every version that it is told of. */
export class Screen {
  tab: Tab;
  readonly changes: TabChanged[] = [];
  /** The tab with what happens to its rounds between its versions. */
  live: Tab;
  readonly news: TabRounds[] = [];
  here: readonly string[] = [];
  choosing: readonly string[] = [];
  readonly socket: WatchingSocket;

  private constructor(socket: WatchingSocket, tab: Tab) {
    this.socket = socket;
    this.tab = tab;
    this.live = tab;
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
    socket.on('tab:rounds', (news) => screen.#takeRounds(news));
    for (const change of held) screen.#take(change);
    return screen;
  }

  #take(change: TabChanged): void {
    this.changes.push(change);
    if (change.version > this.tab.version) this.tab = { ...this.tab, version: change.version };
    if (!change.patch) return;
    this.tab = applyTabPatch(this.tab, change.patch);
    this.live = applyTabPatch(this.live, change.patch);
  }

  #takeRounds(news: TabRounds): void {
    this.news.push(news);
    this.live = applyTabPatch(this.live, news.patch);
  }

  get versions(): number[] {
    return this.changes.map(({ version }) => version);
  }
}

/** A tab without who is here, which has no version. */
export function withoutPresence({ participants, ...rest }: Tab): object {
  return { ...rest, participants: participants.map(({ isHere: _, ...one }) => one) };
}
