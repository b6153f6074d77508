import type Stripe from 'stripe';
import { clearable, hash } from '../protocol/parameters.ts';
import { notHere, oneOf, text } from '../protocol/parameter-kinds.ts';
import type { ShapeOf, Values } from '../protocol/reader.ts';
import type { PaymentIntent } from '../store/store.ts';

type SdkCardOptions = NonNullable<Stripe.PaymentIntentCreateParams['payment_method_options']>['card'];

const card = hash({
  capture_method: clearable(oneOf('manual')),
  network: text(),
  request_three_d_secure: oneOf('any', 'automatic', 'challenge'),
  setup_future_usage: clearable(oneOf('off_session', 'on_session', 'none')),
  statement_descriptor_suffix_kana: clearable(text(22)),
  statement_descriptor_suffix_kanji: clearable(text(17)),
  cvc_token: notHere(),
  installments: notHere(),
  mandate_options: notHere(),
  moto: notHere(),
  request_extended_authorization: notHere(),
  request_incremental_authorization: notHere(),
  request_multicapture: notHere(),
  request_overcapture: notHere(),
  require_cvc_recollection: notHere(),
  setup_credential_usage: notHere(),
  stored_credential_usage: notHere(),
  three_d_secure: notHere(),
} satisfies ShapeOf<SdkCardOptions>);

/** `payment_method_options`: of cards, the only kind there is here. */
export const paymentMethodOptions = hash({ card: clearable(card) });

/** The options in a call's parameters. */
export type GivenOptions = Values<{ options: typeof paymentMethodOptions }>['options'];

const DEFAULTS = {
  installments: null,
  mandate_options: null,
  network: null,
  request_three_d_secure: 'automatic',
} as const;

/** Returns the options with those that were given; null unsets one of them, or all. */
export function applyCardOptions(
  current: PaymentIntent['payment_method_options'],
  given: GivenOptions,
): PaymentIntent['payment_method_options'] {
  const before = current?.card ?? DEFAULTS;
  if (given?.card === undefined) return { ...current, card: before };
  const next: Record<string, unknown> = { ...(given.card === null ? DEFAULTS : before), ...given.card };
  for (const [name, value] of Object.entries(given.card ?? {}))
    if (value === null) Reflect.deleteProperty(next, name);
  return { ...current, card: next as typeof before };
}

/** Returns true when confirming only authorizes. The card's own option wins over the intent's. */
export function capturesLater(intent: PaymentIntent): boolean {
  return (intent.payment_method_options?.card?.capture_method ?? intent.capture_method) === 'manual';
}

/** Returns how the card is used after the payment, if it is saved. The card's own option wins over the intent's. */
export function futureUsage(intent: PaymentIntent): 'off_session' | 'on_session' | null {
  const usage = intent.payment_method_options?.card?.setup_future_usage ?? intent.setup_future_usage;
  const kept = ['off_session', 'on_session'] as const;
  return kept.find((one) => one === usage) ?? null;
}
