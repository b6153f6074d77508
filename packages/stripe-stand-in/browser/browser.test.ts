import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, FrameLocator, Page } from 'playwright-core';
import Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser } from '../testing/browser.ts';
import { createStripeServer, type StripeServer } from '../server/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'stripe-browser-'));
let stripeServer: StripeServer;
let stripe: Stripe;
let shop: Server;
let shopUrl: string;
let browser: Browser;
let page: Page;

const html = (
  scriptUrl: string,
): string => `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>
  <main><h1>Pay</h1><div id="card"></div><button id="pay">Pay</button><output id="out"></output></main>
  <script src="${scriptUrl}"></script>
  <script>
    const stripe = Stripe('pk_test_browser');
    const elements = stripe.elements({ mode: 'payment', amount: 1250, currency: 'eur', paymentMethodCreation: 'manual',
      captureMethod: 'manual', allowedPaymentMethodTypes: ['card'], appearance: { variables: { colorPrimary: '#0a7' } } });
    const payment = elements.create('payment', {});
    window.events = [];
    payment.on('ready', () => window.events.push('ready'));
    payment.on('change', (event) => window.events.push(event.complete ? 'complete' : 'incomplete'));
    payment.mount('#card');
    const out = document.querySelector('#out');
    document.querySelector('#pay').addEventListener('click', async () => {
      out.textContent = '';
      const checked = await elements.submit();
      if (checked.error) { out.textContent = 'error ' + checked.error.code; return; }
      const made = await stripe.createPaymentMethod({ elements, params: { billing_details: { name: 'Ada' } } });
      out.textContent = made.error ? 'error ' + made.error.code : made.paymentMethod.id;
    });
  </script></html>`;

beforeAll(async () => {
  stripeServer = await createStripeServer({ dbFile: join(folder, 'stripe.sqlite'), port: 0 });
  stripe = new Stripe('sk_test_browser', {
    host: '127.0.0.1',
    port: stripeServer.port,
    protocol: 'http',
    maxNetworkRetries: 0,
  });
  shop = createServer((_request, response) => {
    response.writeHead(200, {
      'Content-Type': 'text/html',
      'Content-Security-Policy': `default-src 'self'; script-src 'self' 'unsafe-inline' ${stripeServer.url}; style-src 'unsafe-inline'; connect-src ${stripeServer.url}; frame-src ${stripeServer.url}`,
    });
    response.end(html(`${stripeServer.url}/v3/`));
  });
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  shopUrl = `http://localhost:${(shop.address() as AddressInfo).port}/`;
  browser = await launchBrowser();
}, 60_000);

afterAll(async () => {
  await browser.close();
  await new Promise<void>((resolve) => {
    shop.close(() => resolve());
    shop.closeAllConnections();
  });
  await stripeServer.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  page = await browser.newPage();
  page.setDefaultTimeout(45_000);
  await page.goto(shopUrl);
});
afterEach(async () => {
  await page.close();
});

const fields = (): FrameLocator => page.frameLocator('iframe[title="Secure payment input frame"]');
const bank = (): FrameLocator => page.frameLocator('iframe[title="3D Secure authentication"]');

async function typeCard(number: string, expiry = '12 / 34', cvc = '123'): Promise<void> {
  await fields().getByLabel('Card number').pressSequentially(number);
  await fields().getByLabel('Expiration date').fill(expiry);
  await fields().getByLabel('Security code').fill(cvc);
}

async function payButton(): Promise<string> {
  await page.getByRole('button', { name: 'Pay' }).click();
  const out = page.locator('#out:not(:empty)');
  return (await out.textContent()) ?? '';
}

async function intentWith(paymentMethod: string): Promise<Stripe.PaymentIntent> {
  const intent = await stripe.paymentIntents.create({
    amount: 1250,
    currency: 'eur',
    capture_method: 'manual',
    allowed_payment_method_types: ['card'],
  });
  return stripe.paymentIntents.confirm(intent.id, { payment_method: paymentMethod });
}

const inPage = (call: string, clientSecret: string | null): Promise<string> =>
  page.evaluate(
    async ([code, secret]) => {
      const run = new Function('secret', `return ${code}`) as (secret: string) => Promise<{
        error?: { code: string };
        paymentIntent?: { status: string };
      }>;
      const result = await run(secret ?? '');
      return result.error ? `error ${result.error.code}` : String(result.paymentIntent?.status);
    },
    [call, clientSecret] as const,
  );

describe('the card form', () => {
  test('makes a payment method from what was typed, and the page never sees the number', async () => {
    await typeCard('4242424242424242');
    const id = await payButton();
    expect(id).toMatch(/^pm_/);
    const method = await stripe.paymentMethods.retrieve(id);
    expect(method.card).toMatchObject({ brand: 'visa', last4: '4242', exp_month: 12, exp_year: 2034 });
    expect(method.billing_details.name).toBe('Ada');
    expect(await page.evaluate('window.events')).toEqual(['ready', 'incomplete', 'complete']);
    expect(await page.content()).not.toContain('4242');
  });

  test.each([
    ['', '', '', 'incomplete_number', 'Your card number is incomplete.'],
    ['4242424242424241', '12 / 34', '123', 'invalid_number', 'Your card number is invalid.'],
    [
      '4242424242424242',
      '12 / 20',
      '123',
      'invalid_expiry_year_past',
      'Your card’s expiration year is in the past.',
    ],
    ['4242424242424242', '12 / 34', '12', 'incomplete_cvc', 'Your card’s security code is incomplete.'],
  ])('refuses %s %s %s with %s', async (number, expiry, cvc, code, message) => {
    await typeCard(number, expiry, cvc);
    expect(await payButton()).toBe(`error ${code}`);
    await fields().getByText(message).waitFor();
  });

  test('keeps the button under the pointer while it is pressed, though an error comes above it', async () => {
    await typeCard('4242424242424242', '12 / 34', '12');
    await page.getByRole('button', { name: 'Pay' }).hover();
    await page.mouse.down();
    await fields().getByText('Your card’s security code is incomplete.').waitFor();
    const held = await page.locator('#card iframe').boundingBox();
    await page.mouse.up();
    await page.locator('#out:not(:empty)').waitFor();
    await expect
      .poll(async () => (await page.locator('#card iframe').boundingBox())!.height)
      .toBeGreaterThan(held!.height);
  });

  test('moves on by itself, groups the digits and names the brand', async () => {
    await fields().getByLabel('Card number').pressSequentially('378282246310005');
    await page.keyboard.type('1234');
    await page.keyboard.type('1234');
    expect(await fields().getByLabel('Card number').inputValue()).toBe('3782 822463 10005');
    expect(await fields().getByLabel('Expiration date').inputValue()).toBe('12 / 34');
    expect(await fields().getByLabel('Security code').inputValue()).toBe('1234');
    await fields().getByText('AMEX').waitFor();
  });

  test('refuses a real-looking number that is no test card', async () => {
    await typeCard('4000123400009009');
    expect(await payButton()).toBe('error card_declined');
  });
});

describe('3-D Secure', () => {
  test('is passed in a dialog, by keyboard alone', async () => {
    const intent = await intentWith('pm_card_authenticationRequired');
    expect(intent.status).toBe('requires_action');
    const result = inPage('stripe.handleNextAction({ clientSecret: secret })', intent.client_secret);
    await bank().getByText('€12.50').waitFor();
    const complete = bank().getByRole('button', { name: 'Complete' });
    await expect
      .poll(() => complete.evaluate((button) => button.matches(':focus') && button.ownerDocument.hasFocus()))
      .toBe(true);
    await page.keyboard.press('Enter');
    expect(await result).toBe('requires_capture');
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_capture');
  });

  test('failed, gives the error and leaves the intent open for another card', async () => {
    const intent = await intentWith('pm_card_threeDSecure2Required');
    const result = inPage('stripe.handleNextAction({ clientSecret: secret })', intent.client_secret);
    await bank().getByRole('button', { name: 'Fail' }).click();
    expect(await result).toBe('error payment_intent_authentication_failure');
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_payment_method');
  });

  test('passed, and declined afterwards', async () => {
    const intent = await intentWith('pm_card_threeDSecureRequiredChargeDeclined');
    const result = inPage('stripe.handleNextAction({ clientSecret: secret })', intent.client_secret);
    await bank().getByRole('button', { name: 'Complete' }).click();
    expect(await result).toBe('error card_declined');
  });

  test('abandoned, stays open', async () => {
    const intent = await intentWith('pm_card_authenticationRequired');
    void inPage('stripe.handleNextAction({ clientSecret: secret })', intent.client_secret).catch(
      () => 'gone',
    );
    await bank().getByRole('button', { name: 'Complete' }).waitFor();
    await page.reload();
    expect(await inPage('stripe.retrievePaymentIntent(secret)', intent.client_secret)).toBe(
      'requires_action',
    );
  });
});

describe('confirmPayment', () => {
  test('pays with the card in the form', async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 1250,
      currency: 'eur',
      allowed_payment_method_types: ['card'],
    });
    await typeCard('5555555555554444');
    const code = `elements.submit().then(() => stripe.confirmPayment({ elements, clientSecret: secret, redirect: 'if_required', confirmParams: {} }))`;
    await page.evaluate('Object.assign(window, { stripe, elements })');
    expect(await inPage(code, intent.client_secret)).toBe('succeeded');
  });

  test('tells a decline', async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 1250,
      currency: 'eur',
      allowed_payment_method_types: ['card'],
    });
    await typeCard('4000000000009995');
    await page.evaluate('Object.assign(window, { stripe, elements })');
    const code = `elements.submit().then(() => stripe.confirmPayment({ elements, clientSecret: secret, redirect: 'if_required' }))`;
    expect(await inPage(code, intent.client_secret)).toBe('error card_declined');
    expect((await stripe.paymentIntents.retrieve(intent.id)).last_payment_error?.decline_code).toBe(
      'insufficient_funds',
    );
  });
});
