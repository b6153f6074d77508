import type Stripe from 'stripe';
import { address } from '../protocol/addresses.ts';
import { createdRange, listParams } from '../protocol/lists.ts';
import { metadata } from '../protocol/metadata.ts';
import { clearable, hash, listOf, required } from '../protocol/parameters.ts';
import { email, notHere, text } from '../protocol/parameter-kinds.ts';
import type { ShapeOf } from '../protocol/reader.ts';

const described = {
  address: clearable(address),
  balance: notHere(),
  business_name: notHere(),
  cash_balance: notHere(),
  description: clearable(text()),
  email: clearable(email()),
  individual_name: notHere(),
  invoice_prefix: notHere(),
  invoice_settings: hash({
    custom_fields: notHere(),
    default_payment_method: clearable(text()),
    footer: notHere(),
    rendering_options: notHere(),
  } satisfies ShapeOf<Stripe.CustomerCreateParams['invoice_settings']>),
  metadata: metadata(),
  name: clearable(text(256)),
  next_invoice_sequence: notHere(),
  phone: clearable(text(20)),
  preferred_locales: listOf(text()),
  shipping: clearable(
    hash({ address: required(address), name: required(text()), phone: text() } satisfies ShapeOf<
      Stripe.CustomerCreateParams['shipping']
    >),
  ),
  source: notHere(),
  tax: notHere(),
  tax_exempt: notHere(),
  validate: notHere(),
};

/** What create takes. */
export const createShape = {
  ...described,
  payment_method: text(),
  tax_id_data: notHere(),
  test_clock: notHere(),
} satisfies ShapeOf<Stripe.CustomerCreateParams>;

/** What update takes. */
export const updateShape = {
  ...described,
  default_source: notHere(),
} satisfies ShapeOf<Stripe.CustomerUpdateParams>;

/** What list takes. */
export const listShape = {
  ...listParams,
  created: createdRange(),
  email: text(),
  test_clock: notHere(),
} satisfies ShapeOf<Stripe.CustomerListParams>;
