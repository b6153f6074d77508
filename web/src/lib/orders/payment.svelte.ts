import * as m from '#messages';
import type { Order, Share } from '#domain/contract/orders.ts';
import { isApiError, isUnanswered, sentenceFor } from '../api/api-error.ts';
import type { PayAnswer } from '../api/orders.ts';
import { newIdempotencyKey } from '../api/idempotency-key.ts';
import { payShare, type PayShare } from '../api/orders.ts';
import { paymentOf, type ChosenCard } from '../cards/chosen-card.ts';
import type { LiveOrder } from '../live/live-order.svelte.ts';
import { BankWindow } from '../stripe/bank-window.ts';
import { loadStripe } from '../stripe/load-stripe.ts';

interface PayAttempt {
  readonly key: string;
  readonly body: PayShare;
}

/** Payment of the viewer's share on the order's page: another card after a decline, and the bank's challenge. */
export class SharePayment {
  busy = $state(false);
  problem = $state('');

  readonly #live: LiveOrder;
  readonly #bank = new BankWindow();
  /** The attempt without a final response: only it is sent again. */
  #pending: PayAttempt | undefined;

  constructor(live: LiveOrder) {
    this.#live = live;
  }

  /** True if the next press repeats an attempt, which needs no card. */
  get isUnanswered(): boolean {
    return this.#pending !== undefined;
  }

  /** Closes the bank's window. Returns whether it was open. */
  leaveBank(): boolean {
    const { isOpen } = this.#bank;
    this.#bank.close();
    return isOpen;
  }

  /** Pays the share and a tip with a card. Calls `choose` only for a new attempt. */
  pay(
    order: Order,
    share: Share,
    tipAmount: number,
    choose: () => Promise<ChosenCard | { problem: string } | undefined>,
  ): Promise<void> {
    return this.#whileBusy(async () => {
      if (!this.#pending) {
        const made = await choose();
        if (!made || 'problem' in made) {
          this.problem = made?.problem ?? '';
          return;
        }
        this.#pending = {
          key: newIdempotencyKey(),
          body: { ...paymentOf(made), tipAmount },
        };
      }
      const answer = await this.#send(order, share, this.#pending);
      if (answer?.payment.status === 'requires_action') await this.#confirm(order, share, answer);
    });
  }

  /** The order has changed since, so it knows of the last attempt and shows its problem. */
  forgetLast(): void {
    this.problem = '';
    this.#pending = undefined;
  }

  /** Shows the bank's challenge, then makes the order continue. */
  confirm(order: Order, share: Share): Promise<void> {
    return this.#whileBusy(async () => {
      const answer = await this.#send(order, share, { key: newIdempotencyKey(), body: {} });
      if (answer) await this.#confirm(order, share, answer);
    });
  }

  async #confirm(order: Order, share: Share, { payment }: PayAnswer): Promise<void> {
    if (payment.clientSecret !== undefined) {
      const stripe = await loadStripe();
      const { clientSecret } = payment;
      const answer = await this.#bank.ask(() => stripe.handleNextAction({ clientSecret }));
      // She went back from the bank's window: the challenge stays available on the page.
      if (answer === undefined) return;
      const { error } = answer;
      // Once the order knows, it shows the outcome itself.
      if (error && this.#statusOf(share) === 'requires_action')
        this.problem = error.message ?? m.pay.notConfirmed();
      // Stripe's webhook tells the order; asking makes it look at once. Where it knows, asking would be another attempt.
      await this.#live.read();
      if (this.#statusOf(share) === 'requires_action')
        await payShare(order.id, share.id, {}, newIdempotencyKey()).catch(() => undefined);
    }
    await this.#live.read();
  }

  #statusOf({ id }: Share): Share['status'] | undefined {
    return this.#live.order?.shares.find((share) => share.id === id)?.status;
  }

  async #send(order: Order, share: Share, attempt: PayAttempt): Promise<PayAnswer | undefined> {
    try {
      const answer = await payShare(order.id, share.id, attempt.body, attempt.key);
      this.#pending = undefined;
      return answer;
    } catch (error) {
      if (isApiError(error) && !isUnanswered(error)) this.#pending = undefined;
      // The order itself shows why a card was declined, or that its status changed.
      if (!isApiError(error, 'card_declined', 'illegal_transition')) this.problem = sentenceFor(error);
      await this.#live.read();
      return undefined;
    }
  }

  async #whileBusy(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = '';
    try {
      await work();
    } catch (error) {
      this.problem = sentenceFor(error);
    } finally {
      this.busy = false;
    }
  }
}
