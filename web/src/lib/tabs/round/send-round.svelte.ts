import type { TabLine } from '#domain/contract/basket.ts';
import type { SplitInput } from '#domain/contract/rounds.ts';
import type { Tab } from '#domain/contract/tabs.ts';
import { isApiError, type ApiError } from '../../api/api-error.ts';
import { CommandKey } from '../../api/idempotency-key.ts';
import { previewRound, sendRound, type RoundPreview } from '../../api/rounds.ts';
import { rememberRunning } from '../../orders/running-ids.ts';
import { guestTokens } from '../../people/guest-tokens.ts';
import type { LiveTab } from '../live-tab.svelte.ts';
import { computeParts } from '../parts.ts';
import { offMenuIn, sendProblemOf, type SendProblem } from './send-problem.ts';
import { emptyDraft, fillCustom, splitOf, type SplitDraft, type SplitGround } from './split-draft.ts';

/** Time without typing before a split is worked out. */
const PAUSE = 250;

/** Sending lines of a tab's basket: the split that its host chooses, how it turns out, and why it was not sent. */
export class SendRound {
  draft: SplitDraft = $state(emptyDraft(''));
  /** Lines that stay in the basket for a later round. */
  heldIds: string[] = $state([]);
  isSending = $state(false);
  problem: SendProblem | undefined = $state.raw();
  /** Why the split could not be worked out. */
  failure: ApiError | undefined = $state.raw();

  readonly #live: LiveTab;
  readonly #key = new CommandKey();
  #preview: RoundPreview | undefined = $state.raw();
  /** The split and the lines that the preview is of. */
  #previewOf = $state('');
  #asking: AbortController | undefined;
  /** The custom parts as they were filled in, until she has typed others. */
  #filled: string | undefined;

  /** The lines that go now: all, but for those that are held back. */
  readonly lines: readonly TabLine[] = $derived.by(() =>
    (this.#live.tab?.lines ?? []).filter(({ id }) => !this.heldIds.includes(id)),
  );
  readonly ground: SplitGround = $derived.by(() => ({
    currency: this.#live.tab?.currency ?? 'eur',
    participantIds: payersIn(this.#live.tab, this.lines),
    lineIds: this.lines.map(({ id }) => id),
    totalAmount: this.#preview?.totalAmount ?? this.lines.reduce((sum, { amount }) => sum + amount, 0),
  }));
  /** Undefined while what is filled in is no split. */
  readonly split: SplitInput | undefined = $derived.by(() => splitOf(this.draft, this.ground));
  /** What the page asks for: changes with the split and with the lines. */
  readonly question: string = $derived.by(() =>
    JSON.stringify([this.split ?? null, this.lines.map(({ id, version }) => [id, version])]),
  );
  /** How the split turns out; undefined until it is worked out for what the page shows. */
  readonly preview: RoundPreview | undefined = $derived.by(() =>
    this.split && this.#previewOf === this.question ? this.#preview : undefined,
  );
  /** The last one that was worked out, for a page that does not jump meanwhile. */
  readonly lastPreview: RoundPreview | undefined = $derived(this.#preview);

  constructor(live: LiveTab) {
    this.#live = live;
  }

  /** Fills in the forms with what each owes of the lines that go now, until she fills in something else. */
  prepare(): void {
    const { tab } = this.#live;
    if (!tab || this.lines.length === 0) return;
    if (this.draft.treats[0]?.payerId === '') this.draft.treats[0].payerId = tab.host;
    const typed = (): string => JSON.stringify([this.draft.amounts, this.draft.percents]);
    if (this.#filled !== undefined && this.#filled !== typed()) return;
    const parts = computeParts(tab.currency, this.lines);
    fillCustom(this.draft, this.ground, new Map(tab.participants.map(({ id }) => [id, parts.of(id)])));
    this.#filled = typed();
  }

  /** Leaves lines in the basket for a later round. */
  hold(lineIds: readonly string[]): void {
    this.heldIds = [...new Set([...this.heldIds, ...lineIds])];
    this.problem = undefined;
  }

  /** Works the split out after a pause in typing. Returns a function that gives it up. */
  follow(question: string): () => void {
    const timer = setTimeout(() => void this.#ask(question), this.#preview ? PAUSE : 0);
    return () => clearTimeout(timer);
  }

  /** Works it out again after a failure. */
  retry(): void {
    void this.#ask(this.question);
  }

  /** Sends the lines as they are shown. Returns the round's order, or undefined if it was not sent. */
  async send(): Promise<string | undefined> {
    const { split, preview, lines } = this;
    if (!split || !preview || this.isSending) return undefined;
    this.isSending = true;
    this.problem = undefined;
    const { tabId } = this.#live;
    const body = { ...this.#chosen(), split, expectedAmount: preview.totalAmount };
    try {
      const { order } = await this.#key.run(body, (key) => sendRound(tabId, body, key));
      const token = guestTokens.of(tabId);
      if (token !== undefined) guestTokens.remember(order.id, token);
      rememberRunning(order.id);
      return order.id;
    } catch (error) {
      await this.#live.read();
      this.problem = sendProblemOf(error, { lines, amount: preview.totalAmount, now: this.#live.tab });
      void this.#ask(this.question);
      return undefined;
    } finally {
      this.isSending = false;
    }
  }

  /** The lines to name in a request: none, if the whole basket goes. */
  #chosen(): { lineIds?: string[] } {
    const isAll = this.lines.length === this.#live.tab?.lines.length;
    return isAll ? {} : { lineIds: this.lines.map(({ id }) => id) };
  }

  async #ask(question: string): Promise<void> {
    this.#asking?.abort();
    if (this.lines.length === 0) return;
    const asking = (this.#asking = new AbortController());
    // While what is filled in is no split, the total is still worth knowing.
    const split = this.split ?? { kind: 'own' as const };
    try {
      const preview = await previewRound(this.#live.tabId, { ...this.#chosen(), split }, asking.signal);
      if (asking.signal.aborted) return;
      this.#preview = preview;
      this.#previewOf = question;
      this.failure = undefined;
    } catch (error) {
      if (asking.signal.aborted) return;
      if (!isApiError(error)) throw error;
      const offMenu = offMenuIn(error, this.lines);
      if (offMenu) this.problem = offMenu;
      else this.failure = error;
    }
  }
}

/** Returns who may be asked to pay: everybody in the tab, and those whom the lines concern. */
function payersIn(tab: Tab | null, lines: readonly TabLine[]): string[] {
  if (!tab) return [];
  const concerned = new Set(
    lines.flatMap((line) => [
      line.participantId,
      ...line.sharedBetween.map(({ participantId }) => participantId),
    ]),
  );
  return tab.participants.flatMap(({ id, hasLeft }) => (!hasLeft || concerned.has(id) ? [id] : []));
}
