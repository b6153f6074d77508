/**
 * Explains to a card's holder why it was not charged, and what to do. The codes are Stripe's decline codes for cards
 * (https://docs.stripe.com/declines/codes), and the error codes with which one of our payments may end.
 */

import type { Messages } from '../messages/compiled/messages.ts';

type DeclineWords = Messages['decline'];
type Sentence = keyof DeclineWords;

/** The codes of each sentence; `other` covers the rest. */
const CODES: Readonly<Record<Exclude<Sentence, 'other' | 'changeTooSmall'>, string>> = {
  money: 'insufficient_funds',
  limit: 'card_velocity_exceeded withdrawal_count_limit_exceeded',
  expired: 'expired_card expired_payment_method',
  securityCode: 'incorrect_cvc invalid_cvc',
  number: 'incorrect_number invalid_number',
  expiry: 'invalid_expiry_month invalid_expiry_year',
  address: 'incorrect_address incorrect_zip incorrect_postal_code',
  later: 'processing_error reenter_transaction issuer_not_available try_again_later approve_with_id',
  confirm: 'authentication_required authentication_not_handled',
  notConfirmed:
    'payment_intent_authentication_failure payment_intent_payment_attempt_expired payment_method_customer_decline',
  notSupported:
    'card_not_supported not_permitted transaction_not_allowed service_not_allowed invalid_card_type',
  currency: 'currency_not_supported',
  amount: 'invalid_amount amount_too_large',
  invalidAccount: 'invalid_account new_account_information_available',
  pin: 'incorrect_pin invalid_pin offline_pin_required online_or_offline_pin_required pin_try_exceeded',
  duplicate: 'duplicate_transaction',
  tooOften: 'card_decline_rate_limit_exceeded',
  realCard: 'test_mode_live_card',
  testCard: 'testmode_decline',
  tooSmall: 'amount_too_small',
  unusable:
    'resource_missing payment_intent_invalid_parameter payment_method_unexpected_state payment_method_invalid_parameter invalid_request',
};

const KEYS = new Map(
  Object.entries(CODES).flatMap(([sentence, codes]) =>
    codes.split(' ').map((code) => [code, sentence as Sentence] as const),
  ),
);

/** Lost, stolen or suspected of fraud: the person with the card must not learn it. */
const HIDDEN = new Set([
  'fraudulent',
  'lost_card',
  'merchant_blacklist',
  'pickup_card',
  'restricted_card',
  'stolen_card',
]);

/** Returns the reason for a decline in words for the cardholder. Generic codes get a generic sentence. */
export function declineSentence(words: DeclineWords, declineCode: string): string {
  return words[KEYS.get(declineCode) ?? 'other']();
}

/**
 * Returns the code that may be shown to anybody: Stripe requires a card that may be stolen to look like any other
 * decline.
 */
export function tellableCode(declineCode: string): string {
  return HIDDEN.has(declineCode) ? 'generic_decline' : declineCode;
}

/** Returns the reason for a decline of what a change costs more: there is no tip that could make it enough for a card. */
export function declineOfChange(words: DeclineWords, declineCode: string): string {
  return declineCode === 'amount_too_small' ? words.changeTooSmall() : declineSentence(words, declineCode);
}
