import type { Tab, TabViewer } from '#domain/contract/tabs.ts';
import { applyTabPatch } from '#domain/patch.ts';
import type { TabChanged, TabPresence, TabRounds } from '#domain/socket.ts';
import { isApiError, type ApiError } from '../api/api-error.ts';
import { readTab, type TabAnswer } from '../api/tabs.ts';
import { connection } from '../live/connection.svelte.ts';
import { Following, SOCKET_FIRST } from '../live/following.ts';
import { judgeChange } from '../live/versions.ts';
import { isRefusal } from '../orders/refusal.ts';
import { guestTokens } from '../people/guest-tokens.ts';
import { hasOlderRound, withRoundsOf } from './rounds-of.ts';

/** Interval of HTTP reads while the tab is not followed. */
const POLL_WHILE_LOST = 4000;

/**
 * One tab, live from `start` to `stop`. After a gap or a reconnect it is watched again; while it is not followed, it is
 * read by HTTP. Its version never goes down.
 */
export class LiveTab {
  readonly tabId: string;
  tab: Tab | null = $state.raw(null);
  viewer: TabViewer | null = $state.raw(null);
  /** Participants with a connected screen. */
  here: ReadonlySet<string> = $state.raw(new Set());
  /** Those of them who are looking for something on the menu. */
  choosing: ReadonlySet<string> = $state.raw(new Set());
  /** Why there is nothing to show; cleared by the first data. */
  failure: ApiError | null = $state.raw(null);
  /** The viewer has lost access: she was removed, has left, or her session has ended. */
  refusal: ApiError | null = $state.raw(null);
  /** The last live change, for announcements. Null after a read. */
  lastChange: TabChanged | null = $state.raw(null);

  /** The last version that was told, with or without its patch. */
  #told = 0;
  readonly #following: Following<'tab'>;

  constructor(tabId: string) {
    this.tabId = tabId;
    this.#following = new Following({
      topic: 'tab',
      about: { tabId },
      readEvery: POLL_WHILE_LOST,
      request: () => {
        const guestToken = guestTokens.of(tabId);
        return { tabId, ...(guestToken === undefined ? {} : { guestToken }) };
      },
      takeWhole: (whole) => {
        this.accept(whole);
        this.#see(whole.presence);
      },
      takeChange: (change) => this.#take(change),
      besides: {
        'tab:presence': (presence: TabPresence) => this.#see(presence),
        'tab:rounds': (news: TabRounds) => this.#takeRounds(news),
      },
      refused: (error) => this.#fail(error),
      read: () => void this.read(),
    });
  }

  /** Whether every change is received. */
  readonly isLive = $derived(connection.state === 'live');

  /**
   * Starts following. On a connected page the socket alone is asked; otherwise the tab is read by HTTP during the
   * connect.
   */
  start(): void {
    if (this.tab !== null) this.#following.start();
    else this.#following.start(connection.isOpen ? SOCKET_FIRST : 0);
  }

  stop(): void {
    this.#following.stop();
  }

  /** Accepts a snapshot from elsewhere, such as a command's answer; drops an older one. */
  accept({ tab, viewer }: TabAnswer): void {
    if (!viewer.may.includes('tab.read')) return;
    if (this.tab && tab.version < this.tab.version) return;
    // Rounds go on without a version of the tab: an answer may be older than what the socket has told.
    const isBehind = this.tab && hasOlderRound(tab.rounds, this.tab.rounds);
    this.tab = isBehind ? withRoundsOf(this.tab!, tab) : tab;
    this.viewer = viewer;
    this.#told = Math.max(this.#told, tab.version);
    this.failure = null;
    this.refusal = null;
    this.#rememberToken(tab);
  }

  /** Sends a command and shows the tab as its answer has it. Throws ApiError. */
  async send(command: () => Promise<TabAnswer>): Promise<TabAnswer> {
    const answer = await command();
    this.accept(answer);
    return answer;
  }

  /** Reads the tab by HTTP. A failure is kept only while there is nothing to show. */
  async read(): Promise<void> {
    try {
      const answer = await readTab(this.tabId);
      this.accept(answer);
      this.lastChange = null;
      this.here = new Set(answer.tab.participants.filter(({ isHere }) => isHere).map(({ id }) => id));
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.#fail(error);
    }
  }

  /** The same token proves her in every round, in every payment of hers, and in the tab of which this one is a part now. */
  #rememberToken({ rounds, claims, payments, mergedInto }: Tab): void {
    const token = guestTokens.of(this.tabId);
    if (token === undefined) return;
    const own = [...claims, ...payments].filter(
      ({ participantId }) => participantId === this.viewer?.participantId,
    );
    for (const { orderId } of [...rounds, ...own]) guestTokens.remember(orderId, token);
    if (mergedInto !== null) guestTokens.remember(mergedInto, token);
  }

  #see({ tabId, here, choosing }: TabPresence): void {
    if (tabId !== this.tabId) return;
    this.here = new Set(here);
    this.choosing = new Set(choosing);
  }

  #takeRounds({ tabId, version, patch }: TabRounds): void {
    if (tabId !== this.tabId || this.tab === null || version < this.tab.version) return;
    if (!hasOlderRound(patch.rounds ?? [], this.tab.rounds)) this.tab = applyTabPatch(this.tab, patch);
  }

  #fail(error: ApiError): void {
    if (this.tab === null) this.failure = error;
    else if (isRefusal(error)) this.refusal = error;
  }

  #take(change: TabChanged): void {
    if (change.tabId !== this.tabId || this.tab === null) return;
    const verdict = judgeChange(this.#told, change.version);
    if (verdict === 'drop') return;
    if (verdict === 'gap') {
      this.#following.askAgain();
      return;
    }
    this.#told = change.version;
    this.lastChange = change;
    const { patch } = change;
    if (patch) {
      this.tab = applyTabPatch(this.tab, patch);
      this.#rememberToken(this.tab);
    }
    // The one who is taken out hears of it without a patch; a new host may do more than before.
    const mayBeOut = !patch && (change.type === 'removed' || change.type === 'left');
    if (mayBeOut || patch?.fields.host !== undefined) this.#following.askAgain();
  }
}
