import type { Order } from '#domain/contract/orders.ts';
import { answerQuestion, previewAnswer, type SoldOutAnswer } from '../api/changes.ts';
import { paymentOf } from '../cards/chosen-card.ts';
import { toLineInput, type CartLine } from '../cart/cart-line.ts';
import type { LiveOrder } from '../live/live-order.svelte.ts';
import { ChangeSending, type ChooseCard, type SentAnswer } from './change-sending.svelte.ts';
import { Difference } from './difference.svelte.ts';
import { keptChoice } from './kept-change.ts';
import { isSettledAtOnce } from './may-change.ts';
import { ownDifference } from './own-difference.ts';

export type Question = Order['questions'][number];
export type Answer = SoldOutAnswer['answer'];

/** What somebody answers about a line that has run out: what it costs, and sending it. */
export class QuestionAnswer {
  readonly sending: ChangeSending<SoldOutAnswer>;
  readonly difference: Difference;
  /** Undefined until she has chosen. */
  answer: Answer | undefined = $state();
  /** What she has instead, if she chooses something herself. */
  readonly instead: CartLine | undefined;

  readonly #live: LiveOrder;
  readonly #wish = $derived.by(() => {
    const { answer, instead } = this;
    if (answer === undefined) return undefined;
    if (answer !== 'choose') return { answer };
    return instead && { answer, add: toLineInput(instead) };
  });
  /** What is to pay with the answer. */
  readonly payAmount: number = $derived.by(() => {
    const { order, viewer } = this.#live;
    const { last } = this.difference;
    if (!order || !last || !isSettledAtOnce(order)) return 0;
    return Math.max(0, ownDifference(last, viewer?.participantId ?? null));
  });

  constructor(live: LiveOrder, { id }: Question) {
    const { orderId } = live;
    this.#live = live;
    this.instead = keptChoice.read(id);
    if (this.instead) this.answer = 'choose';
    this.difference = new Difference(
      live,
      () => this.#wish,
      (ifVersion, signal) => previewAnswer(orderId, id, { ...this.#wish!, ifVersion }, signal),
    );
    this.sending = new ChangeSending(live, {
      name: `answer.${id}`,
      call: (body, key) => answerQuestion(orderId, id, body, key),
      refused: async () => void this.difference.retry(),
    });
  }

  /** Sends the answer that the page shows. */
  send(choose: ChooseCard): Promise<SentAnswer | undefined> {
    return this.sending.send(async () => {
      const wish = this.#wish;
      const { preview } = this.difference;
      const version = this.#live.order?.version;
      if (!wish || !preview || version === undefined) return undefined;
      const card = this.payAmount > 0 ? await choose() : null;
      if (card === undefined) return undefined;
      if (card && 'problem' in card) return card;
      const body = { ...wish, ifVersion: version, expectedDifference: preview.differenceAmount };
      return { ...body, ...(card && { payment: paymentOf(card) }) };
    });
  }
}
