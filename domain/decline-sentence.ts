/**
 * Explains to a card's holder why it was not charged, and what to do. The codes are Stripe's decline codes for cards
 * (https://docs.stripe.com/declines/codes), and the error codes with which one of our payments may end.
 */

const ANOTHER = 'Please pay with another one.';
const ANOTHER_OR_BANK = 'Please pay with another one, or ask your bank.';
const CHECK = 'Please check it and try again.';

const CODES_BY_SENTENCE: readonly (readonly [sentence: string, codes: string])[] = [
  [`There is not enough money on this card. ${ANOTHER}`, 'insufficient_funds'],
  [
    `This card has reached its limit. ${ANOTHER_OR_BANK}`,
    'card_velocity_exceeded withdrawal_count_limit_exceeded',
  ],
  [`This card has expired. ${ANOTHER}`, 'expired_card expired_payment_method'],
  [`The security code of the card is not right. ${CHECK}`, 'incorrect_cvc invalid_cvc'],
  [`The number of the card is not right. ${CHECK}`, 'incorrect_number invalid_number'],
  [`The expiry date of the card is not right. ${CHECK}`, 'invalid_expiry_month invalid_expiry_year'],
  [
    `The address does not belong to this card. ${CHECK}`,
    'incorrect_address incorrect_zip incorrect_postal_code',
  ],
  [
    'The bank could not process this just now. Please try again in a moment, or pay with another card.',
    'processing_error reenter_transaction issuer_not_available try_again_later approve_with_id',
  ],
  [
    'The bank wants you to confirm this payment. Please try again and confirm it.',
    'authentication_required authentication_not_handled',
  ],
  [
    'The payment was not confirmed with your bank. Please try again, or pay with another card.',
    'payment_intent_authentication_failure payment_intent_payment_attempt_expired payment_method_customer_decline',
  ],
  [
    `This card cannot be used for this payment. ${ANOTHER_OR_BANK}`,
    'card_not_supported not_permitted transaction_not_allowed service_not_allowed invalid_card_type',
  ],
  [`This card cannot pay in this currency. ${ANOTHER}`, 'currency_not_supported'],
  [`This card cannot pay this amount. ${ANOTHER_OR_BANK}`, 'invalid_amount amount_too_large'],
  [
    `Its bank says that this card is not valid any more. ${ANOTHER_OR_BANK}`,
    'invalid_account new_account_information_available',
  ],
  [
    `This card needs its PIN, which cannot be entered here. ${ANOTHER}`,
    'incorrect_pin invalid_pin offline_pin_required online_or_offline_pin_required pin_try_exceeded',
  ],
  [
    'The bank has seen this payment just before. Please look at your orders before you try again.',
    'duplicate_transaction',
  ],
  [
    `This card was declined too often today. ${ANOTHER} Tomorrow it can be tried again.`,
    'card_decline_rate_limit_exceeded',
  ],
  ['Only test cards pay here, and this is a real one.', 'test_mode_live_card'],
  [`This is a test card, which cannot pay. ${ANOTHER}`, 'testmode_decline'],
  [
    'This amount is too small to be paid by card. Please add something to the order, or leave a tip.',
    'amount_too_small',
  ],
  [
    'This card cannot be used any more. Please enter it again, or pay with another one.',
    'resource_missing payment_intent_invalid_parameter payment_method_unexpected_state payment_method_invalid_parameter invalid_request',
  ],
];

const SENTENCES = new Map(
  CODES_BY_SENTENCE.flatMap(([sentence, codes]) => codes.split(' ').map((code) => [code, sentence] as const)),
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
export function declineSentence(declineCode: string): string {
  return SENTENCES.get(declineCode) ?? `The bank declined this card. ${ANOTHER_OR_BANK} Nothing was charged.`;
}

/**
 * Returns the code that may be shown to anybody: Stripe requires a card that may be stolen to look like any other
 * decline.
 */
export function tellableCode(declineCode: string): string {
  return HIDDEN.has(declineCode) ? 'generic_decline' : declineCode;
}
