import { isApiError, isUnanswered, type ApiError } from '../api/api-error.ts';
import type { ChangePreview } from '../api/changes.ts';
import type { LiveOrder } from '../live/live-order.svelte.ts';
import { changeProblemOf, type ChangeProblem } from './change-problem.ts';

/** Time without a choice before the difference is worked out. */
const PAUSE = 250;

/** What a choice costs more or gives back, asked of the API after each choice. Only the last answer counts. */
export class Difference {
  /** Why it cannot be had as it is on the page. */
  objection: ChangeProblem | undefined = $state.raw();
  /** Why it is not known. */
  failure: ApiError | undefined = $state.raw();

  #preview: ChangePreview | undefined = $state.raw();
  #previewOf: string | undefined = $state.raw();
  readonly #live: LiveOrder;
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

  /** `choice` returns what is chosen, undefined if it is nothing; `ask` works it out. */
  constructor(
    live: LiveOrder,
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
    return () => clearTimeout(timer);
  }

  retry(): Promise<void> {
    return this.#work(this.question);
  }

  async #work(question: string | undefined): Promise<void> {
    this.#asking?.abort();
    this.failure = undefined;
    const { order } = this.#live;
    if (!order || question === undefined) {
      this.#preview = undefined;
      this.objection = undefined;
      return;
    }
    const asking = (this.#asking = new AbortController());
    try {
      const preview = await this.#ask(order.version, asking.signal);
      if (asking.signal.aborted) return;
      this.#preview = preview;
      this.#previewOf = question;
      this.objection = undefined;
    } catch (error) {
      if (asking.signal.aborted) return;
      if (!isApiError(error)) throw error;
      if (isUnanswered(error)) {
        this.failure = error;
        return;
      }
      // A newer version asks anew by itself.
      if (error.code !== 'version_conflict') this.objection = changeProblemOf(error);
      if (error.code === 'version_conflict' || error.code === 'illegal_transition') await this.#live.read();
    }
  }
}
