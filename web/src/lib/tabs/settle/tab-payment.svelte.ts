import { isApiError, sentenceFor } from '../../api/api-error.ts';
import { CommandKey } from '../../api/idempotency-key.ts';
import { cancelOrder } from '../../api/orders.ts';
import { claimPart } from '../../api/tab-payments.ts';
import { handOver } from '../../orders/placed-order.ts';
import { guestTokens } from '../../people/guest-tokens.ts';
import type { LiveTab } from '../live-tab.svelte.ts';
import type { Wanted } from './pay-draft.ts';

/** Why a part was not set aside for her. */
export type PayProblem =
  /** It costs something else now. */
  | { readonly kind: 'changed'; readonly amount: number; readonly beforeAmount: number }
  /** Somebody is paying it right now. */
  | { readonly kind: 'claimed'; readonly by: string | undefined }
  | { readonly kind: 'words'; readonly text: string };

/** Setting a part of the bill aside for its payer, and giving it up again. */
export class TabPayment {
  /** A part is being set aside for her. */
  isStarting = $state(false);
  isGivingUp = $state(false);
  problem: PayProblem | undefined = $state.raw();

  readonly #live: LiveTab;
  readonly #key = new CommandKey();
  readonly #cancelKey = new CommandKey();

  constructor(live: LiveTab) {
    this.#live = live;
  }

  /**
   * Returns the id of the payment, which has a page of its own; undefined if nothing was set aside. Staff say for whom.
   */
  async start({ what, amount }: Wanted, participantId?: string): Promise<string | undefined> {
    if (this.isStarting) return undefined;
    this.isStarting = true;
    this.problem = undefined;
    const { tabId } = this.#live;
    const body = {
      what,
      expectedAmount: amount,
      ...(participantId !== undefined && { participantId }),
    };
    try {
      const answer = await this.#key.run(body, (key) => claimPart(tabId, body, key));
      const { order } = answer;
      // In a tab her token is the same for all that she pays.
      const token = guestTokens.of(tabId);
      if (token !== undefined) guestTokens.remember(order.id, token);
      handOver(answer);
      return order.id;
    } catch (error) {
      this.problem = problemOf(error, amount);
      await this.#live.read();
      return undefined;
    } finally {
      this.isStarting = false;
    }
  }

  /** Gives up what is set aside for her. Returns whether it is free again. */
  async giveUp(orderId: string): Promise<boolean> {
    if (this.isGivingUp) return false;
    this.isGivingUp = true;
    this.problem = undefined;
    try {
      await this.#cancelKey.run(orderId, (key) => cancelOrder(orderId, {}, key));
      return true;
    } catch (error) {
      // It has ended by itself, or her payment is on its way.
      if (!isApiError(error, 'illegal_transition'))
        this.problem = { kind: 'words', text: sentenceFor(error) };
      return false;
    } finally {
      this.isGivingUp = false;
      await this.#live.read();
    }
  }
}

function problemOf(error: unknown, beforeAmount: number): PayProblem {
  if (isApiError(error, 'version_conflict')) {
    const amount = error.detail('amount');
    if (typeof amount === 'number') return { kind: 'changed', amount, beforeAmount };
  }
  if (isApiError(error, 'already_claimed')) {
    const by = error.detail('by');
    return { kind: 'claimed', by: typeof by === 'string' ? by : undefined };
  }
  return { kind: 'words', text: sentenceFor(error) };
}
