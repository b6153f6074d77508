/** Why a card is declined, in Stripe's codes and words. */
export interface Decline {
  code: string;
  decline_code?: string;
  message: string;
  param?: string;
  advice_code?: string;
  network_decline_code?: string;
  /** Blocked by Radar before it reached the bank. */
  blocked?: boolean;
}

/** `card_declined` for that reason; the code is what the card network calls it. */
export function declined(
  decline_code: string,
  network_decline_code?: string,
  message = 'Your card was declined.',
): Decline {
  const advice_code = ['lost_card', 'stolen_card', 'fraudulent'].includes(decline_code)
    ? 'do_not_try_again'
    : 'try_again_later';
  return {
    code: 'card_declined',
    decline_code,
    message,
    advice_code,
    ...(network_decline_code ? { network_decline_code } : {}),
  };
}

/** The bank does not say why. */
export const GENERIC_DECLINE = declined('generic_decline', '01');
/** There is not enough money. */
export const INSUFFICIENT_FUNDS = declined('insufficient_funds', '51', 'Your card has insufficient funds.');
/** Something went wrong on the way to the bank. */
export const PROCESSING_ERROR: Decline = {
  code: 'processing_error',
  message: 'An error occurred while processing your card. Try again in a little bit.',
  advice_code: 'try_again_later',
};

/** A payment needs 3-D Secure, and nobody is there to pass it. */
export const AUTHENTICATION_REQUIRED: Decline = {
  code: 'authentication_required',
  decline_code: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};

/** A payment needs 3-D Secure, and `error_on_requires_action` asked for an error instead. */
export const AUTHENTICATION_NOT_HANDLED: Decline = {
  code: 'authentication_required',
  decline_code: 'authentication_not_handled',
  message:
    "This payment required an authentication action to complete, but `error_on_requires_action` was set. When you're ready, you can upgrade your integration to handle actions at https://stripe.com/docs/payments/payment-intents/upgrade-to-handle-actions.",
};

/** 3-D Secure was failed or given up. */
export const AUTHENTICATION_FAILURE = {
  code: 'payment_intent_authentication_failure',
  message:
    'The provided PaymentMethod has failed authentication. You can provide payment_method_data or a new PaymentMethod to attempt to fulfill this PaymentIntent again.',
} as const;
