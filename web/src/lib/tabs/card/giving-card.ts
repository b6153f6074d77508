import * as m from '#messages';
import { isUnanswered } from '../../api/api-error.ts';
import { CommandKey } from '../../api/idempotency-key.ts';
import { beginTabCard, giveTabCard } from '../../api/tab-cards.ts';
import { BankWindow } from '../../stripe/bank-window.ts';
import type { LiveTab } from '../live-tab.svelte.ts';
import { keepCard, type CardInput } from './keep-card.ts';

/** What she gives: a saved card, or the form of a new one; undefined while neither is there. See `CardChoice`. */
interface CardSource {
  readonly chosenOne: () => { readonly id: string } | CardInput | undefined;
}

interface Giver {
  readonly name: string;
  /** The address that she has typed; absent if the shop knows one. */
  readonly email?: string;
}

/** Giving a card for what a tab will owe: Stripe keeps it, then the tab has it. Charges nothing. */
export class GivingCard {
  readonly #live: LiveTab;
  readonly #bank = new BankWindow();
  readonly #key = new CommandKey();
  /** What Stripe keeps, and the tab may not have yet: the next press gives it again. */
  #kept: string | undefined;

  constructor(live: LiveTab) {
    this.#live = live;
  }

  /** Closes the bank's window. Returns whether it was open. */
  leaveBank(): boolean {
    const { isOpen } = this.#bank;
    this.#bank.close();
    return isOpen;
  }

  /**
   * `given` once the tab has it; otherwise as `keepCard`. Throws ApiError; if it has no answer, the next call gives the
   * same card.
   */
  async give(
    choice: CardSource | undefined,
    giver: Giver,
  ): Promise<'given' | { readonly problem: string } | undefined> {
    const card = await this.#prepare(choice, giver);
    if (!card || 'problem' in card) return card;
    try {
      await this.#live.send(() => giveTabCard(this.#live.tabId, card));
      this.#kept = undefined;
      return 'given';
    } catch (error) {
      if (!isUnanswered(error)) this.#kept = undefined;
      throw error;
    }
  }

  async #prepare(
    choice: CardSource | undefined,
    { name, email }: Giver,
  ): Promise<Parameters<typeof giveTabCard>[1] | { readonly problem: string } | undefined> {
    if (this.#kept !== undefined) return { setupIntentId: this.#kept };
    const chosen = choice?.chosenOne();
    if (!chosen) return { problem: m.cards.stillLoading() };
    if ('id' in chosen) return { paymentMethodId: chosen.id };
    const body = email === undefined ? {} : { email };
    let setupIntentId = '';
    const made = await keepCard(chosen, this.#bank, { name, ...body }, async () => {
      const intent = await this.#key.run(body, (key) => beginTabCard(this.#live.tabId, body, key));
      ({ setupIntentId } = intent);
      return intent;
    });
    if (made !== 'kept') return made;
    this.#kept = setupIntentId;
    return { setupIntentId };
  }
}
