import { metadata } from './metadata.ts';
import { anyHash, clearable, hash, required } from './parameters.ts';
import { oneOf, text } from './parameter-kinds.ts';
import { type Values } from './reader.ts';

/** A postal address, each part of which may be cleared. */
export const address = hash({
  city: clearable(text()),
  country: clearable(text(2)),
  line1: clearable(text()),
  line2: clearable(text()),
  postal_code: clearable(text()),
  state: clearable(text()),
});

/** Who pays. */
export const billingDetails = hash({
  address,
  email: clearable(text()),
  name: clearable(text()),
  phone: clearable(text()),
  tax_id: clearable(text()),
});

const cardParams = hash({
  number: text(),
  exp_month: text(),
  exp_year: text(),
  cvc: text(),
  token: text(),
  networks: anyHash(),
});

/** A payment method described in place: `payment_method_data`, or the body of POST /v1/payment_methods. */
export const paymentMethodShape = {
  type: required(oneOf('card')),
  card: cardParams,
  billing_details: billingDetails,
  metadata: metadata(),
  allow_redisplay: oneOf('always', 'limited', 'unspecified'),
};
/** A payment method as it was described. */
export type Description = Values<typeof paymentMethodShape>;
