import type Stripe from 'stripe';
import { address, addressOf } from './addresses.ts';
import { hash, required } from './parameters.ts';
import { text } from './parameter-kinds.ts';
import type { ShapeOf, Values } from './reader.ts';

const shape = {
  address: required(address),
  carrier: text(),
  name: required(text()),
  phone: text(),
  tracking_number: text(),
} satisfies ShapeOf<Stripe.PaymentIntentCreateParams['shipping']>;

/** Where goods go. */
export const shipping = hash(shape);

/** Shipping as responses show it: missing fields are null. */
export function shippingOf(given: Values<typeof shape>): NonNullable<Stripe.PaymentIntent['shipping']> {
  return {
    address: addressOf(given.address),
    carrier: given.carrier ?? null,
    name: given.name,
    phone: given.phone ?? null,
    tracking_number: given.tracking_number ?? null,
  };
}
