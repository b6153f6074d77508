/** A phone that shows a tab: follows it by socket as a page does, and notes whatever a page would stumble over. */

import type { Tab, TabViewer } from '../../domain/contract/tabs.ts';
import { applyTabPatch } from '../../domain/patch.ts';
import type { TabChanged } from '../../domain/socket.ts';
import type { Visitor, WatchingSocket } from '../setup/visitor.ts';
import { until } from '../harness/until.ts';

export class StrictScreen {
  readonly #socket: WatchingSocket;
  tab: Tab;
  viewer: TabViewer;
  /** Set once the tab said that she is not in it any more. */
  isOut = false;
  /** Versions that came twice, too late or not at all, and news after the end. */
  readonly problems: string[] = [];
  #wake: (() => void)[] = [];

  private constructor(socket: WatchingSocket, answer: { tab: Tab; viewer: TabViewer }) {
    this.#socket = socket;
    this.tab = answer.tab;
    this.viewer = answer.viewer;
  }

  /** Opens it. With `since`, the missed versions must come first, each once. Throws the failure if it may not watch. */
  static async open(
    who: Visitor,
    {
      tabId,
      guestToken,
      since,
    }: { tabId: string; guestToken: string | undefined; since?: number | undefined },
  ): Promise<StrictScreen> {
    const socket = await who.connect();
    const early: TabChanged[] = [];
    let take = (change: TabChanged): void => void early.push(change);
    socket.on('tab:changed', (change) => {
      if (change.tabId === tabId) take(change);
    });
    const answer = await socket.timeout(20_000).emitWithAck('tab:watch', {
      tabId,
      ...(since !== undefined && { since }),
      ...(guestToken !== undefined && { guestToken }),
    });
    if ('error' in answer) {
      socket.disconnect();
      throw Object.assign(new Error(answer.error.code), { code: answer.error.code });
    }
    const screen = new StrictScreen(socket, answer);
    take = (change) => screen.#take(change);
    screen.#expectMissed(early, since);
    return screen;
  }

  /** Waits until it shows this version, or a later one. */
  async reach(version: number): Promise<void> {
    await until(`version ${version}`, () => this.tab.version >= version || this.isOut, {
      next: () => new Promise((resolve) => this.#wake.push(resolve)),
      last: () => ({ version: this.tab.version, problems: this.problems }),
    });
  }

  choose(isChoosing: boolean): void {
    this.#socket.emit('tab:choose', { tabId: this.tab.id, isChoosing });
  }

  close(): void {
    this.#socket.disconnect();
  }

  #expectMissed(early: readonly TabChanged[], since: number | undefined): void {
    const versions = early.map(({ version }) => version);
    const wanted = Array.from(
      { length: since === undefined ? 0 : Math.max(0, this.tab.version - since) },
      (_, index) => since! + index + 1,
    );
    if (versions.join() !== wanted.join())
      this.problems.push(`missed ${wanted.join()}, got ${versions.join()}`);
  }

  #take(change: TabChanged): void {
    const { version, type, patch } = change;
    if (this.isOut) this.problems.push(`${type} ${version} after the end`);
    else if (version !== this.tab.version + 1) this.problems.push(`${version} after ${this.tab.version}`);
    const isHersToGo =
      patch === undefined && (type === 'left' || type === 'removed') && this.viewer.participantId !== null;
    this.tab = patch ? applyTabPatch(this.tab, patch) : { ...this.tab, version };
    this.#lastWithoutPatch = isHersToGo ? version : undefined;
    for (const wake of this.#wake.splice(0)) wake();
  }

  #lastWithoutPatch: number | undefined;

  /** The tab has told her last: it is expected that nothing comes any more. */
  async end(version: number): Promise<void> {
    await until(`the end at ${version}`, () => this.#lastWithoutPatch === version, {
      next: () => new Promise((resolve) => this.#wake.push(resolve)),
      last: () => ({ version: this.tab.version, problems: this.problems }),
    });
    this.isOut = true;
  }
}
