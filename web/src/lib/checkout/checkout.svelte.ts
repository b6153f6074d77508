import type { PlaceOrder } from '#domain/contract/orders.ts';
import { newIdempotencyKey } from '../api/idempotency-key.ts';
import { placeOrder } from '../api/orders.ts';
import { toLineInput } from '../cart/cart-line.ts';
import { paymentOf, type ChosenCard } from '../cards/chosen-card.ts';
import type { CartLine } from '../cart/cart-line.ts';
import { cart } from '../cart/cart.svelte.ts';
import { priced } from '../cart/priced.svelte.ts';
import { session } from '../session/session.svelte.ts';
import { keptAttempt } from './kept-attempt.ts';
import { placeProblem, placeText, storedPlace, storePlace, type Place } from './place.ts';
import { createPlacement, type Outcome } from './placement.ts';
import { tipAmountOf, type TipChoice } from './tip.ts';

/** By card, with the order; or in cash at the counter, after it. */
export type PayAt = 'card' | 'counter';

/** What a customer fills in at the checkout, and sending it. One per visit of the page. */
export class Checkout {
  place: Place = $state(storedPlace());
  name = $state('');
  email = $state('');
  payAt: PayAt = $state('card');
  tip: TipChoice = $state({ kind: 'percent', percent: 0 });
  /** Problems are shown from the first press of the button on. */
  tried = $state(false);
  /** An attempt was sent and has no final answer: only that one can be sent again. */
  unanswered = $state(keptAttempt.read() !== undefined);

  /** The attempt that was sent last came with a card. */
  #sentCard = false;

  /** A new total that the API named and the customer saw; it holds for the very cart it was named for. */
  #named: { readonly lines: readonly CartLine[]; readonly amount: number } | undefined = $state.raw();

  /** The bill as the customer is shown it, tip apart. */
  readonly billAmount = $derived(this.#named?.lines === cart.lines ? this.#named.amount : priced.totalAmount);
  readonly typedTip = $derived(tipAmountOf(this.tip, this.billAmount, priced.currency));
  /** Who pays at the counter leaves the tip there. */
  readonly tipAmount = $derived(this.payAt === 'card' ? (this.typedTip ?? 0) : 0);
  readonly totalAmount = $derived(this.billAmount + this.tipAmount);
  readonly problems = $derived.by(() => ({
    place: placeProblem(this.place),
    name: session.user || this.name.trim() !== '' ? undefined : 'What shall we call you?',
    email:
      session.user || /^\S+@\S+\.\S+$/.test(this.email.trim())
        ? undefined
        : 'A mail address, please: the receipt and the link to your order go there.',
    tip: this.payAt === 'card' && this.typedTip === undefined ? 'An amount such as 2.50, please.' : undefined,
  }));
  readonly isComplete = $derived(Object.values(this.problems).every((problem) => problem === undefined));

  readonly #placement = createPlacement({ post: placeOrder, newKey: newIdempotencyKey, kept: keptAttempt });

  /** A card is asked for: there is something to pay, and it is not paid at the counter. */
  get needsCard(): boolean {
    return this.payAt === 'card' && this.totalAmount > 0;
  }

  /** Whether the order that was placed is being paid by card. */
  get wasSentWithCard(): boolean {
    return this.#sentCard;
  }

  /** Who pays, for the card. */
  get billing(): { name?: string; email?: string } {
    return session.user
      ? { name: session.user.name, email: session.user.email }
      : { name: this.name.trim(), email: this.email.trim() };
  }

  /** Places the order, paid with this card; at the counter, and for a bill of nothing, there is none. */
  async submit(card: ChosenCard | undefined): Promise<Outcome> {
    storePlace(this.place);
    return this.#send(this.#body(card));
  }

  /** Takes over the total that the API named; without one the catalog's prices count. */
  showNewTotal(amount: number | undefined): void {
    this.#named = amount === undefined ? undefined : { lines: cart.lines, amount };
  }

  /** Sends the attempt that has no answer yet, once more. */
  async resume(): Promise<Outcome> {
    const pending = this.#placement.pending();
    if (pending) return this.#send(pending.body);
    this.unanswered = false;
    return { kind: 'too_late' };
  }

  async #send(body: PlaceOrder): Promise<Outcome> {
    this.#sentCard = body.payment !== undefined;
    const outcome = await this.#placement.place(body);
    this.unanswered = outcome.kind === 'unanswered';
    if (outcome.kind === 'placed') cart.clear();
    return outcome;
  }

  #body(card: ChosenCard | undefined): PlaceOrder {
    return {
      lines: cart.lines.map(toLineInput),
      place: placeText(this.place),
      expectedAmount: this.billAmount,
      ...(session.user ? {} : { contact: { name: this.name.trim(), email: this.email.trim() } }),
      ...(card && { payment: { ...paymentOf(card), tipAmount: this.tipAmount } }),
    };
  }
}
