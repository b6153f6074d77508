/** One order of a random run: records requests and responses, and checks that each response came true. */

import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { FaultRequest } from 'stripe-stand-in';
import { listPayments } from '../../db/orders/payments/payments.ts';
import type { Order } from '../../domain/contract/orders.ts';
import { nextAdvance } from '../../domain/order.ts';
import type { Reply } from '../setup/visitor.ts';
import { openDashboard, type AtStripe } from './at-stripe.ts';
import type { PlacedOrder } from './buyer.ts';

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
  /** A working card was accepted or the bank has approved: only a cancellation can prevent payment. */
  isPaid: boolean;
  /** Its money was moved outside the product: refunded in Stripe's dashboard, or disputed. */
  isTouchedOutside = false;
  readonly #underWay: Promise<unknown>[] = [];

  /** `card`: the card it was placed with. */
  constructor(order: PlacedOrder, card: string | undefined) {
    this.order = order;
    this.isPaid = card === GOOD_CARD;
  }

  /** From now on, these faults affect calls about this order. */
  arm(faults: readonly FaultRequest[]): void {
    for (const fault of faults) this.order.system.stripe.faults.add({ ...fault, about: this.order.id });
  }

  /** Takes Stripe down for this order alone, for this many milliseconds. */
  takeStripeDown(ms: number): void {
    this.arm([{ kind: 'down', ms }]);
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

  /** Checks that an agent sees the order shortly after it is paid. */
  async refund(amount: number) {
    for (let looks = 0; this.isPaid && looks < 20; looks += 1) {
      if ((await this.order.read()).status !== 'awaiting_payment') break;
      await delay(100);
    }
    const body = { amount, reason: 'Lukewarm' };
    return this.#note('refund', this.order.system.agent.post(`/api/orders/${this.order.id}/refunds`, body));
  }

  async advance() {
    const to = nextAdvance(await this.order.read()) ?? 'preparing';
    return this.#note('advance', this.order.advance(to));
  }

  /** The payer completes her bank's authentication, if there is one. */
  async decideAtBank(outcome: 'authenticate' | 'fail_authentication') {
    const { system, id } = this.order;
    const waiting = await listPayments(system.databases.orders, id, ['requires_action']);
    for (const { stripePaymentIntentId: intentId } of waiting) {
      const url = `${system.stripe.url}/_/payment_intents/${intentId ?? ''}/${outcome}`;
      const answer = (await (await fetch(url, { method: 'POST' })).json()) as { status: string };
      if (answer.status === 'requires_capture') this.isPaid = true;
    }
  }

  /** Somebody refunds money in Stripe's dashboard; Stripe rejects more than it has. */
  async refundOutside(amount: number) {
    const intentId = await this.#capturedIntent();
    if (intentId === undefined) return;
    const refund = openDashboard(this.order.system).refunds.create({ payment_intent: intentId, amount });
    await refund.then(
      () => (this.isTouchedOutside = true),
      () => undefined,
    );
  }

  /** The payer disputes the remaining amount, unless she has already. */
  async dispute() {
    const intentId = await this.#capturedIntent();
    if (intentId === undefined) return;
    const { system } = this.order;
    const { latest_charge: charge } = await openDashboard(system).paymentIntents.retrieve(intentId);
    const disputed = await fetch(`${system.stripe.url}/_/charges/${String(charge)}/dispute`, {
      method: 'POST',
    });
    if (disputed.ok) this.isTouchedOutside = true;
  }

  /** Makes `allAnswered` wait for this promise as well. */
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

  async #capturedIntent(): Promise<string | undefined> {
    const [paid] = await listPayments(this.order.system.databases.orders, this.order.id, ['captured']);
    return paid?.stripePaymentIntentId ?? undefined;
  }

  async #note(verb: Verb, asked: Promise<Reply<any>>): Promise<Reply<any>> {
    const reply = await asked;
    this.answers.push({ verb, reply });
    return reply;
  }
}

/** An order that Stripe has no record of. */
export const NOTHING_AT_STRIPE: AtStripe = { captured: 0, refunded: 0, charges: 0, open: [] };

/** Whether only a person could move the order now. */
export function isAtRest(random: RandomOrder, now: Order, { captured, refunded, open }: AtStripe): boolean {
  if (open.some((status) => status !== 'requires_action')) return false;
  if (random.isTouchedOutside) return now.refundedAmount === refunded && now.needsAttention !== null;
  if (now.status === 'canceled') return refunded === captured;
  if (PAID.includes(now.status)) return now.refundedAmount === random.sumOfRefunds();
  return now.status === 'awaiting_payment' && !random.isPaid && captured === 0;
}

/** Every status that the API may respond with. */
const POSSIBLE = [200, 201, 202, 400, 402, 409, 503];

/** Compares the responses with the outcome. */
export function expectTrueAnswers(random: RandomOrder, end: Order, atStripe: AtStripe): void {
  const { answers } = random;
  for (const { verb, reply } of answers)
    expect(POSSIBLE, `${verb}: ${JSON.stringify(reply.body)}`).toContain(reply.status);
  const canceled = answers.filter(({ verb, reply }) => verb === 'cancel' && reply.status === 200);
  expect(canceled.length).toBeLessThanOrEqual(1);
  if (canceled.length > 0) expect(end.status).toBe('canceled');
  if (answers.every(({ verb }) => verb !== 'cancel')) expect(end.status).not.toBe('canceled');
  if (end.status !== 'canceled') expect(PAID.includes(end.status)).toBe(random.isPaid);

  const { captured, refunded, charges } = atStripe;
  expect(charges).toBeLessThanOrEqual(1);
  const [share] = end.shares;
  if (PAID.includes(end.status)) expect(captured).toBe(share!.amount + share!.tipAmount);
  expect(refunded).toBeLessThanOrEqual(captured);
  if (random.isTouchedOutside) return;
  expect(refunded).toBe(end.status === 'canceled' ? captured : random.sumOfRefunds());
  expect(end.needsAttention).toBeNull();
}
