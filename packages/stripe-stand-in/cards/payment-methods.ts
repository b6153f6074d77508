import { createHash } from 'node:crypto';
import type { Call } from '../protocol/call.ts';
import { addressOf } from '../protocol/addresses.ts';
import { checkCard, checkExpiry } from './card-check.ts';
import { cardByNumber, cardByTestId, type TestCard } from './cards.ts';
import type { Stored } from '../store/collection.ts';
import { findCustomer } from './customer-access.ts';
import { cardError, invalidRequest, missing, StripeError } from '../protocol/errors.ts';
import { emit } from '../webhooks/events.ts';
import type { FormParams } from '../protocol/form-encoding.ts';
import { newId } from '../protocol/ids.ts';
import { listAnswer } from '../protocol/lists.ts';
import { applyMetadata } from '../protocol/metadata.ts';
import { readParams } from '../protocol/parameters.ts';
import { customerListShape, type Description, listShape, updateShape } from './payment-method-parameters.ts';
import type { Values } from '../protocol/reader.ts';
import type { PaymentMethod, PaymentMethodHidden } from '../store/store.ts';

/** POST /v1/payment_methods. Only browsers may send card numbers, as at Stripe. */
export function createPaymentMethod(call: Call, description: Description): PaymentMethod {
  const { card } = description;
  if (!card)
    throw invalidRequest('Missing required param: card.', { code: 'parameter_missing', param: 'card' });
  if (card.token !== undefined) {
    const testCard = cardByTestId(card.token);
    if (!testCard) throw missing('token', card.token, 'card[token]');
    return insertTestCard(call, testCard, description).object;
  }
  if (!call.publishable) {
    throw new StripeError(402, {
      type: 'invalid_request_error',
      message:
        'Sending credit card numbers directly to the Stripe API is generally unsafe. To continue processing use Stripe.js, the Stripe mobile bindings, or Stripe Elements. For more information, see https://dashboard.stripe.com/account/integration/settings. If you are qualified to handle card data directly, see https://support.stripe.com/questions/enabling-access-to-raw-card-data-apis.',
    });
  }
  const number = (card.number ?? '').replaceAll(/[\s-]/g, '');
  const { month, year } = checkCard(call, number, card.exp_month, card.exp_year, card.cvc);
  const testCard = cardByNumber(number);
  if (!testCard) {
    throw cardError({
      code: 'card_declined',
      decline_code: 'test_mode_live_card',
      message:
        'Your card was declined. Your request was in test mode, but used a non test (live) card. For a list of valid test cards, visit: https://stripe.com/docs/testing.',
    });
  }
  return insert(call, testCard, month, year, card.cvc !== undefined, description).object;
}

function insertTestCard(
  call: Call,
  testCard: TestCard,
  description?: Partial<Description>,
): Stored<PaymentMethod, PaymentMethodHidden> {
  const now = new Date(call.now * 1000);
  return insert(call, testCard, now.getUTCMonth() + 1, now.getUTCFullYear() + 1, false, description);
}

function insert(
  call: Call,
  testCard: TestCard,
  expMonth: number,
  expYear: number,
  cvcGiven: boolean,
  description: Partial<Description> = {},
): Stored<PaymentMethod, PaymentMethodHidden> {
  const billing = description.billing_details;
  const object: PaymentMethod = {
    id: newId('pm'),
    object: 'payment_method',
    allow_redisplay: description.allow_redisplay ?? 'unspecified',
    billing_details: {
      address: addressOf(billing?.address),
      email: billing?.email ?? null,
      name: billing?.name ?? null,
      phone: billing?.phone ?? null,
      tax_id: billing?.tax_id ?? null,
    },
    card: {
      brand: testCard.brand,
      checks: {
        address_line1_check: null,
        address_postal_code_check: null,
        cvc_check: cvcGiven ? 'unchecked' : null,
      },
      country: testCard.country,
      display_brand: testCard.brand === 'amex' ? 'american_express' : testCard.brand,
      exp_month: expMonth,
      exp_year: expYear,
      fingerprint: createHash('sha256')
        .update(testCard.number)
        .digest('base64url')
        .replaceAll(/[-_]/g, '')
        .slice(0, 16),
      funding: testCard.funding,
      generated_from: null,
      last4: testCard.number.slice(-4),
      networks: { available: [testCard.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: testCard.brand !== 'amex' },
      wallet: null,
    },
    created: call.now,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: applyMetadata({}, description.metadata),
    type: 'card',
  };
  const hidden: PaymentMethodHidden = { number: testCard.number, cvcGiven };
  call.store.paymentMethods.insert(object, hidden);
  return { seq: 0, object, hidden };
}

/** Returns the payment method with that id. A test id such as `pm_card_visa` makes a new one each time. */
export function resolvePaymentMethod(
  call: Call,
  id: string,
  param = 'payment_method',
): Stored<PaymentMethod, PaymentMethodHidden> {
  const found = call.store.paymentMethods.find(id);
  if (found) return found;
  const testCard = id.startsWith('pm_card_') ? cardByTestId(id) : undefined;
  if (testCard) return insertTestCard(call, testCard);
  throw missing('PaymentMethod', id, param);
}

/** Returns the test card behind a payment method. */
export function testCardOf(hidden: PaymentMethodHidden): TestCard {
  const testCard = cardByNumber(hidden.number);
  if (!testCard) throw new Error(`no test card has the number ending in ${hidden.number.slice(-4)}`);
  return testCard;
}

/** GET /v1/payment_methods/:id */
export function retrievePaymentMethod(call: Call, id: string): PaymentMethod {
  return resolvePaymentMethod(call, id).object;
}

/** POST /v1/payment_methods/:id. Only one that is attached to a customer can be changed. */
export function updatePaymentMethod(call: Call, id: string, params: FormParams): PaymentMethod {
  const read = readParams(updateShape, params);
  const { object, hidden } = resolvePaymentMethod(call, id);
  if (object.customer === null) {
    throw invalidRequest('You must save this PaymentMethod to a customer before you can update it.', {
      code: 'payment_method_unexpected_state',
    });
  }
  const { address, ...billing } = read.billing_details ?? {};
  object.billing_details = {
    ...object.billing_details,
    ...Object.fromEntries(Object.entries(billing).filter(([, value]) => value !== undefined)),
    address: address === null ? addressOf(null) : addressOf(address, object.billing_details.address),
  };
  if (object.card && read.card) changeExpiry(call, object.card, read.card);
  object.metadata = applyMetadata(object.metadata ?? {}, read.metadata);
  if (read.allow_redisplay) object.allow_redisplay = read.allow_redisplay;
  call.store.paymentMethods.save(object, hidden);
  emit(call, 'payment_method.updated', object);
  return object;
}

function changeExpiry(
  call: Call,
  card: NonNullable<PaymentMethod['card']>,
  given: { exp_month?: string | undefined; exp_year?: string | undefined },
): void {
  const { month, year } = checkExpiry(
    call,
    given.exp_month ?? String(card.exp_month),
    given.exp_year ?? String(card.exp_year),
  );
  card.exp_month = month;
  card.exp_year = year;
}

/** GET /v1/payment_methods?customer=…. Without a customer the list is empty, as at Stripe. */
export function listPaymentMethods(call: Call, params: FormParams): object {
  const read = readParams(listShape, params);
  if (read.customer !== undefined) findCustomer(call, read.customer, 'customer');
  return listOfCustomer(call, '/v1/payment_methods', read.customer ?? '', read);
}

/** GET /v1/customers/:id/payment_methods */
export function listCustomerPaymentMethods(call: Call, customer: string, params: FormParams): object {
  const read = readParams(customerListShape, params);
  findCustomer(call, customer, 'customer');
  return listOfCustomer(call, `/v1/customers/${customer}/payment_methods`, customer, read);
}

function listOfCustomer(
  call: Call,
  url: string,
  customer: string,
  read: Values<typeof customerListShape>,
): object {
  const { allow_redisplay: wanted, type } = read;
  return listAnswer(
    call.store.paymentMethods,
    url,
    read,
    { customer, type },
    wanted === undefined ? undefined : (method) => method.allow_redisplay === wanted,
  );
}
