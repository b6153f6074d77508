/**
 * Pays with every test card, in the browser through the real pages and card form, and by API alone. Checks what the
 * customer reads, the final status of share, payment and order, and the result at Stripe.
 */

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { declineSentence } from '../domain/decline-sentence.ts';
import { messagesIn } from '../messages/compiled/messages.ts';
import { startPages } from './browser/pages.ts';
import {
  addToCart,
  answerBank,
  fillCard,
  fillDetails,
  launchBrowser,
  openPage,
  pay,
  PHONE,
  seeHeadline,
} from './browser/people.ts';
import { PlacedOrder, placeOrder } from './harness/buyer.ts';
import { startSystem, type System } from './harness/system.ts';
import { addProduct } from './setup/menu.ts';
import { Visitor } from './setup/visitor.ts';

const PRICE = 350;

let system: System;
let browser: Browser;
let url: string;
let variantId: string;
beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), launchBrowser()]);
  const tea = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: PRICE, available: 10_000 }],
  });
  variantId = tea.variants[0]!.id;
  url = await startPages(system);
});
afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

/** The expected outcome for a card. */
interface End {
  /** The headline of the order's page, and the text below it or in the refunds. */
  readonly headline: string;
  readonly text: string;
  readonly order: 'confirmed' | 'awaiting_payment';
  readonly payment: 'paid' | 'unpaid' | 'refunded';
  readonly share: 'captured' | 'due' | 'refunded';
  readonly declineCode: string | null;
  readonly card: { readonly brand: string; readonly last4: string } | null;
  readonly attention: string | null;
  /** The result at Stripe. */
  readonly intent: 'succeeded' | 'requires_payment_method';
  readonly captured: number;
  readonly refunded: number;
}

interface Row {
  readonly name: string;
  readonly number: string;
  /** The same card as a Stripe PaymentMethod. */
  readonly id: string;
  /** The holder's choice when her bank asks for authentication. */
  readonly atBank?: 'Complete' | 'Fail';
  /** The staff's action once it is paid. */
  readonly afterwards?: (order: PlacedOrder) => Promise<unknown>;
  readonly end: End;
}

function paid(number: string, brand: string, end: Partial<End> = {}): End {
  return {
    headline: 'The kitchen has it',
    text: '',
    order: 'confirmed',
    payment: 'paid',
    share: 'captured',
    declineCode: null,
    card: { brand, last4: number.slice(-4) },
    attention: null,
    intent: 'succeeded',
    captured: PRICE,
    refunded: 0,
    ...end,
  };
}

function declined(declineCode: string, text = declineSentence(messagesIn('en').decline, declineCode)): End {
  return {
    headline: 'That card did not work',
    text,
    order: 'awaiting_payment',
    payment: 'unpaid',
    share: 'due',
    declineCode,
    card: null,
    attention: null,
    intent: 'requires_payment_method',
    captured: 0,
    refunded: 0,
  };
}

const BRANDS: readonly (readonly [name: string, number: string, id: string, brand: string])[] = [
  ['Visa', '4242424242424242', 'pm_card_visa', 'visa'],
  ['Visa debit', '4000056655665556', 'pm_card_visa_debit', 'visa'],
  ['Mastercard', '5555555555554444', 'pm_card_mastercard', 'mastercard'],
  ['Mastercard debit', '5200828282828210', 'pm_card_mastercard_debit', 'mastercard'],
  ['Mastercard prepaid', '5105105105105100', 'pm_card_mastercard_prepaid', 'mastercard'],
  ['American Express', '378282246310005', 'pm_card_amex', 'amex'],
  ['Discover', '6011111111111117', 'pm_card_discover', 'discover'],
  ['Diners Club', '3056930009020004', 'pm_card_diners', 'diners'],
  ['JCB', '3566002020360505', 'pm_card_jcb', 'jcb'],
  ['UnionPay', '6200000000000005', 'pm_card_unionpay', 'unionpay'],
];

/** Written out here, not imported from the product, so that the table checks the product's sentences. */
const NO = 'The bank declined this card. Please pay with another one, or ask your bank. Nothing was charged.';
const DECLINES: readonly (readonly [name: string, number: string, id: string, end: End])[] = [
  ['generic decline', '4000000000000002', 'pm_card_chargeDeclined', declined('generic_decline', NO)],
  [
    'insufficient funds',
    '4000000000009995',
    'pm_card_chargeDeclinedInsufficientFunds',
    declined('insufficient_funds', 'There is not enough money on this card. Please pay with another one.'),
  ],
  ['lost', '4000000000009987', 'pm_card_chargeDeclinedLostCard', declined('generic_decline', NO)],
  ['stolen', '4000000000009979', 'pm_card_chargeDeclinedStolenCard', declined('generic_decline', NO)],
  ['blocked by Radar', '4100000000000019', 'pm_card_radarBlock', declined('generic_decline', NO)],
  [
    'over its limit',
    '4000000000006975',
    'pm_card_chargeDeclinedVelocityLimitExceeded',
    declined(
      'card_velocity_exceeded',
      'This card has reached its limit. Please pay with another one, or ask your bank.',
    ),
  ],
  [
    'expired',
    '4000000000000069',
    'pm_card_chargeDeclinedExpiredCard',
    declined('expired_card', 'This card has expired. Please pay with another one.'),
  ],
  [
    'wrong CVC',
    '4000000000000127',
    'pm_card_chargeDeclinedIncorrectCvc',
    declined('incorrect_cvc', 'The security code of the card is not right. Please check it and try again.'),
  ],
  [
    'processing error',
    '4000000000000119',
    'pm_card_chargeDeclinedProcessingError',
    declined(
      'processing_error',
      'The bank could not process this just now. Please try again in a moment, or pay with another card.',
    ),
  ],
];

const NOT_CONFIRMED = declined(
  'payment_intent_authentication_failure',
  'The payment was not confirmed with your bank. Please try again, or pay with another card.',
);
const ASKED: readonly Row[] = [
  {
    name: '3-D Secure required, approved',
    number: '4000000000003220',
    id: 'pm_card_threeDSecure2Required',
    atBank: 'Complete',
    end: paid('4000000000003220', 'visa'),
  },
  {
    name: '3-D Secure required, failed',
    number: '4000000000003220',
    id: 'pm_card_threeDSecure2Required',
    atBank: 'Fail',
    end: NOT_CONFIRMED,
  },
  {
    name: 'always to be authenticated, approved',
    number: '4000002760003184',
    id: 'pm_card_authenticationRequired',
    atBank: 'Complete',
    end: paid('4000002760003184', 'visa'),
  },
  {
    name: 'always to be authenticated, failed',
    number: '4000002760003184',
    id: 'pm_card_authenticationRequired',
    atBank: 'Fail',
    end: NOT_CONFIRMED,
  },
  {
    name: 'to be authenticated unless it was set up',
    number: '4000002500003155',
    id: 'pm_card_authenticationRequiredOnSetup',
    atBank: 'Complete',
    end: paid('4000002500003155', 'visa'),
  },
  {
    name: 'approved by 3-D Secure, then declined',
    number: '4000008400001629',
    id: 'pm_card_threeDSecureRequiredChargeDeclined',
    atBank: 'Complete',
    end: declined('generic_decline', NO),
  },
  {
    name: 'approved by 3-D Secure, without the money',
    number: '4000008260003178',
    id: 'pm_card_authenticationRequiredChargeDeclinedInsufficientFunds',
    atBank: 'Complete',
    end: declined('insufficient_funds'),
  },
];

const refundAll = (order: PlacedOrder) => order.refund({ reason: 'Lukewarm' });
const AFTERWARDS: readonly Row[] = [
  {
    name: 'takes its refund late',
    number: '4000000000007726',
    id: 'pm_card_pendingRefund',
    afterwards: refundAll,
    end: paid('4000000000007726', 'visa', {
      text: 'Sent back',
      payment: 'refunded',
      share: 'refunded',
      refunded: PRICE,
    }),
  },
  {
    name: 'does not take its refund',
    number: '4000000000005126',
    id: 'pm_card_refundFail',
    afterwards: refundAll,
    end: paid('4000000000005126', 'visa', {
      text: 'Your bank did not take it. We look after it.',
      attention: 'refund_failed',
    }),
  },
  {
    name: 'is disputed by its holder',
    number: '4000000000000259',
    id: 'pm_card_createDispute',
    end: paid('4000000000000259', 'visa', { attention: 'disputed' }),
  },
];

type Phone = Awaited<ReturnType<typeof openPage>>;
/** Idle phones, with a tea in the cart whenever they open a page of the shop. */
const phones: Phone[] = [];

/** A phone whose browser stores the cart as the menu filled it. */
async function startPhone(): Promise<Phone> {
  const phone = await openPage(browser, url, PHONE);
  await phone.page.goto('/');
  await addToCart(phone.page, 'Tea');
  const kept = await phone.page.evaluate<object>('({ ...localStorage })');
  // Stripe's and the bank's frames have no storage.
  await phone.page.addInitScript(`if (window === top) Object.assign(localStorage, ${JSON.stringify(kept)})`);
  return phone;
}

/** Orders tea on the pages and pays with the card. */
async function payOnPage({ page }: Phone, { number, atBank }: Row): Promise<PlacedOrder> {
  await page.goto('/checkout');
  await fillDetails(page, { name: 'Ada Lovelace', email: 'ada@example.com', table: '7' });
  await fillCard(page, number);
  const order = new PlacedOrder(system, new Visitor(url), await pay(page));
  if (atBank) await answerBank(page, atBank);
  return order;
}

/** The same by API alone; the stand-in's trigger authenticates the payment. */
async function payByApi({ id, atBank }: Row): Promise<PlacedOrder> {
  const order = await placeOrder(system, { variantId, pay: id });
  if (!atBank) return order;
  await order.until('sent to the bank', ({ shares }) => shares[0]?.status === 'requires_action');
  const [intent] = (await order.atStripe()).intents;
  const decision = atBank === 'Complete' ? 'authenticate' : 'fail_authentication';
  await fetch(`${system.stripe.url}/_/payment_intents/${intent!.id}/${decision}`, { method: 'POST' });
  return order;
}

/** Waits for the expected outcome; a failure names the differences. */
async function expectEnd(order: PlacedOrder, row: Row): Promise<void> {
  const { end } = row;
  await order.until(end.order, ({ status, shares }) =>
    end.order === 'confirmed' ? status === 'confirmed' : shares[0]?.declineCode != null,
  );
  await row.afterwards?.(order);
  await order.until(
    `${end.payment}, ${end.attention ?? 'nothing wrong'}`,
    (now) => now.paymentStatus === end.payment && now.needsAttention === end.attention,
  );
  const { status, paymentStatus, needsAttention, shares } = await order.read();
  expect({ status, paymentStatus, needsAttention, shares }).toMatchObject({
    status: end.order,
    paymentStatus: end.payment,
    needsAttention: end.attention,
    shares: [{ status: end.share, declineCode: end.declineCode, card: end.card }],
  });
  const { intents, captured, refunded } = await order.atStripe();
  expect({ intents: intents.map((intent) => intent.status), captured, refunded }).toEqual({
    intents: [end.intent],
    captured: end.captured,
    refunded: end.refunded,
  });
}

describe.concurrent.each<readonly [string, readonly Row[]]>([
  [
    'a card that pays',
    BRANDS.map(([name, number, id, brand]) => ({ name, number, id, end: paid(number, brand) })),
  ],
  ['a card that is declined', DECLINES.map(([name, number, id, end]) => ({ name, number, id, end }))],
  ['a card whose bank asks', ASKED],
  ['a card that paid', AFTERWARDS],
])('%s', (_kind, rows) => {
  test.each(rows)('$name: in the browser', async (row) => {
    const phone = phones.pop() ?? (await startPhone());
    const order = await payOnPage(phone, row);
    await expectEnd(order, row);
    await seeHeadline(phone.page, row.end.headline);
    if (row.end.text) await phone.page.getByText(row.end.text).first().waitFor();
    expect(phone.errors).toEqual([]);
    phones.push(phone);
  });

  test.each(rows)('$name: by API', async (row) => {
    await expectEnd(await payByApi(row), row);
  });
});
