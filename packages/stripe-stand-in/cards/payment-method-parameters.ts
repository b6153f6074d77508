import type Stripe from 'stripe';
import { address } from '../protocol/addresses.ts';
import { listParams } from '../protocol/lists.ts';
import { metadata } from '../protocol/metadata.ts';
import { clearable, hash, required } from '../protocol/parameters.ts';
import { notHere, oneOf, text } from '../protocol/parameter-kinds.ts';
import type { ShapeOf, Values } from '../protocol/reader.ts';

/** Who pays. */
export const billingDetails = hash({
  address: clearable(address),
  email: clearable(text()),
  name: clearable(text()),
  phone: clearable(text()),
  tax_id: clearable(text()),
} satisfies ShapeOf<Stripe.PaymentMethodCreateParams['billing_details']>);

const networks = hash({ preferred: clearable(text()) });

const cardParams = hash({
  cvc: text(),
  exp_month: text(),
  exp_year: text(),
  networks,
  number: text(),
  token: text(),
} satisfies ShapeOf<Stripe.PaymentMethodCreateParams['card']>);

const allowRedisplay = oneOf('always', 'limited', 'unspecified');

/** A payment method described in place: `payment_method_data`. */
export const paymentMethodShape = {
  type: required(oneOf('card')),
  card: cardParams,
  billing_details: billingDetails,
  metadata: metadata(),
  allow_redisplay: allowRedisplay,
  radar_options: hash({ session: text() }),
};

/** The body of POST /v1/payment_methods; of its many types there is `card` alone. */
export const createShape = { ...paymentMethodShape, customer: notHere(), payment_method: notHere() };

/** A payment method as it was described. */
export type Description = Values<typeof paymentMethodShape>;

/** What update takes. */
export const updateShape = {
  allow_redisplay: allowRedisplay,
  billing_details: billingDetails,
  card: hash({ exp_month: text(), exp_year: text(), networks } satisfies ShapeOf<
    Stripe.PaymentMethodUpdateParams['card']
  >),
  metadata: metadata(),
  us_bank_account: notHere(),
} satisfies ShapeOf<Stripe.PaymentMethodUpdateParams>;

/** What a customer's list takes. */
export const customerListShape = {
  ...listParams,
  allow_redisplay: allowRedisplay,
  type: text(),
} satisfies ShapeOf<Stripe.CustomerListPaymentMethodsParams>;

/** What list takes. */
export const listShape = {
  ...customerListShape,
  customer: text(),
  customer_account: notHere(),
} satisfies ShapeOf<Stripe.PaymentMethodListParams>;
