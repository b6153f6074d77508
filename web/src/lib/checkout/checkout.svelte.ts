import * as m from '#messages';
import type { PlaceOrder } from '#domain/contract/orders.ts';
import type { SoldOutChoice } from '#domain/sold-out.ts';
import { isUnusualTip } from '#domain/tip.ts';
import { newIdempotencyKey } from '../api/idempotency-key.ts';
import { findOrder, placeOrder } from '../api/orders.ts';
import { toLineInput } from '../cart/cart-line.ts';
import { paymentOf, type ChosenCard } from '../cards/chosen-card.ts';
import type { CartLine } from '../cart/cart-line.ts';
import { cart } from '../cart/cart.svelte.ts';
import { priced } from '../cart/priced.svelte.ts';
import { session } from '../people/session.svelte.ts';
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

/** By card with the order, or in cash at the counter afterwards. */
export type PayAt = 'card' | 'counter';

/** The checkout form and its submission. One per visit of the page. */
export class Checkout {
  /** The default place until she chooses: remembered, or from the code on her table. */
  place: PlaceDraft = $derived(visit.place ?? NO_PLACE);
  contact = $state(storedContact());
  payAt: PayAt = $state('card');
  /** What is to be done if something of it runs out. */
  ifSoldOut: SoldOutChoice = $state('leave_out');
  tip: TipChoice = $state({ kind: 'percent', percent: 0 });
  /** The sent attempt without a final response: only it can be repeated. */
  unanswered: Attempt | undefined = $state.raw(keptAttempt.read());

  /** A new total from the API that the customer saw; valid for that exact cart only. */
  #named: { readonly lines: readonly CartLine[]; readonly amount: number } | undefined = $state.raw();

  /** The bill as shown, without tip. */
  readonly billAmount = $derived(this.#named?.lines === cart.lines ? this.#named.amount : priced.totalAmount);
  readonly typedTip = $derived(tipAmountOf(this.tip, this.billAmount, priced.currency));
  /** At the counter, the tip is left there. */
  readonly tipAmount = $derived(this.payAt === 'card' ? (this.typedTip ?? 0) : 0);
  readonly totalAmount = $derived(this.billAmount + this.tipAmount);
  readonly hasUnusualTip = $derived(isUnusualTip(this.tipAmount, this.billAmount));
  /** Problems by the field's path in the order. */
  readonly problems = $derived.by(() => ({
    ...placeProblems(this.place, spots.offers(this.place)),
    ...(session.user
      ? {}
      : {
          'contact.name': nameProblem(this.contact.name),
          'contact.email': emailProblem(this.contact.email, m.checkout.emailMissing()),
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

  /** Whether a card is needed: there is an amount to pay, and not at the counter. */
  get needsCard(): boolean {
    return this.payAt === 'card' && this.totalAmount > 0;
  }

  /** The payer's details, for the card. */
  get billing(): { name?: string; email?: string } {
    const { name, email } = session.user ?? this.contact;
    return { name: name.trim(), email: email.trim() };
  }

  /** Follows other tabs' attempts. Returns a function that stops it. */
  follow(): () => void {
    return keptAttempt.follow(() => (this.unanswered = keptAttempt.read()));
  }

  /** Keeps a guest's input: she may return to the menu, or sign in. */
  keepContact(): void {
    storeContact(this.contact);
  }

  /** Places the order, paid with this card; without one at the counter, or for a bill of zero. */
  async submit(card: ChosenCard | undefined): Promise<Outcome> {
    visit.stayAt(this.place);
    return this.#send(this.#body(card));
  }

  /** Accepts the total from the API; without one, the catalog's prices apply. */
  showNewTotal(amount: number | undefined): void {
    this.#named = amount === undefined ? undefined : { lines: cart.lines, amount };
  }

  /** Repeats the attempt without a response. */
  async resume(): Promise<Outcome> {
    const pending = this.#placement.pending();
    if (pending) return this.#send(pending.body);
    // Another tab got its response meanwhile.
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
      ...(this.ifSoldOut !== 'leave_out' && { ifSoldOut: this.ifSoldOut }),
      ...(session.user
        ? {}
        : { contact: { name: this.contact.name.trim(), email: this.contact.email.trim() } }),
      ...(card && { payment: { ...paymentOf(card), tipAmount: this.tipAmount } }),
    };
  }
}
