import type { PlaceOrder } from '#domain/contract/orders.ts';
import { isUnusualTip } from '#domain/tip.ts';
import { newIdempotencyKey } from '../api/idempotency-key.ts';
import { findOrder, placeOrder } from '../api/orders.ts';
import { toLineInput } from '../cart/cart-line.ts';
import { paymentOf, type ChosenCard } from '../cards/chosen-card.ts';
import type { CartLine } from '../cart/cart-line.ts';
import { cart } from '../cart/cart.svelte.ts';
import { priced } from '../cart/priced.svelte.ts';
import { session } from '../session/session.svelte.ts';
import { emailProblem, nameProblem } from '../forms/field-problems.ts';
import { storeContact, storedContact } from './contact.ts';
import { keptAttempt, oneTabAtATime } from './kept-attempt.ts';
import type { Outcome } from './outcome.ts';
import { NO_PLACE, placeInput, placeProblems, type PlaceDraft } from './place.ts';
import { createPlacement, type Attempt } from './placement.ts';
import { tipAmountOf, type TipChoice } from './tip.ts';
import { spots } from './spots.svelte.ts';
import { tipProblem } from './tip-problem.ts';
import { visit } from './visit.svelte.ts';

/** By card, with the order; or in cash at the counter, after it. */
export type PayAt = 'card' | 'counter';

/** What a customer fills in at the checkout, and sending it. One per visit of the page. */
export class Checkout {
  /** Where she is, until she chooses otherwise: known from before, or from the code on her table. */
  place: PlaceDraft = $derived(visit.place ?? NO_PLACE);
  contact = $state(storedContact());
  payAt: PayAt = $state('card');
  tip: TipChoice = $state({ kind: 'percent', percent: 0 });
  /** The attempt that was sent and has no final answer: only that one can be asked for. */
  unanswered: Attempt | undefined = $state.raw(keptAttempt.read());

  /** A new total that the API named and the customer saw; it holds for the very cart it was named for. */
  #named: { readonly lines: readonly CartLine[]; readonly amount: number } | undefined = $state.raw();

  /** The bill as the customer is shown it, tip apart. */
  readonly billAmount = $derived(this.#named?.lines === cart.lines ? this.#named.amount : priced.totalAmount);
  readonly typedTip = $derived(tipAmountOf(this.tip, this.billAmount, priced.currency));
  /** Who pays at the counter leaves the tip there. */
  readonly tipAmount = $derived(this.payAt === 'card' ? (this.typedTip ?? 0) : 0);
  readonly totalAmount = $derived(this.billAmount + this.tipAmount);
  readonly hasUnusualTip = $derived(isUnusualTip(this.tipAmount, this.billAmount));
  /** What is wrong, by the path of the field in the order. */
  readonly problems = $derived.by(() => ({
    ...placeProblems(this.place, spots.offers(this.place)),
    ...(session.user
      ? {}
      : {
          'contact.name': nameProblem(this.contact.name),
          'contact.email': emailProblem(
            this.contact.email,
            'A mail address, please: the receipt and the link to your order go there.',
          ),
        }),
    'payment.tipAmount':
      this.payAt === 'card' ? tipProblem(this.typedTip, this.billAmount, priced.currency) : undefined,
  }));

  readonly #placement = createPlacement({
    post: placeOrder,
    find: findOrder,
    newSecret: newIdempotencyKey,
    kept: keptAttempt,
    exclusively: oneTabAtATime,
  });

  /** A card is asked for: there is something to pay, and it is not paid at the counter. */
  get needsCard(): boolean {
    return this.payAt === 'card' && this.totalAmount > 0;
  }

  /** Who pays, for the card. */
  get billing(): { name?: string; email?: string } {
    const { name, email } = session.user ?? this.contact;
    return { name: name.trim(), email: email.trim() };
  }

  /** Follows what other tabs do about an attempt. Returns what ends it. */
  follow(): () => void {
    return keptAttempt.follow(() => (this.unanswered = keptAttempt.read()));
  }

  /** Keeps what a guest types: she may look at the menu once more, or sign in. */
  keepContact(): void {
    storeContact(this.contact);
  }

  /** Places the order, paid with this card; at the counter, and for a bill of nothing, there is none. */
  async submit(card: ChosenCard | undefined): Promise<Outcome> {
    visit.stayAt(this.place);
    return this.#send(this.#body(card));
  }

  /** Takes over the total that the API named; without one the catalog's prices count. */
  showNewTotal(amount: number | undefined): void {
    this.#named = amount === undefined ? undefined : { lines: cart.lines, amount };
  }

  /** Asks for the attempt that has no answer yet, once more. */
  async resume(): Promise<Outcome> {
    const pending = this.#placement.pending();
    if (pending) return this.#send(pending.body);
    // Another tab has had its answer meanwhile.
    this.unanswered = undefined;
    return { kind: 'answered_elsewhere' };
  }

  async #send(body: PlaceOrder): Promise<Outcome> {
    const outcome = await this.#placement.place(body);
    this.unanswered = outcome.kind === 'unanswered' ? this.#placement.pending() : undefined;
    if (outcome.kind === 'placed') cart.takeOut(outcome.body.lines);
    return outcome;
  }

  #body(card: ChosenCard | undefined): PlaceOrder {
    return {
      lines: cart.lines.map(toLineInput),
      place: placeInput(this.place),
      expectedAmount: this.billAmount,
      ...(session.user
        ? {}
        : { contact: { name: this.contact.name.trim(), email: this.contact.email.trim() } }),
      ...(card && { payment: { ...paymentOf(card), tipAmount: this.tipAmount } }),
    };
  }
}
