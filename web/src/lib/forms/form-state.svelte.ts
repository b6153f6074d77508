import { tick } from 'svelte';
import { isApiError, sentenceFor } from '../api/api-error.ts';
import { hasProblems, readRefusal, type Problems } from './refused-fields.ts';

/**
 * The state of a form: problems by field, and a sentence for problems without a field. Field names are paths in the
 * request, so that the API's refusal marks the right field.
 */
export class FormState {
  /** One request at a time. */
  busy = $state(false);
  /** Why submitting failed, if no field is concerned. */
  failure = $state('');
  #tried = $state(false);
  #refused: Problems = $state.raw({});
  #element: HTMLElement | undefined;
  readonly #check: () => Problems;

  /** Problems by field: the API's refusals and, after the first submit, the page's own checks. */
  readonly problems: Problems = $derived.by(() => ({
    ...(this.#tried ? this.#check() : {}),
    ...this.#refused,
  }));

  /** `check` finds problems before anything is sent. */
  constructor(check: () => Problems = () => ({})) {
    this.#check = check;
  }

  /** For the element that contains the fields: `{@attach form.attach}`. Input clears a field's refusal. */
  readonly attach = (element: HTMLElement): (() => void) => {
    this.#element = element;
    const forget = ({ target }: Event): void => {
      const { name } = target as HTMLInputElement;
      if (this.#refused[name] !== undefined) this.#refused = { ...this.#refused, [name]: undefined };
    };
    element.addEventListener('input', forget);
    return () => element.removeEventListener('input', forget);
  };

  /**
   * Runs the work if the page finds no problem. Otherwise, or if the API refuses, focuses the first field with a
   * problem.
   */
  async submit(work: () => Promise<unknown>): Promise<void> {
    if (this.busy || !(await this.isComplete())) return;
    this.busy = true;
    try {
      await work();
    } catch (error) {
      await this.refuse(error);
    } finally {
      this.busy = false;
    }
  }

  /** Returns whether the page finds no problem, and shows problems from now on. */
  async isComplete(): Promise<boolean> {
    this.#tried = true;
    this.#refused = {};
    this.failure = '';
    if (!hasProblems(this.#check())) return true;
    await this.#focusFirst();
    return false;
  }

  /** Marks the fields that the API refused and focuses the first; other problems are shown for the whole form. */
  async refuse(error: unknown): Promise<void> {
    const { problems, isAllTold, rest } = readRefusal(error, this.#names());
    this.#refused = problems;
    this.failure = isAllTold ? '' : (rest ?? sentenceFor(error));
    if (hasProblems(problems)) await this.#focusFirst();
    // Anything but an API error is a bug of the page, and is logged.
    if (!isApiError(error)) throw error;
  }

  /** Resets to the state before any submit. */
  reset(): void {
    this.#tried = false;
    this.#refused = {};
    this.failure = '';
  }

  #names(): string[] {
    const fields = this.#element?.querySelectorAll<HTMLInputElement>('[name]') ?? [];
    return [...fields].map(({ name }) => name);
  }

  async #focusFirst(): Promise<void> {
    await tick();
    this.#element?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }
}
