import * as m from '#messages';
import { storeContact, storedContact } from '../checkout/contact.ts';
import { lineProblem } from '../forms/field-problems.ts';
import { session } from '../people/session.svelte.ts';

/** The name by which somebody comes to a tab: as typed, else as she was called before, else that of her account. */
export class CallerName {
  readonly #known = storedContact().name;
  #typed: string | undefined = $state();

  get value(): string {
    return this.#typed ?? (this.#known || (session.user?.name ?? ''));
  }

  set value(typed: string) {
    this.#typed = typed;
  }

  get problem(): string | undefined {
    return lineProblem(this.value, m.tab.nameMissing());
  }

  /** Keeps the name by which she came, for the next time. */
  keep(name: string): void {
    storeContact({ ...storedContact(), name });
  }
}
