import { invalidRequest } from '../protocol/errors.ts';
import type { PaymentIntent, SetupIntent } from '../store/store.ts';

/** The parameters that choose which kinds of payment methods may be used. */
interface Choice {
  allowed_payment_method_types?: string[] | undefined;
  excluded_payment_method_types?: string[] | null | undefined;
  /** Of older API versions. */
  payment_method_types?: string[] | undefined;
}

/** Applies the choice. Throws unless `card` is left, the only kind that the stand-in supports. */
export function applyKinds(intent: PaymentIntent | SetupIntent, choice: Choice): void {
  const allowed = choice.allowed_payment_method_types ?? choice.payment_method_types;
  if (choice.allowed_payment_method_types) intent.allowed_payment_method_types = allowed ?? null;
  if (allowed) intent.payment_method_types = allowed;
  if (choice.excluded_payment_method_types !== undefined)
    intent.excluded_payment_method_types = choice.excluded_payment_method_types;
  assertCardIsLeft(intent);
}

/** Throws when no kind of payment method is left. */
export function assertCardIsLeft(intent: PaymentIntent | SetupIntent): void {
  const excluded: readonly string[] = intent.excluded_payment_method_types ?? [];
  if (intent.payment_method_types.includes('card') && !excluded.includes('card')) return;
  const noun = intent.object === 'payment_intent' ? 'Payment Intent' : 'Setup Intent';
  throw invalidRequest(
    `No valid payment method types for this ${noun}. The stand-in for Stripe takes cards.`,
    { code: `${intent.object}_invalid_parameter`, param: 'allowed_payment_method_types' },
  );
}
