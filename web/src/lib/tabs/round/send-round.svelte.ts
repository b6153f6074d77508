import type { Tab } from '#domain/contract/tabs.ts';
import type { SplitInput } from '#domain/contract/tabs.ts';
import { isApiError, sentenceFor, type ApiError } from '../../api/api-error.ts';
import { CommandKey } from '../../api/idempotency-key.ts';
import { previewRound, sendRound, type RoundPreview } from '../../api/rounds.ts';
import { rememberRunning } from '../../orders/running-ids.ts';
import { guestTokens } from '../../people/guest-tokens.ts';
import type { LiveTab } from '../live-tab.svelte.ts';
import { emptyDraft, fillCustom, splitOf, type SplitDraft, type SplitGround } from './split-draft.ts';

/** Time without typing before a split is worked out. */
const PAUSE = 250;

/** Why a round was not sent. */
export type SendProblem =
  | { readonly kind: 'prices'; readonly beforeAmount: number; readonly amount: number }
  | { readonly kind: 'stock'; readonly shortages: readonly Shortage[] }
  | { readonly kind: 'words'; readonly text: string };
interface Shortage {
  readonly variantId: string;
  readonly requested: number;
  readonly available: number;
}

/** Sending a tab's basket: the split that its host chooses, how it turns out, and why it was not sent. */
export class SendRound {
  draft: SplitDraft = $state(emptyDraft(''));
  isSending = $state(false);
  problem: SendProblem | undefined = $state.raw();
  /** Why the split could not be worked out. */
  failure: ApiError | undefined = $state.raw();

  readonly #live: LiveTab;
  readonly #key = new CommandKey();
  #preview: RoundPreview | undefined = $state.raw();
  /** The split and the basket that the preview is of. */
  #previewOf = $state('');
  #asking: AbortController | undefined;
  #isFilled = false;

  readonly ground: SplitGround = $derived.by(() => ({
    currency: this.#live.tab?.currency ?? 'eur',
    participantIds: payersIn(this.#live.tab),
    totalAmount: this.#preview?.totalAmount ?? this.#live.tab?.basketAmount ?? 0,
  }));
  /** Undefined while what is filled in is no split. */
  readonly split: SplitInput | undefined = $derived.by(() => splitOf(this.draft, this.ground));
  /** What the page asks for: changes with the split and with the basket. */
  readonly question: string = $derived.by(() =>
    JSON.stringify([this.split ?? null, this.#live.tab?.lines.map(({ id, version }) => [id, version])]),
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

  /** Fills in the forms once it is known who is in the tab and what each owes. */
  prepare(tab: Tab): void {
    if (this.draft.treats[0]?.payerId === '') this.draft.treats[0].payerId = tab.host;
    if (this.#isFilled || tab.lines.length === 0) return;
    this.#isFilled = true;
    const own = new Map(tab.parts.map(({ participantId, amount }) => [participantId, amount]));
    fillCustom(this.draft, this.ground, own);
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

  /** Sends the basket as it is shown. Returns the round's order, or undefined if it was not sent. */
  async send(): Promise<string | undefined> {
    const { split, preview } = this;
    if (!split || !preview || this.isSending) return undefined;
    this.isSending = true;
    this.problem = undefined;
    const { tabId } = this.#live;
    const body = { split, expectedAmount: preview.totalAmount };
    try {
      const { order } = await this.#key.run(body, (key) => sendRound(tabId, body, key));
      const token = guestTokens.of(tabId);
      if (token !== undefined) guestTokens.remember(order.id, token);
      rememberRunning(order.id);
      return order.id;
    } catch (error) {
      this.problem = this.#problemOf(error, preview.totalAmount);
      await this.#live.read();
      void this.#ask(this.question);
      return undefined;
    } finally {
      this.isSending = false;
    }
  }

  async #ask(question: string): Promise<void> {
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    // While what is filled in is no split, the total is still worth knowing.
    const split = this.split ?? { kind: 'own' as const };
    try {
      const preview = await previewRound(this.#live.tabId, { split }, asking.signal);
      if (asking.signal.aborted) return;
      this.#preview = preview;
      this.#previewOf = question;
      this.failure = undefined;
    } catch (error) {
      if (asking.signal.aborted) return;
      if (!isApiError(error)) throw error;
      this.failure = error;
    }
  }

  #problemOf(error: unknown, beforeAmount: number): SendProblem {
    if (isApiError(error, 'version_conflict')) {
      const amount = error.detail('totalAmount');
      if (typeof amount === 'number') return { kind: 'prices', beforeAmount, amount };
    }
    if (isApiError(error, 'out_of_stock')) {
      const shortages = error.detail('shortages');
      if (Array.isArray(shortages)) return { kind: 'stock', shortages: shortages as Shortage[] };
    }
    return { kind: 'words', text: sentenceFor(error) };
  }
}

/** Returns who may be asked to pay: everybody in the tab, and whose lines are in the basket. */
function payersIn(tab: Tab | null): string[] {
  if (!tab) return [];
  const concerned = new Set(
    tab.lines.flatMap((line) => [
      line.participantId,
      ...line.sharedBetween.map(({ participantId }) => participantId),
    ]),
  );
  return tab.participants.flatMap(({ id, hasLeft }) => (!hasLeft || concerned.has(id) ? [id] : []));
}
