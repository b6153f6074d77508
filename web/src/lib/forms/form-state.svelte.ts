import { tick } from 'svelte';
import { isApiError, sentenceFor } from '../api/api-error.ts';
import { hasProblems, readRefusal, type Problems } from './refused-fields.ts';

/**
 * One form while it is filled in and sent: what is wrong with which field, and a sentence where it is none. The names of
 * its fields are their paths in the request, so that a refusal of the API marks the field that it is about.
 */
export class FormState {
  /** One request at a time. */
  busy = $state(false);
  /** Why it could not be sent, when that is about no field. */
  failure = $state('');
  #tried = $state(false);
  #refused: Problems = $state.raw({});
  #element: HTMLElement | undefined;
  readonly #check: () => Problems;

  /** What is wrong, by field: what the API has refused, and from the first try on what the page finds itself. */
  readonly problems: Problems = $derived.by(() => ({
    ...(this.#tried ? this.#check() : {}),
    ...this.#refused,
  }));

  /** `check` finds what is wrong before anything is sent. */
  constructor(check: () => Problems = () => ({})) {
    this.#check = check;
  }

  /** For the element that holds the fields: `{@attach form.attach}`. What is changed is not refused any more. */
  readonly attach = (element: HTMLElement): (() => void) => {
    this.#element = element;
    const forget = ({ target }: Event): void => {
      const { name } = target as HTMLInputElement;
      if (this.#refused[name] !== undefined) this.#refused = { ...this.#refused, [name]: undefined };
    };
    element.addEventListener('input', forget);
    return () => element.removeEventListener('input', forget);
  };

  /** Does the work when the page finds nothing wrong; else, or when the API refuses, the focus goes to the first field. */
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

  /** Whether the page finds nothing wrong; from now on it says so. */
  async isComplete(): Promise<boolean> {
    this.#tried = true;
    this.#refused = {};
    this.failure = '';
    if (!hasProblems(this.#check())) return true;
    await this.#focusFirst();
    return false;
  }

  /** Marks the fields that the API refused, and goes to the first; what is about none of them is said as a whole. */
  async refuse(error: unknown): Promise<void> {
    const { problems, isAllTold } = readRefusal(error, this.#names());
    this.#refused = problems;
    this.failure = isAllTold ? '' : sentenceFor(error);
    if (hasProblems(problems)) await this.#focusFirst();
    // What is no answer of the API is a bug of the page, to be found in the log.
    if (!isApiError(error)) throw error;
  }

  /** As before anything was sent. */
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
