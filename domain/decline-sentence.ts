/** Stripe's decline codes in a customer's words; what to do is always said. */
const SENTENCES: Readonly<Record<string, string>> = {
  insufficient_funds: 'There is not enough money on this card. Please pay with another one.',
  expired_card: 'This card has expired. Please pay with another one.',
  incorrect_cvc: 'The security code of the card is not right. Please check it and try again.',
  invalid_cvc: 'The security code of the card is not right. Please check it and try again.',
  incorrect_number: 'The number of the card is not right. Please check it and try again.',
  invalid_number: 'The number of the card is not right. Please check it and try again.',
  invalid_expiry_month: 'The expiry date of the card is not right. Please check it and try again.',
  invalid_expiry_year: 'The expiry date of the card is not right. Please check it and try again.',
  processing_error: 'The bank could not process this just now. Please try again in a moment.',
  try_again_later: 'The bank could not process this just now. Please try again in a moment.',
  issuer_not_available: 'The bank cannot be reached just now. Please try again in a moment.',
  authentication_required: 'The bank wants you to confirm this payment. Please try again and confirm it.',
  payment_intent_authentication_failure:
    'The payment was not confirmed with your bank. Please try again, or pay with another card.',
  card_not_supported: 'This card cannot be used for this payment. Please pay with another one.',
  currency_not_supported: 'This card cannot pay in this currency. Please pay with another one.',
  card_velocity_exceeded: 'This card has reached its limit. Please pay with another one.',
  withdrawal_count_limit_exceeded: 'This card has reached its limit. Please pay with another one.',
  amount_too_small:
    'This amount is too small to be paid by card. Please add something to the order, or leave a tip.',
  resource_missing: 'This payment method is not known any more. Please enter the card again.',
};

/**
 * Why a card was declined, for its holder. Codes such as `lost_card` or `fraudulent` get the general sentence on
 * purpose: Stripe says they must not be told to whoever holds the card.
 */
export function declineSentence(declineCode: string): string {
  return (
    SENTENCES[declineCode] ??
    'The bank declined this card. Please pay with another one, or ask your bank. Nothing was charged.'
  );
}
