import type Stripe from 'stripe';
import { clearable, hash } from './parameters.ts';
import { text } from './parameter-kinds.ts';
import type { ShapeOf, Values } from './reader.ts';

const shape = {
  city: clearable(text()),
  country: clearable(text(2)),
  line1: clearable(text()),
  line2: clearable(text()),
  postal_code: clearable(text()),
  state: clearable(text()),
} satisfies ShapeOf<Stripe.AddressParam>;

/** A postal address, each part of which may be cleared. */
export const address = hash(shape);

/** An address as it was given. */
export type GivenAddress = Values<typeof shape>;

const NOWHERE: Stripe.Address = {
  city: null,
  country: null,
  line1: null,
  line2: null,
  postal_code: null,
  state: null,
};

/** Returns the address with the given parts changed; the others stay. */
export function addressOf(
  given: GivenAddress | null | undefined,
  before: Stripe.Address | null = NOWHERE,
): Stripe.Address {
  const changes = Object.entries(given ?? {}).filter(([, part]) => part !== undefined);
  return { ...(before ?? NOWHERE), ...Object.fromEntries(changes) };
}
