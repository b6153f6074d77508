import type Stripe from 'stripe';
import { isVersionSince } from '../protocol/api-versions.ts';
import type { Call } from '../protocol/call.ts';
import { paymentMethodOptions } from '../cards/card-options.ts';
import { amountStep, formatAmount, MAXIMUM_AMOUNT, minimumAmount } from '../protocol/currencies.ts';
import { fractionalAmount, invalidRequest } from '../protocol/errors.ts';
import type { FormParams } from '../protocol/form-encoding.ts';
import { metadata } from '../protocol/metadata.ts';
import { booleanOr, clearable, hash, listOf, required } from '../protocol/parameters.ts';
import { boolean, currency, email, integer, notHere, oneOf, text, url } from '../protocol/parameter-kinds.ts';
import { paymentMethodShape } from '../cards/payment-method-parameters.ts';
import type { ShapeOf } from '../protocol/reader.ts';
import { shipping } from '../protocol/shipping.ts';

/** The stand-in offers `card` alone. */
const types = listOf(text(40));

/** What confirm takes, and create with `confirm`. */
const confirmable = {
  allowed_payment_method_types: types,
  amount_details: notHere(),
  capture_method: oneOf('automatic', 'automatic_async', 'manual'),
  confirmation_token: notHere(),
  error_on_requires_action: boolean(),
  excluded_payment_method_types: clearable(types),
  hooks: notHere(),
  mandate: notHere(),
  mandate_data: notHere(),
  off_session: booleanOr('one_off', 'recurring'),
  payment_details: notHere(),
  payment_method: text(),
  payment_method_data: hash(paymentMethodShape),
  payment_method_options: paymentMethodOptions,
  radar_options: hash({ referrer: clearable(text()), session: text() }),
  receipt_email: clearable(email()),
  return_url: url(),
  setup_future_usage: clearable(oneOf('off_session', 'on_session')),
  shipping: clearable(shipping),
  use_stripe_sdk: boolean(),
};

/** What confirm takes. */
export const confirmShape = {
  ...confirmable,
  amount_to_confirm: notHere(),
} satisfies ShapeOf<Stripe.PaymentIntentConfirmParams>;

/** What a browser adds to confirm. */
export const browserShape = { client_secret: text(), key: text(), expected_payment_method_type: text() };

const { capture_method: _, error_on_requires_action: __, off_session: ___, ...forBrowsers } = confirmable;
/** What confirm takes from a browser: how a payment is made is the server's choice. */
export const browserConfirmShape = { ...forBrowsers, ...browserShape };

const described = {
  application_fee_amount: notHere(),
  customer: text(),
  customer_account: notHere(),
  description: clearable(text(1000)),
  metadata: metadata(),
  payment_method_configuration: notHere(),
  statement_descriptor: clearable(text(22)),
  statement_descriptor_suffix: clearable(text(22)),
  transfer_data: notHere(),
  transfer_group: text(),
};

/** The SDK no longer knows it; refusePaymentMethodTypes keeps it to older API versions. */
const olderVersions = { payment_method_types: types };

/** What create takes. */
export const createShape = {
  ...confirmable,
  ...described,
  amount: required(integer(1)),
  automatic_payment_methods: hash({
    enabled: required(boolean()),
    allow_redirects: oneOf('always', 'never'),
  }),
  confirm: boolean(),
  confirmation_method: oneOf('automatic', 'manual'),
  currency: required(currency()),
  on_behalf_of: notHere(),
  ...olderVersions,
} satisfies ShapeOf<Stripe.PaymentIntentCreateParams>;

/** What update takes. */
export const updateShape = {
  ...described,
  allowed_payment_method_types: types,
  amount: integer(1),
  amount_details: notHere(),
  capture_method: confirmable.capture_method,
  currency: currency(),
  excluded_payment_method_types: confirmable.excluded_payment_method_types,
  hooks: notHere(),
  payment_details: notHere(),
  payment_method: confirmable.payment_method,
  payment_method_data: confirmable.payment_method_data,
  payment_method_options: paymentMethodOptions,
  receipt_email: confirmable.receipt_email,
  setup_future_usage: confirmable.setup_future_usage,
  shipping: confirmable.shipping,
  ...olderVersions,
} satisfies ShapeOf<Stripe.PaymentIntentUpdateParams>;

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
