import type { Call } from '../protocol/call.ts';
import { applyCardOptions } from '../cards/card-options.ts';
import { invalidRequest, unexpectedState } from '../protocol/errors.ts';
import type { ConfirmParams, Intent } from './payment-attempt.ts';
import { attempt } from './payment-authentication.ts';
import { applyKinds } from '../cards/payment-method-kinds.ts';
import { assertUsable } from '../cards/payment-method-use.ts';
import { createPaymentMethod, resolvePaymentMethod } from '../cards/payment-methods.ts';
import { shippingOf } from '../protocol/shipping.ts';
import type { PaymentIntent, PaymentMethod } from '../store/store.ts';

const CONFIRMABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

/** Attempts the payment: authorized, paid or waiting for 3-D Secure. A decline is written, then thrown. */
export function confirmIntent(call: Call, stored: Intent, params: ConfirmParams): PaymentIntent {
  const { object: intent, hidden } = stored;
  assertConfirmable(call, intent);
  if (params.payment_method_data)
    intent.payment_method = createPaymentMethod(call, params.payment_method_data).id;
  else if (params.payment_method !== undefined)
    intent.payment_method = resolvePaymentMethod(call, params.payment_method).object.id;
  if (intent.payment_method === null) {
    throw unexpectedState(
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
      intent,
    );
  }
  applyKinds(intent, params);
  if (params.capture_method) intent.capture_method = params.capture_method;
  if (params.receipt_email !== undefined) intent.receipt_email = params.receipt_email;
  if (params.setup_future_usage !== undefined) intent.setup_future_usage = params.setup_future_usage;
  if (params.shipping !== undefined) intent.shipping = params.shipping && shippingOf(params.shipping);
  intent.payment_method_options = applyCardOptions(
    intent.payment_method_options,
    params.payment_method_options,
  );
  assertReturnUrl(call, intent, params);
  if (params.return_url !== undefined) hidden.returnUrl = params.return_url;
  hidden.offSession = params.off_session !== undefined && params.off_session !== false;
  const method = resolvePaymentMethod(call, intent.payment_method);
  assertUsable(method, intent.id);
  assertOwner(intent, method.object);
  return attempt(call, stored, method, params);
}

function assertConfirmable(call: Call, intent: PaymentIntent): void {
  if (
    call.publishable &&
    intent.confirmation_method === 'manual' &&
    intent.status === 'requires_confirmation'
  ) {
    throw unexpectedState(
      'This PaymentIntent cannot be confirmed using a publishable key because its `confirmation_method` is `manual`. Please use your secret key instead.',
      intent,
    );
  }
  if (CONFIRMABLE.includes(intent.status)) return;
  throw unexpectedState(
    intent.status === 'succeeded'
      ? 'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.'
      : `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action.`,
    intent,
  );
}

function assertReturnUrl(call: Call, intent: PaymentIntent, params: ConfirmParams): void {
  if (call.publishable || intent.automatic_payment_methods?.allow_redirects !== 'always') return;
  if (
    params.return_url !== undefined ||
    params.use_stripe_sdk === true ||
    params.error_on_requires_action === true
  )
    return;
  throw invalidRequest(
    "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
    { param: 'return_url' },
  );
}

function assertOwner(intent: PaymentIntent, method: PaymentMethod): void {
  if (method.customer === null || method.customer === intent.customer) return;
  throw invalidRequest(
    `The PaymentMethod you provided belongs to the Customer ${method.customer}. Please include the Customer in the \`customer\` parameter on the PaymentIntent.`,
    { code: 'payment_intent_invalid_parameter', param: 'payment_method' },
  );
}
