import { sql } from 'kysely';
import { query, run } from '../../db/sql.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { textOfHistory } from '../../test/invariants/history-text.ts';
import { addProduct, guestOrder } from '../../test/setup/menu.ts';
import { startSystem, type System } from '../../test/harness/system.ts';
import { signUp, Visitor } from '../../test/setup/visitor.ts';

const PATH = '/api/payment-methods';

let system: System;
let variantId: string;
beforeAll(async () => {
  system = await startSystem();
  const tea = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 1000 }],
  });
  variantId = tea.variants[0]!.id;
});
afterEach(() => system.stripe.faults.clear());
afterAll(() => system?.stop());

/** Somebody with a separate account. */
async function customer(): Promise<Visitor> {
  const visitor = new Visitor(system.url);
  await signUp(visitor, system.databases);
  return visitor;
}

const cardsOf = async (who: Visitor) => (await who.get(PATH)).body.items;
const at = async (who: Visitor, id: string) => (await who.get(`/api/orders/${id}`)).body.order;
const isAt = async (who: Visitor, id: string, status: string) => {
  await expect.poll(async () => (await at(who, id)).status).toBe(status);
};

/** Orders one tea and pays it. */
async function buy(who: Visitor, payment: object) {
  const reply = await who.post('/api/orders', {
    lines: [{ variantId, quantity: 1 }],
    payment,
  });
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  return reply.body.order as { id: string; shares: { id: string }[] };
}
const pay = (who: Visitor, order: { id: string; shares: { id: string }[] }, body: object) =>
  who.post(`/api/orders/${order.id}/shares/${order.shares[0]!.id}/pay`, body);

/** Saves a card by paying with it; returns the card as listed then. */
async function save(who: Visitor, paymentMethodId = 'pm_card_visa') {
  const before = (await cardsOf(who)).map(({ id }: { id: string }) => id);
  const { id } = await buy(who, { paymentMethodId, savePaymentMethod: true });
  await isAt(who, id, 'confirmed');
  return (await cardsOf(who)).find((card: { id: string }) => !before.includes(card.id));
}

async function intentsOf(orderId: string) {
  const { data } = await system.stripeApi.paymentIntents.list({ limit: 100 });
  return data.filter((intent) => intent.metadata['order_id'] === orderId);
}
async function customersOf(who: Visitor) {
  const { id } = (await who.get('/api/me')).body.user;
  const { data } = await system.stripeApi.customers.list({ limit: 100 });
  return data.filter(({ metadata }) => metadata['user_id'] === id);
}

describe('saving', () => {
  test('keeps the card that paid when its holder asked for it, and only then', async () => {
    const ada = await customer();
    const { id } = await buy(ada, { paymentMethodId: 'pm_card_visa' });
    await isAt(ada, id, 'confirmed');
    expect(await cardsOf(ada)).toEqual([]);
    expect(await customersOf(ada)).toEqual([]);

    expect(await save(ada, 'pm_card_mastercard')).toEqual({
      id: expect.stringMatching(/^pm_/),
      brand: 'mastercard',
      last4: '4444',
      expMonth: expect.any(Number),
      expYear: expect.any(Number),
      expired: false,
    });
  });

  test('is for accounts: a guest who asks for it is told to sign in, and nothing is placed', async () => {
    const guest = new Visitor(system.url);
    const reply = await guest.post(
      '/api/orders',
      guestOrder(variantId, { payment: { paymentMethodId: 'pm_card_visa', savePaymentMethod: true } }),
    );
    expect(reply.status).toBe(400);
    expect(reply.body.error).toMatchObject({
      code: 'invalid_request',
      message: 'Sign in to have a card saved for next time.',
      details: [{ path: ['payment', 'savePaymentMethod'] }],
    });
    const { order } = (await guest.post('/api/orders', guestOrder(variantId))).body;
    const later = await pay(guest, order, { paymentMethodId: 'pm_card_visa', savePaymentMethod: true });
    expect(later.body.error).toMatchObject({
      code: 'invalid_request',
      details: [{ path: ['savePaymentMethod'] }],
    });
    expect((await guest.get(PATH)).status).toBe(401);
  });

  test('makes one Customer of an account, however many of its orders ask at once', async () => {
    const ada = await customer();
    const orders = await Promise.all(
      ['pm_card_visa', 'pm_card_amex', 'pm_card_mastercard'].map((paymentMethodId) =>
        buy(ada, { paymentMethodId, savePaymentMethod: true }),
      ),
    );
    for (const { id } of orders) await isAt(ada, id, 'confirmed');
    expect(await customersOf(ada)).toHaveLength(1);
    expect((await cardsOf(ada)).map(({ brand }: { brand: string }) => brand).toSorted()).toEqual([
      'amex',
      'mastercard',
      'visa',
    ]);
  });

  test('goes on when Stripe fails to make the Customer, or to say so', async () => {
    for (const kind of ['error_before', 'error_after', 'reset', 'rate_limit'] as const) {
      const ada = await customer();
      const fault = system.stripe.faults.add({ kind, method: 'POST', path: '/v1/customers' });
      expect(await save(ada), kind).toMatchObject({ brand: 'visa' });
      expect(fault.hits).toBe(1);
    }
  });

  test('is not done to the next card when the first one, that asked for it, was declined', async () => {
    const ada = await customer();
    const order = await buy(ada, { paymentMethodId: 'pm_card_chargeDeclined', savePaymentMethod: true });
    await expect.poll(async () => (await at(ada, order.id)).shares[0].declineCode).toBe('generic_decline');
    expect((await pay(ada, order, { paymentMethodId: 'pm_card_visa' })).status).toBe(200);
    await isAt(ada, order.id, 'confirmed');
    expect(await cardsOf(ada)).toEqual([]);
    // A retry of the same PaymentIntent keeps its Customer.
    expect((await intentsOf(order.id)).map(({ status }) => status)).toEqual(['succeeded']);
  });

  test('a first wish to save that comes with the second card makes another payment, and voids the first', async () => {
    const ada = await customer();
    const order = await buy(ada, { paymentMethodId: 'pm_card_chargeDeclined' });
    await expect.poll(async () => (await at(ada, order.id)).shares[0].declineCode).toBe('generic_decline');
    expect((await pay(ada, order, { paymentMethodId: 'pm_card_visa', savePaymentMethod: true })).status).toBe(
      200,
    );
    await isAt(ada, order.id, 'confirmed');
    const intents = await intentsOf(order.id);
    expect(intents.map(({ status, customer: of }) => [status, of !== null])).toEqual([
      ['succeeded', true],
      ['canceled', false],
    ]);
    expect(await cardsOf(ada)).toHaveLength(1);
  });
});

describe('paying with a saved card', () => {
  test('works with the order and afterwards, also on a payment that another card was declined on', async () => {
    const ada = await customer();
    const card = await save(ada);
    const first = await buy(ada, { paymentMethodId: card.id });
    await isAt(ada, first.id, 'confirmed');
    expect(await at(ada, first.id)).toMatchObject({
      shares: [{ card: { brand: card.brand, last4: card.last4 } }],
    });

    const second = await buy(ada, { paymentMethodId: 'pm_card_chargeDeclined' });
    await expect.poll(async () => (await at(ada, second.id)).shares[0].declineCode).toBe('generic_decline');
    expect((await pay(ada, second, { paymentMethodId: card.id })).status).toBe(200);
    await isAt(ada, second.id, 'confirmed');
    const intents = await intentsOf(second.id);
    expect(intents).toMatchObject([{ status: 'succeeded', payment_method: card.id }]);
    expect(await customersOf(ada)).toHaveLength(1);
  });

  test('one whose bank always asks is confirmed by its holder, each time', async () => {
    const ada = await customer();
    const order = await buy(ada, {
      paymentMethodId: 'pm_card_authenticationRequired',
      savePaymentMethod: true,
    });
    const approve = async (id: string) => {
      await expect.poll(async () => (await at(ada, id)).shares[0].status).toBe('requires_action');
      const [intent] = await intentsOf(id);
      await fetch(`${system.stripe.url}/_/payment_intents/${intent!.id}/authenticate`, { method: 'POST' });
      await isAt(ada, id, 'confirmed');
    };
    await approve(order.id);
    const [card] = await cardsOf(ada);
    expect(card).toMatchObject({ brand: 'visa', last4: '3184' });
    const again = await buy(ada, { paymentMethodId: card.id });
    await approve(again.id);
  });

  test('is refused to every other account and to guests, wherever it is posted, and nothing is written', async () => {
    const [ada, eve, guest] = [await customer(), await customer(), new Visitor(system.url)];
    const { id: paymentMethodId } = await save(ada);
    await save(eve, 'pm_card_amex');
    const count = async () => {
      const [row] = await query<{ count: number }>(
        system.databases.orders.em.fork(),
        sql`select ((select count(*) from orders) + (select count(*) from payment_attempts))::int as count`,
      );
      return row!.count;
    };
    const unpaid = await Promise.all(
      [eve, guest].map(async (who) => (await who.post('/api/orders', guestOrder(variantId))).body.order),
    );
    const before = await count();
    for (const [index, who] of [eve, guest].entries()) {
      const replies = [
        await who.post('/api/orders', guestOrder(variantId, { payment: { paymentMethodId } })),
        await pay(who, unpaid[index], { paymentMethodId }),
      ];
      for (const reply of replies) {
        expect(reply.status).toBe(403);
        expect(reply.body.error).toMatchObject({
          code: 'forbidden',
          message: 'This card is saved by another account. Please enter a card of yours.',
        });
      }
    }
    expect(await count()).toBe(before);
  });

  test('is refused by Stripe, too, should we not know whose it is', async () => {
    const [ada, eve] = [await customer(), await customer()];
    const { id: paymentMethodId } = await save(ada);
    await run(
      system.databases.users.em.fork(),
      sql`delete from saved_cards where payment_method_id = ${paymentMethodId}`,
    );
    for (const who of [eve, new Visitor(system.url)]) {
      const { order } = (await who.post('/api/orders', guestOrder(variantId))).body;
      const reply = await pay(who, order, { paymentMethodId });
      expect(reply.status).toBe(402);
      expect(reply.body.error.message).toMatch(/cannot be used any more/);
      expect((await at(who, order.id)).status).toBe('awaiting_payment');
    }
    // She sees no change.
    await isAt(ada, (await buy(ada, { paymentMethodId })).id, 'confirmed');
  });

  test('a payment begun as one Customer is never taken up as another', async () => {
    const [ada, eve] = [await customer(), await customer()];
    const [hers, eves] = [await save(ada), await save(eve)];
    // Ordered as a guest in a shared browser.
    const browser = new Visitor(system.url);
    const { order, guestToken } = (await browser.post('/api/orders', guestOrder(variantId))).body;
    ada.guestToken = guestToken;
    eve.guestToken = guestToken;
    const asked = await pay(ada, order, { paymentMethodId: 'pm_card_authenticationRequired' });
    expect(asked.body.payment.status).toBe('requires_action');
    expect((await pay(eve, order, { paymentMethodId: hers.id })).status).toBe(403);
    expect((await pay(eve, order, { paymentMethodId: eves.id })).status).toBe(200);
    await isAt(eve, order.id, 'confirmed');
    const intents = await intentsOf(order.id);
    expect(intents.map(({ status }) => status)).toEqual(['succeeded', 'canceled']);
    expect(new Set(intents.map(({ customer: of }) => of)).size).toBe(2);
  });
});

describe('the list', () => {
  test('shows a card once, however often it was saved, and removing it removes it for good', async () => {
    const ada = await customer();
    const first = await save(ada);
    await isAt(
      ada,
      (await buy(ada, { paymentMethodId: 'pm_card_visa', savePaymentMethod: true })).id,
      'confirmed',
    );
    await save(ada, 'pm_card_amex');
    const listed = await cardsOf(ada);
    expect(listed.map(({ brand }: { brand: string }) => brand)).toEqual(['amex', 'visa']);
    const visa = listed.find(({ brand }: { brand: string }) => brand === 'visa');

    expect((await ada.call('DELETE', `${PATH}/${visa.id}`)).status).toBe(204);
    expect((await cardsOf(ada)).map(({ brand }: { brand: string }) => brand)).toEqual(['amex']);
    for (const id of [visa.id, first.id]) {
      expect((await system.stripeApi.paymentMethods.retrieve(id)).customer).toBeNull();
    }
    expect((await ada.call('DELETE', `${PATH}/${visa.id}`)).body.error.code).toBe('not_found');
    const { order } = (await ada.post('/api/orders', guestOrder(variantId))).body;
    const reply = await pay(ada, order, { paymentMethodId: visa.id });
    expect(reply.status).toBe(402);
    expect(reply.body.error.message).toBe(
      'This card cannot be used any more. Please enter it again, or pay with another one.',
    );
  });

  test('is its own: nobody sees or removes the cards of another account', async () => {
    const [ada, eve] = [await customer(), await customer()];
    const card = await save(ada);
    expect(await cardsOf(eve)).toEqual([]);
    expect((await eve.call('DELETE', `${PATH}/${card.id}`)).body.error.code).toBe('not_found');
    expect((await new Visitor(system.url).call('DELETE', `${PATH}/${card.id}`)).status).toBe(401);
    for (const nonsense of ['pm_', 'x', '%00', randomUUID()]) {
      expect((await ada.call('DELETE', `${PATH}/${nonsense}`)).status, nonsense).toBe(404);
    }
    expect(await cardsOf(ada)).toHaveLength(1);
  });

  test('says to try again while Stripe is away; what it did all the same is done', async () => {
    const ada = await customer();
    const card = await save(ada);
    system.stripe.faults.add({
      kind: 'error_before',
      method: 'GET',
      path: '/v1/customers/*/payment_methods',
    });
    expect((await ada.get(PATH)).body.error).toMatchObject({
      code: 'try_again',
      message: 'Your cards cannot be reached just now. Please try again in a moment.',
    });
    system.stripe.faults.add({
      kind: 'reset',
      method: 'POST',
      path: '/v1/payment_methods/*/detach',
      count: 2,
    });
    expect((await ada.call('DELETE', `${PATH}/${card.id}`)).body.error.code).toBe('try_again');
    expect(await cardsOf(ada)).toEqual([]);
  });

  test('is empty for a Customer that was deleted in Stripe’s dashboard, who pays and saves all the same', async () => {
    const ada = await customer();
    await save(ada);
    const [old] = await customersOf(ada);
    await system.stripeApi.customers.del(old!.id);
    const { id } = await buy(ada, { paymentMethodId: 'pm_card_visa' });
    await isAt(ada, id, 'confirmed');
    expect(await cardsOf(ada)).toEqual([]);
    expect(await save(ada)).toMatchObject({ brand: 'visa' });
  });
});

test('nothing of a card is in the users database, nor its ids in any history of a workflow', async () => {
  const ada = await customer();
  const card = await save(ada);
  const rows = await query(
    system.databases.users.em.fork(),
    sql`select to_json(c) as row from saved_cards c union all select to_json(s) from stripe_customers s`,
  );
  expect(JSON.stringify(rows)).toContain(card.id);
  expect(JSON.stringify(rows)).not.toMatch(/4242|visa/);

  const { id } = await buy(ada, { paymentMethodId: card.id });
  await isAt(ada, id, 'confirmed');
  const text = textOfHistory(await system.temporal.workflow.getHandle(`order-${id}`).fetchHistory());
  expect(text).toContain(id);
  expect(text).not.toMatch(/pm_|cus_|visa/);
});
