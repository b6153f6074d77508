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

type Verb = 'pay' | 'cancel' | 'advance' | 'refund' | 'change';
interface Answer {
  readonly verb: Verb;
  readonly reply: Reply<any>;
}
const PAID: readonly Order['status'][] = ['confirmed', 'preparing', 'ready', 'completed'];
const GOOD_CARD = 'pm_card_visa';

/** Which of an order's lines a change is about, and how many there shall be of it; `line` undefined: one that is added. */
export interface RandomChange {
  readonly line?: number;
  readonly quantity: number;
  readonly card: string;
}

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

  /** Its guest changes a line as it is now, at the difference that she is shown. */
  async change({ line, quantity, card }: RandomChange, variantId: string) {
    const { version, lines } = await this.order.read();
    const wanted = {
      ifVersion: version,
      ...(line === undefined
        ? { add: [{ variantId, quantity }] }
        : { set: [{ lineId: lines[line % lines.length]!.id, quantity }] }),
    };
    const { guest, id } = this.order;
    const shown = await guest.post(`/api/orders/${id}/changes/preview`, wanted);
    if (shown.status !== 200) return this.#note('change', Promise.resolve(shown));
    const { differenceAmount: expectedDifference } = shown.body;
    return this.#note(
      'change',
      this.order.change({ ...wanted, expectedDifference, payment: { paymentMethodId: card } }),
    );
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

  /** What is asked of her at her bank for a change is refused, if she has not answered by now. */
  async endChange(): Promise<void> {
    if (await this.#hasOpenChange()) await this.decideAtBank('fail_authentication');
  }

  async #hasOpenChange(): Promise<boolean> {
    const types = await this.order.types();
    const count = (...of: string[]) => types.filter((type) => of.includes(type)).length;
    return count('change_requested') > count('changed', 'change_given_up');
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

/** Whether only a person could move the order now. `changes`: by how much each change of it that was applied moved what is paid. */
export function isAtRest(
  random: RandomOrder,
  now: Order,
  { captured, refunded, open }: AtStripe,
  changes: readonly number[],
): boolean {
  if (open.some((status) => status !== 'requires_action')) return false;
  const givenBack = takenOffBy(changes);
  if (random.isTouchedOutside)
    return now.refundedAmount + givenBack === refunded && now.needsAttention !== null;
  if (now.status === 'canceled') return refunded === captured;
  if (PAID.includes(now.status))
    return now.refundedAmount === random.sumOfRefunds() && refunded === now.refundedAmount + givenBack;
  return now.status === 'awaiting_payment' && !random.isPaid && captured === 0;
}

/** What changes gave back. */
function takenOffBy(changes: readonly number[]): number {
  return changes.reduce((sum, amount) => sum - Math.min(0, amount), 0);
}

/** Every status that the API may respond with. */
const POSSIBLE = [200, 201, 202, 400, 402, 403, 409, 503];

/** Compares the responses with the outcome. */
export function expectTrueAnswers(
  random: RandomOrder,
  end: Order,
  atStripe: AtStripe,
  changes: readonly number[],
): void {
  const { answers } = random;
  for (const { verb, reply } of answers)
    expect(POSSIBLE, `${verb}: ${JSON.stringify(reply.body)}`).toContain(reply.status);
  const canceled = answers.filter(({ verb, reply }) => verb === 'cancel' && reply.status === 200);
  expect(canceled.length).toBeLessThanOrEqual(1);
  if (canceled.length > 0) expect(end.status).toBe('canceled');
  if (answers.every(({ verb }) => verb !== 'cancel')) expect(end.status).not.toBe('canceled');
  if (end.status !== 'canceled') expect(PAID.includes(end.status)).toBe(random.isPaid);
  const asked = answers.filter(({ verb }) => verb === 'change').map(({ reply }) => reply);
  const applied = asked.filter(({ body }) => body.change?.status === 'applied').length;
  const isUndecided = asked.some(({ status, body }) => status === 503 || body.change?.status === 'held');
  expect(changes.length).toBeGreaterThanOrEqual(applied);
  if (!isUndecided) expect(changes).toHaveLength(applied);

  const { captured, refunded, charges } = atStripe;
  expect(charges).toBeLessThanOrEqual(1 + changes.filter((amount) => amount > 0).length);
  const givenBack = takenOffBy(changes);
  const billed = end.shares.reduce((sum, { amount, tipAmount }) => sum + amount + tipAmount, 0);
  if (PAID.includes(end.status)) expect(captured).toBe(billed + givenBack);
  expect(refunded).toBeLessThanOrEqual(captured);
  if (random.isTouchedOutside) return;
  expect(refunded).toBe(end.status === 'canceled' ? captured : random.sumOfRefunds() + givenBack);
  expect(end.needsAttention).toBeNull();
}
