import type { ErrorBody } from './errors.ts';

/** The fields visible to a publishable key, by kind of object, as marked in Stripe's API reference. */
const SEEN: Readonly<Record<string, ReadonlySet<string>>> = {
  payment_intent: new Set(
    'id object allowed_payment_method_types amount amount_details automatic_payment_methods canceled_at cancellation_reason capture_method client_secret confirmation_method created currency description excluded_payment_method_types last_payment_error livemode next_action payment_method payment_method_configuration_details payment_method_types processing receipt_email setup_future_usage shipping source status'.split(
      ' ',
    ),
  ),
  setup_intent: new Set(
    'id object allowed_payment_method_types automatic_payment_methods cancellation_reason client_secret created description excluded_payment_method_types last_setup_error livemode next_action payment_method payment_method_configuration_details payment_method_types status usage'.split(
      ' ',
    ),
  ),
};

/** Returns the object with only the fields visible to browsers. */
export function presentToBrowser(object: object): object {
  const seen = 'object' in object ? SEEN[String(object.object)] : undefined;
  return seen ? Object.fromEntries(Object.entries(object).filter(([key]) => seen.has(key))) : object;
}

/** Returns the error, with its intents reduced to the fields visible to browsers. */
export function presentErrorToBrowser(body: ErrorBody): ErrorBody {
  const shown = Object.entries(body).map(([key, value]) => [
    key,
    typeof value === 'object' && value !== null ? presentToBrowser(value) : value,
  ]);
  return Object.fromEntries(shown) as ErrorBody;
}
