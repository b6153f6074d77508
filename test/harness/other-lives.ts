/** Life cycles of accounts with saved cards, and the calls to Stripe that workers make in the background. */

import { sql } from 'kysely';
import { query, run } from '../../db/sql.ts';
import { expect } from 'vitest';
import type { Fault } from 'stripe-stand-in';
import { signUp, Visitor, type Reply } from '../setup/visitor.ts';
import { RECONCILIATION_NOW } from '../../temporal/reconciliation/messages.ts';
import { placeOrder } from './buyer.ts';
import { until } from './until.ts';
import type { Act, Hero, Life, Stage } from './stripe-lives.ts';

interface CardHolder extends Hero {
  readonly about: string;
  readonly visitor: Visitor;
  /** Her PaymentMethods at Stripe. */
  readonly cards: string[];
}

const CARDS = '/api/payment-methods';

async function cardHolder({ system }: Stage): Promise<CardHolder> {
  const visitor = new Visitor(system.url);
  await signUp(visitor, system.databases);
  return { about: (await visitor.get('/api/me')).body.user.id, visitor, cards: [] };
}

/** Retries while the API responds 503; any other status outside `answers` fails the test. */
async function askUntil(answers: readonly number[], ask: () => Promise<Reply<any>>): Promise<Reply<any>> {
  for (;;) {
    const reply = await ask();
    if (answers.includes(reply.status)) return reply;
    expect(reply.status, JSON.stringify(reply.body)).toBe(503);
  }
}

async function listCards(visitor: Visitor): Promise<string[]> {
  const { body } = await askUntil([200], () => visitor.get(CARDS));
  return body.items.map(({ id }: { id: string }) => id);
}

/** Treats "not found" as removed: if the response to a removal was lost, the retry finds nothing to remove. */
async function remove(visitor: Visitor, card: string): Promise<void> {
  await askUntil([204, 404], () => visitor.call('DELETE', `${CARDS}/${card}`));
  expect(await listCards(visitor)).not.toContain(card);
}

const becomesCustomer: Act<CardHolder> = {
  name: 'becoming a Customer with her first card',
  calls: ['POST /v1/customers'],
  play: async ({ system, variantId, watch }, { visitor }) => {
    const payment = { paymentMethodId: 'pm_card_visa', savePaymentMethod: true };
    const reply = await visitor.post('/api/orders', { lines: [{ variantId, quantity: 1 }], payment });
    expect(reply.status, JSON.stringify(reply.body)).toBe(201);
    await watch.until(reply.body.order.id, 'confirmed', ({ status }) => status === 'confirmed');
    const [row] = await query<{ n: number }>(
      system.databases.users.em.fork(),
      sql`select count(*)::int as n from saved_cards where user_id = ${(await visitor.get('/api/me')).body.user.id}`,
    );
    expect(row!.n).toBe(1);
  },
};

const listsCards: Act<CardHolder> = {
  name: 'listing saved cards',
  calls: ['GET /v1/customers/*/payment_methods'],
  play: async ({ dashboard }, { visitor, cards }) => {
    const [card] = await listCards(visitor);
    const { customer } = await dashboard.paymentMethods.retrieve(card!);
    const other = await dashboard.paymentMethods.attach('pm_card_mastercard', { customer: String(customer) });
    cards.push(card!, other.id);
    expect((await listCards(visitor)).toSorted()).toEqual(cards.toSorted());
  },
};

const removesCard: Act<CardHolder> = {
  name: 'removing a saved card',
  calls: ['POST /v1/payment_methods/*/detach'],
  play: (_stage, { visitor, cards }) => remove(visitor, cards[0]!),
};

const findsItRemoved: Act<CardHolder> = {
  name: 'asking for a card that was removed in the dashboard meanwhile',
  calls: ['GET /v1/payment_methods/*'],
  about: ({ cards }) => cards[1]!,
  play: async ({ system, dashboard }, { visitor, cards }) => {
    const card = cards[1]!;
    const path = '/v1/payment_methods/*/detach';
    const slow = system.stripe.faults.add({
      kind: 'latency',
      method: 'POST',
      path,
      about: card,
      ms: 600,
      count: 1,
    });
    const removing = remove(visitor, card);
    await until('it is being removed', () => slow.hits > 0);
    await dashboard.paymentMethods.detach(card);
    await removing;
  },
};

/** Runs rounds until every fault has occurred its maximum number of times. */
async function lookUntilStruck(stage: Stage, faults: readonly Fault[]): Promise<void> {
  await until('every fault has struck', async () => {
    await stage.lookAround();
    return faults.every(({ remaining }) => remaining === 0);
  });
}

const collectsFees: Act<Hero> = {
  name: 'collecting fees',
  calls: ['GET /v1/charges'],
  play: async (stage, _hero, faults) => {
    const { system, variantId, watch } = stage;
    const { id } = await placeOrder(system, { variantId, pay: 'pm_card_visa' });
    await watch.until(id, 'confirmed', ({ status }) => status === 'confirmed');
    await run(
      system.databases.orders.em.fork(),
      sql`update payments set created_at = now() - interval '5 seconds' where order_id = ${id}`,
    );
    await lookUntilStruck(stage, faults);
    await watch.until(id, 'its fee is booked', ({ feeBooked }) => feeBooked);
  },
};

const fetchesEvents: Act<Hero> = {
  name: 'fetching what Stripe told in vain',
  calls: ['GET /v1/events'],
  play: async (stage, _hero, faults) => {
    await lookUntilStruck(stage, faults);
    await until('a round succeeds', async () => (await stage.lookAround()).length === 0);
  },
};

const comparesWithStripe: Act<Hero> = {
  name: 'comparing with Stripe',
  calls: ['GET /v1/payment_intents'],
  play: async ({ admin, system }) => {
    const asked = await admin.post('/api/reconciliation/run');
    expect(asked.status).toBe(202);
    const run = system.temporal.workflow.getHandle(RECONCILIATION_NOW);
    expect(await run.result()).toMatchObject({ found: expect.any(Number) });
  },
};

const nobody = () => Promise.resolve({});

export const CARD_HOLDER_LIFE: Life<CardHolder> = {
  begin: cardHolder,
  acts: [becomesCustomer, listsCards, removesCard, findsItRemoved],
};
export const ROUNDS: readonly Life<Hero>[] = [collectsFees, fetchesEvents, comparesWithStripe].map((act) => ({
  begin: nobody,
  acts: [act],
  alone: true,
}));
