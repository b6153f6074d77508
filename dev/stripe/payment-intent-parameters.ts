import { isVersionSince, type Call } from './call.ts';
import { amountStep, formatAmount, MAXIMUM_AMOUNT, minimumAmount } from './currencies.ts';
import { fractionalAmount, invalidRequest } from './errors.ts';
import type { FormParams } from './form-encoding.ts';
import { metadata } from './metadata.ts';
import { anyHash, booleanOr, clearable, hash, listOf, required } from './parameters.ts';
import { boolean, currency, email, integer, notHere, oneOf, text, url } from './parameter-kinds.ts';
import { paymentMethodShape } from './payment-method-parameters.ts';

/** Payment method types that send the customer away; the stand-in offers `card` alone. */
const types = listOf(text(40));

const shipping = hash({
  address: required(anyHash()),
  name: required(text()),
  carrier: text(),
  phone: text(),
  tracking_number: text(),
});

const paymentMethodOptions = hash({
  card: hash({
    capture_method: clearable(oneOf('manual')),
    moto: boolean(),
    request_three_d_secure: oneOf('any', 'automatic', 'challenge'),
    setup_future_usage: clearable(oneOf('off_session', 'on_session', 'none')),
    statement_descriptor_suffix_kana: text(22),
    statement_descriptor_suffix_kanji: text(17),
    require_cvc_recollection: boolean(),
    network: text(),
  }),
  link: anyHash(),
});

/** What confirm takes, and create with `confirm`. */
export const confirmShape = {
  capture_method: oneOf('automatic', 'automatic_async', 'manual'),
  error_on_requires_action: boolean(),
  off_session: booleanOr(anyHash()),
  payment_method: text(),
  payment_method_data: hash(paymentMethodShape),
  payment_method_options: paymentMethodOptions,
  receipt_email: clearable(email()),
  return_url: url(),
  setup_future_usage: clearable(oneOf('off_session', 'on_session')),
  shipping: clearable(shipping),
  use_stripe_sdk: boolean(),
  radar_options: anyHash(),
  allowed_payment_method_types: types,
  excluded_payment_method_types: clearable(types),
  confirmation_token: notHere(),
  mandate: notHere(),
  mandate_data: notHere(),
  amount_details: notHere(),
  amount_to_confirm: integer(1),
  hooks: notHere(),
  payment_details: notHere(),
};

/** What a browser adds to confirm. */
export const browserShape = { client_secret: text(), key: text(), expected_payment_method_type: text() };

const described = {
  customer: text(),
  customer_account: notHere(),
  description: clearable(text(1000)),
  metadata: metadata(),
  statement_descriptor: text(22),
  statement_descriptor_suffix: text(22),
  transfer_group: text(),
  application_fee_amount: notHere(),
  on_behalf_of: notHere(),
  transfer_data: notHere(),
  payment_method_configuration: notHere(),
};

/** What create takes. */
export const createShape = {
  ...confirmShape,
  ...described,
  amount: required(integer(1)),
  currency: required(currency()),
  confirm: boolean(),
  confirmation_method: oneOf('automatic', 'manual'),
  automatic_payment_methods: hash({
    enabled: required(boolean()),
    allow_redirects: oneOf('always', 'never'),
  }),
  payment_method_types: types,
};

/** What update takes. */
export const updateShape = {
  ...described,
  amount: integer(1),
  currency: currency(),
  capture_method: confirmShape.capture_method,
  payment_method: confirmShape.payment_method,
  payment_method_data: confirmShape.payment_method_data,
  payment_method_options: confirmShape.payment_method_options,
  receipt_email: confirmShape.receipt_email,
  setup_future_usage: confirmShape.setup_future_usage,
  shipping: confirmShape.shipping,
  allowed_payment_method_types: types,
  excluded_payment_method_types: confirmShape.excluded_payment_method_types,
  payment_method_types: types,
};

/** Since 2026-09-30.endive `payment_method_types` can be read, but no longer be given. */
export function refusePaymentMethodTypes(call: Call, params: FormParams): void {
  if (params['payment_method_types'] === undefined || !isVersionSince(call, '2026-09-30')) return;
  throw invalidRequest(
    'The parameter `payment_method_types` is no longer supported on this API version. Use `allowed_payment_method_types` or `excluded_payment_method_types`, or rely on dynamic payment methods.',
    { code: 'payment_method_types_no_longer_supported', param: 'payment_method_types' },
  );
}

/** Stripe's least and highest amounts. */
export function assertAmount(amount: number, code: string): void {
  const least = minimumAmount(code);
  if (amount < least) {
    throw invalidRequest(`Amount must be at least ${formatAmount(least, code)} ${code}`, {
      code: 'amount_too_small',
      param: 'amount',
    });
  }
  if (amount > MAXIMUM_AMOUNT) {
    throw invalidRequest(`Amount must be no more than ${formatAmount(MAXIMUM_AMOUNT, code)} ${code}`, {
      code: 'amount_too_large',
      param: 'amount',
    });
  }
  assertWholeAmount(amount, code, 'amount');
}

/** Stripe's rule for currencies whose last digits must be 0; for captures and refunds as well. */
export function assertWholeAmount(amount: number, code: string, param: string): void {
  const step = amountStep(code);
  if (amount % step !== 0) throw fractionalAmount(code, step, param);
}

/** `allowed_payment_method_types` and its rivals exclude each other. */
export function assertOneWayOfChoosingTypes(params: FormParams): void {
  const given = ['allowed_payment_method_types', 'payment_method_types', 'automatic_payment_methods'].filter(
    (name) => params[name] !== undefined,
  );
  if (given.length < 2) return;
  throw invalidRequest(`You may only specify one of these parameters: ${given.join(', ')}.`, {
    param: given[0] ?? '',
  });
}
