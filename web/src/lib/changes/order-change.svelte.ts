import { changeOrder, previewChange, type ChangeRequest } from '../api/changes.ts';
import { paymentOf } from '../cards/chosen-card.ts';
import type { LiveOrder } from '../live/live-order.svelte.ts';
import { catalog } from '../menu/catalog.svelte.ts';
import { isNothing, NO_CHANGE, wishOf, type ChangeDraft } from './change-draft.ts';
import { ChangeSending, type ChooseCard, type SentAnswer } from './change-sending.svelte.ts';
import { Difference } from './difference.svelte.ts';
import { keptDraft } from './kept-change.ts';
import { isSettledAtOnce } from './may-change.ts';
import { ownDifference } from './own-difference.ts';

/** One person's change of an order: what she wants, what it costs, and sending it. */
export class OrderChange {
  readonly sending: ChangeSending<ChangeRequest>;
  readonly difference: Difference;

  #draft: ChangeDraft = $state.raw(NO_CHANGE);
  readonly #live: LiveOrder;

  /** What the draft asks for. */
  readonly wish = $derived.by(() => (this.#live.order ? wishOf(this.#draft, this.#live.order) : {}));
  readonly isNothing: boolean = $derived(isNothing(this.wish));
  /** What is to pay with the change. */
  readonly payAmount: number = $derived.by(() => {
    const { order, viewer } = this.#live;
    const { last } = this.difference;
    if (!order || !last || !isSettledAtOnce(order)) return 0;
    return Math.max(0, ownDifference(last, viewer?.participantId ?? null));
  });

  constructor(live: LiveOrder) {
    this.#live = live;
    this.#draft = keptDraft.read(live.orderId) ?? NO_CHANGE;
    this.difference = new Difference(
      live,
      () => (this.isNothing ? undefined : this.wish),
      (ifVersion, signal) => previewChange(live.orderId, { ...this.wish, ifVersion }, signal),
    );
    this.sending = new ChangeSending(live, {
      name: live.orderId,
      call: (body, key) => changeOrder(live.orderId, body, key),
      refused: async ({ code }) => {
        if (code === 'out_of_stock') await catalog.load();
        void this.difference.retry();
      },
    });
  }

  get draft(): ChangeDraft {
    return this.#draft;
  }
  set draft(draft: ChangeDraft) {
    this.#draft = draft;
    this.sending.problem = undefined;
    keptDraft.write(this.#live.orderId, draft);
  }

  /** Sends what the page shows. `choose` is asked for a card if something is to pay. */
  async send(choose: ChooseCard): Promise<SentAnswer | undefined> {
    return this.#forget(
      await this.sending.send(async () => {
        const { wish, payAmount } = this;
        const { preview } = this.difference;
        const version = this.#live.order?.version;
        if (!preview || version === undefined) return undefined;
        const card = payAmount > 0 ? await choose() : null;
        if (card === undefined) return undefined;
        if (card && 'problem' in card) return card;
        const body = { ...wish, ifVersion: version, expectedDifference: preview.differenceAmount };
        return { ...body, ...(card && { payment: paymentOf(card) }) };
      }),
    );
  }

  /** Asks again about the change that was sent. */
  async resume(): Promise<SentAnswer | undefined> {
    return this.#forget(await this.sending.resume());
  }

  #forget(answer: SentAnswer | undefined): SentAnswer | undefined {
    if (answer) keptDraft.write(this.#live.orderId, undefined);
    return answer;
  }
}
