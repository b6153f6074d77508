/** One order of a random run: what was asked of it and answered, and that it all came true. */

import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { listPayments } from '../../db/orders/payments.ts';
import type { Order } from '../../domain/contract.ts';
import { nextAdvance } from '../../domain/order.ts';
import type { Reply } from '../setup/visitor.ts';
import type { PlacedOrder } from './buyer.ts';
import { until } from './until.ts';

type Verb = 'pay' | 'cancel' | 'advance' | 'refund';
interface Answer {
  readonly verb: Verb;
  readonly reply: Reply<any>;
}
const PAID: readonly Order['status'][] = ['confirmed', 'preparing', 'ready', 'completed'];
const GOOD_CARD = 'pm_card_visa';

export class RandomOrder {
  readonly order: PlacedOrder;
  readonly answers: Answer[] = [];
  /** A card that works was taken, or the bank has approved: nothing but a cancellation keeps it from being paid. */
  isPaid: boolean;
  readonly #underWay: Promise<unknown>[] = [];

  /** `card`: it was placed with that one. */
  constructor(order: PlacedOrder, card: string | undefined) {
    this.order = order;
    this.isPaid = card === GOOD_CARD;
  }

  async pay(card: string, tipAmount: number) {
    const { status } = await this.#note('pay', this.order.pay(card, tipAmount));
    if (card === GOOD_CARD && (status === 200 || status === 202)) this.isPaid = true;
  }

  cancel(by: 'guest' | 'agent') {
    return this.#note(
      'cancel',
      this.order.cancel(by === 'guest' ? this.order.guest : this.order.system.agent),
    );
  }

  /** An agent sees a paid order a moment after it was paid. */
  async refund(amount: number) {
    for (let looks = 0; this.isPaid && looks < 40; looks += 1) {
      if ((await this.order.read()).status !== 'awaiting_payment') break;
      await delay(50);
    }
    const body = { amount, reason: 'Lukewarm' };
    return this.#note('refund', this.order.system.agent.post(`/api/orders/${this.order.id}/refunds`, body));
  }

  async advance() {
    const to = nextAdvance((await this.order.read()).status) ?? 'preparing';
    return this.#note('advance', this.order.advance(to));
  }

  /** The payer answers her bank, if it asked her anything. */
  async decideAtBank(outcome: 'authenticate' | 'fail_authentication') {
    const { system, id } = this.order;
    const waiting = await listPayments(system.databases.orders, id, ['requires_action']);
    for (const { stripePaymentIntentId: intentId } of waiting) {
      const url = `${system.stripe.url}/_/payment_intents/${intentId ?? ''}/${outcome}`;
      const answer = (await (await fetch(url, { method: 'POST' })).json()) as { status: string };
      if (answer.status === 'requires_capture') this.isPaid = true;
    }
  }

  /** Has `allAnswered` wait for this, too. */
  track<T>(work: Promise<T>): Promise<T> {
    this.#underWay.push(work);
    return work;
  }

  async allAnswered(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  sumOfRefunds(): number {
    return this.answers
      .filter(({ verb, reply }) => verb === 'refund' && reply.status < 300)
      .reduce((total, { reply }) => total + Number(reply.body.refund.amount), 0);
  }

  async #note(verb: Verb, asked: Promise<Reply<any>>): Promise<Reply<any>> {
    const reply = await asked;
    this.answers.push({ verb, reply });
    return reply;
  }
}

/** Whoever is answered one of these knows what became of it. */
const POSSIBLE = [200, 201, 202, 400, 402, 409, 503];

/** Waits until nothing of the order is open any more, and compares what was answered with what became of it. */
export async function expectTrueAnswers(random: RandomOrder): Promise<void> {
  const { answers, order } = random;
  for (const { verb, reply } of answers)
    expect(POSSIBLE, `${verb}: ${JSON.stringify(reply.body)}`).toContain(reply.status);
  const end = await until(`order ${order.id} at rest`, () => findRest(random), {
    withinMs: 60_000,
    last: async () => [
      (await order.read()).status,
      await order.types(),
      answers.map(({ verb, reply }) => [verb, reply.status]),
    ],
  });

  const canceled = answers.filter(({ verb, reply }) => verb === 'cancel' && reply.status === 200);
  expect(canceled.length).toBeLessThanOrEqual(1);
  if (canceled.length > 0) expect(end.status).toBe('canceled');
  if (answers.every(({ verb }) => verb !== 'cancel')) expect(end.status).not.toBe('canceled');
  if (end.status !== 'canceled') expect(PAID.includes(end.status)).toBe(random.isPaid);

  const { intents, captured, refunded } = await order.atStripe();
  expect(intents.filter(({ amount_received }) => amount_received > 0).length).toBeLessThanOrEqual(1);
  const [share] = end.shares;
  if (PAID.includes(end.status)) expect(captured).toBe(share!.amount + share!.tipAmount);
  expect(refunded).toBe(end.status === 'canceled' ? captured : random.sumOfRefunds());
  expect(end.needsAttention).toBeNull();
}

const UNDER_WAY: readonly string[] = ['requires_capture', 'processing'];

/** The order when nobody but its people could move it. */
async function findRest(random: RandomOrder): Promise<Order | undefined> {
  const { intents, captured, refunded } = await random.order.atStripe();
  if (intents.some(({ status }) => UNDER_WAY.includes(status))) return undefined;
  const now = await random.order.read();
  const isRest =
    now.status === 'canceled'
      ? refunded === captured
      : PAID.includes(now.status)
        ? now.refundedAmount === random.sumOfRefunds()
        : now.status === 'awaiting_payment' && !random.isPaid && captured === 0;
  return isRest ? now : undefined;
}
