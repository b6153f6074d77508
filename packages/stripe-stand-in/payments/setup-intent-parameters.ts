import type Stripe from 'stripe';
import { createdRange, listParams } from '../protocol/lists.ts';
import { metadata } from '../protocol/metadata.ts';
import { clearable, hash, listOf, required } from '../protocol/parameters.ts';
import { boolean, notHere, oneOf, text, url } from '../protocol/parameter-kinds.ts';
import { browserShape } from './payment-intent-parameters.ts';
import { paymentMethodShape } from '../cards/payment-method-parameters.ts';
import type { ShapeOf, Values } from '../protocol/reader.ts';

type SdkCardOptions = NonNullable<Stripe.SetupIntentCreateParams['payment_method_options']>['card'];

const types = listOf(text(40));

const paymentMethodOptions = hash({
  card: hash({
    mandate_options: notHere(),
    moto: notHere(),
    network: text(),
    request_three_d_secure: oneOf('any', 'automatic', 'challenge'),
    setup_credential_usage: notHere(),
    three_d_secure: notHere(),
  } satisfies ShapeOf<SdkCardOptions>),
});

/** What confirm takes, and create with `confirm`. */
export const confirmShape = {
  allowed_payment_method_types: types,
  confirmation_token: notHere(),
  mandate_data: notHere(),
  payment_method: text(),
  payment_method_data: hash(paymentMethodShape),
  payment_method_options: paymentMethodOptions,
  return_url: url(),
  use_stripe_sdk: boolean(),
} satisfies ShapeOf<Stripe.SetupIntentConfirmParams>;

/** What confirm takes from a browser, which adds its client secret. */
export const browserConfirmShape = { ...confirmShape, ...browserShape };
/** What confirm was given. */
export type ConfirmParams = Partial<Values<typeof confirmShape>>;

const described = {
  attach_to_self: notHere(),
  customer: text(),
  customer_account: notHere(),
  description: clearable(text(1000)),
  excluded_payment_method_types: clearable(types),
  flow_directions: notHere(),
  metadata: metadata(),
  payment_method_configuration: notHere(),
};

/** What create takes. */
export const createShape = {
  ...confirmShape,
  ...described,
  automatic_payment_methods: hash({
    enabled: required(boolean()),
    allow_redirects: oneOf('always', 'never'),
  }),
  confirm: boolean(),
  on_behalf_of: notHere(),
  single_use: notHere(),
  usage: oneOf('off_session', 'on_session'),
} satisfies ShapeOf<Stripe.SetupIntentCreateParams>;

/** What update takes. */
export const updateShape = {
  ...described,
  allowed_payment_method_types: types,
  payment_method: text(),
  payment_method_data: confirmShape.payment_method_data,
  payment_method_options: paymentMethodOptions,
} satisfies ShapeOf<Stripe.SetupIntentUpdateParams>;

/** What list takes. */
export const listShape = {
  ...listParams,
  attach_to_self: notHere(),
  created: createdRange(),
  customer: text(),
  customer_account: notHere(),
  payment_method: text(),
} satisfies ShapeOf<Stripe.SetupIntentListParams>;
