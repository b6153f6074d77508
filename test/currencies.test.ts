import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addProduct } from './setup/menu.ts';
import { placeOrder } from './harness/buyer.ts';
import { startSystem, type System } from './harness/system.ts';
import { until } from './harness/until.ts';

describe.each([
  { currency: 'jpy', price: 1250, tip: 188, part: 333, receipt: '=C2=A52,688', menu: 2500 },
  { currency: 'kwd', price: 1250, tip: 190, part: 330, receipt: 'KWD=C2=A02.690', menu: 2500 },
])('a shop in $currency', ({ currency, price, tip, part, receipt, menu }) => {
  let system: System;
  let variantId: string;
  beforeAll(async () => {
    system = await startSystem({ environment: { CURRENCY: currency } });
    const variants = [{ name: 'Regular', unitAmount: price, available: 100 }];
    variantId = (await addProduct(system.databases, { variants }, currency)).variants[0]!.id;
  });
  afterAll(() => system?.stop());

  test('charges, refunds and mails what was ordered, in its own minor unit', async () => {
    const order = await placeOrder(system, { variantId, quantity: 2, pay: 'pm_card_visa', tipAmount: tip });
    expect(await order.untilStatus('confirmed')).toMatchObject({
      currency,
      totalAmount: menu,
      tipsAmount: tip,
    });
    const { intents, captured } = await order.atStripe();
    expect(intents.map((intent) => intent.currency)).toEqual([currency]);
    expect(captured).toBe(menu + tip);
    const refund = await system.agent.post(`/api/orders/${order.id}/refunds`, {
      amount: part,
      reason: 'cold',
    });
    expect(refund.status, JSON.stringify(refund.body)).toBe(201);
    expect((await order.atStripe()).refunded).toBe(part);
    await until('the receipt', () =>
      system.mailServer.mails.find(
        ({ subject, source }) => /receipt/i.test(subject) && source.includes(receipt),
      ),
    );
  });
});

describe('where Stripe wants the last digit to be 0', () => {
  let system: System;
  let variantId: string;
  beforeAll(async () => {
    system = await startSystem({ environment: { CURRENCY: 'kwd' } });
    const variants = [{ name: 'Regular', unitAmount: 1250, available: 100 }];
    variantId = (await addProduct(system.databases, { variants }, 'kwd')).variants[0]!.id;
  });
  afterAll(() => system?.stop());

  const product = (unitAmount: number, extra: number) => ({
    name: 'Cake',
    category: 'Sweets',
    taxRate: 700,
    variants: [{ name: 'Slice', unitAmount, available: 5 }],
    optionGroups: [{ name: 'Extras', minimum: 0, maximum: 1, options: [{ name: 'Cream', amount: extra }] }],
  });

  test('prices, tips and refunds that end otherwise are refused, and nothing is written', async () => {
    for (const [path, body] of [
      ['variants', product(1255, 100)],
      ['optionGroups', product(1250, 105)],
    ] as const) {
      const refused = await system.agent.post('/api/products', body);
      expect(refused.body.error.message).toBe('Amounts in KWD go in steps of KWD\u00a00.010.');
      expect(refused.body.error.details[0].path[0]).toBe(path);
    }
    const { body } = await system.agent.post('/api/products', product(1250, 100));
    const patched = await system.agent.call('PATCH', `/api/products/${body.product.id}`, {
      body: { variants: [{ id: body.product.variants[0].id, name: 'Slice', unitAmount: 1 }] },
    });
    expect(patched.status).toBe(400);

    const order = await placeOrder(system, { variantId });
    expect((await order.pay('pm_card_visa', 5)).body.error.code).toBe('invalid_request');
    expect((await order.pay('pm_card_visa', 10)).status).toBe(200);
    await order.untilStatus('confirmed');
    const refund = await system.agent.post(`/api/orders/${order.id}/refunds`, { amount: 15, reason: 'x' });
    expect(refund.body.error.code).toBe('invalid_request');
    expect(await order.read()).toMatchObject({ tipsAmount: 10, refundedAmount: 0 });
  });
});

test('a menu in another currency than the shop’s keeps the API from starting, with a sentence that says so', async () => {
  const system = await startSystem();
  await addProduct(system.databases, {}, 'usd');
  await expect(system.startApi()).rejects.toThrow('currency is eur, but the menu has prices in usd');
  await system.stop();
});
