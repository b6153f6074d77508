import { isApiError, isUnanswered, type ApiError } from '../api/api-error.ts';
import type { ChangePreview } from '../api/changes.ts';

/** Time without a choice before the difference is worked out. */
const PAUSE = 250;

/** The order that is to be changed, as the page has it. */
export interface FollowedOrder {
  readonly order: { readonly version: number } | null;
  /** Reads it again. */
  read(): Promise<void>;
}

/**
 * What a choice costs more or gives back, asked of the API after each choice and each change of the order, by guests and
 * staff alike. Only the answer to the latest choice counts.
 */
export class Difference {
  /** The API's no to what is chosen. */
  refusal: ApiError | undefined = $state.raw();
  /** Why there was no answer. */
  failure: ApiError | undefined = $state.raw();

  #preview: ChangePreview | undefined = $state.raw();
  #previewOf: string | undefined = $state.raw();
  /** What the last answer, or the lack of one, is about. */
  #heardOf: string | undefined = $state.raw();
  readonly #live: FollowedOrder;
  readonly #choice: () => unknown;
  readonly #ask: (version: number, signal: AbortSignal) => Promise<ChangePreview>;
  #asking: AbortController | undefined;

  /** What is asked about: changes with the choice, and with the order. Undefined if nothing is chosen. */
  readonly question: string | undefined = $derived.by(() => {
    const choice = this.#choice();
    return choice === undefined ? undefined : JSON.stringify([this.#live.order?.version, choice]);
  });
  /** The difference for what the page shows; undefined while it is worked out. */
  readonly preview: ChangePreview | undefined = $derived(
    this.#previewOf === this.question ? this.#preview : undefined,
  );
  /** The last one that was worked out, for a page that does not jump meanwhile. */
  readonly last: ChangePreview | undefined = $derived(
    this.question === undefined ? undefined : this.#preview,
  );
  /** Whether it is being worked out. */
  readonly isBusy: boolean = $derived(this.question !== undefined && this.question !== this.#heardOf);

  /** `choice` returns what is chosen, undefined if it is nothing; `ask` works it out. */
  constructor(
    live: FollowedOrder,
    choice: () => unknown,
    ask: (version: number, signal: AbortSignal) => Promise<ChangePreview>,
  ) {
    this.#live = live;
    this.#choice = choice;
    this.#ask = ask;
  }

  /** Works it out after a pause in choosing. Returns a function that gives it up. */
  follow(question: string | undefined): () => void {
    const timer = setTimeout(() => void this.#work(question), this.#preview ? PAUSE : 0);
    return () => {
      clearTimeout(timer);
      this.#asking?.abort();
    };
  }

  /** Asks again about what is chosen now. */
  retry(): Promise<void> {
    return this.#work(this.question);
  }

  async #work(question: string | undefined): Promise<void> {
    this.#asking?.abort();
    this.failure = undefined;
    this.#heardOf = undefined;
    const { order } = this.#live;
    if (!order || question === undefined) {
      this.#preview = undefined;
      this.refusal = undefined;
      return;
    }
    const asking = (this.#asking = new AbortController());
    try {
      const preview = await this.#ask(order.version, asking.signal);
      if (asking.signal.aborted) return;
      this.#preview = preview;
      this.#previewOf = this.#heardOf = question;
      this.refusal = undefined;
    } catch (error) {
      if (asking.signal.aborted) return;
      if (!isApiError(error)) throw error;
      if (isUnanswered(error)) {
        this.failure = error;
        this.#heardOf = question;
        return;
      }
      // A newer version asks anew by itself.
      if (error.code !== 'version_conflict') {
        this.refusal = error;
        this.#heardOf = question;
      }
      if (error.code === 'version_conflict' || error.code === 'illegal_transition') await this.#live.read();
    }
  }
}
