/** Why a card is declined, as Stripe tells it. */
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

/** When the bank asks for 3-D Secure. */
export type Authentication = 'always' | 'unless_set_up' | 'required' | 'on_session' | 'supported';

/** What comes of a payment after it succeeded. */
export type Aftermath =
  | 'dispute_fraudulent'
  | 'dispute_not_received'
  | 'inquiry'
  | 'refund_fails'
  | 'refund_pending'
  | 'available_at_once';

/** A test card of https://docs.stripe.com/testing. */
export interface TestCard {
  number: string;
  /** `visa` is `pm_card_visa` and `tok_visa`. */
  names: readonly string[];
  brand: string;
  funding: 'credit' | 'debit' | 'prepaid';
  country: string;
  decline?: Decline;
  /** Attaching it to a customer works, charging it afterwards is declined. */
  declineOnceAttached?: Decline;
  authentication?: Authentication;
  /** The decline that follows a passed (or skipped) authentication. */
  declineAfterAuthentication?: Decline;
  aftermath?: Aftermath;
  cvcCheck?: 'fail';
  riskLevel?: 'elevated' | 'highest';
}

function declined(
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

const GENERIC = declined('generic_decline', '01');
const INSUFFICIENT_FUNDS = declined('insufficient_funds', '51', 'Your card has insufficient funds.');
const PROCESSING_ERROR: Decline = {
  code: 'processing_error',
  message: 'An error occurred while processing your card. Try again in a little bit.',
  advice_code: 'try_again_later',
};

/** The decline of a payment that needs 3-D Secure when nobody is there to pass it. */
export const AUTHENTICATION_REQUIRED: Decline = {
  code: 'authentication_required',
  decline_code: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};

/** The error of a payment whose 3-D Secure was failed or given up. */
export const AUTHENTICATION_FAILURE = {
  code: 'payment_intent_authentication_failure',
  message:
    'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
} as const;

type Extra = Omit<TestCard, 'number' | 'names' | 'brand' | 'funding' | 'country'> &
  Partial<Pick<TestCard, 'brand' | 'funding' | 'country'>>;

function card(number: string, names: string, extra: Extra = {}): TestCard {
  return {
    brand: 'visa',
    funding: 'credit',
    country: 'US',
    ...extra,
    number,
    names: names.split(' ').filter(Boolean),
  };
}

/** Every test card the stand-in knows. */
export const testCards: readonly TestCard[] = [
  card('4242424242424242', 'visa us'),
  card('4000056655665556', 'visa_debit', { funding: 'debit' }),
  card('4012888888881881', ''),
  card('5555555555554444', 'mastercard', { brand: 'mastercard' }),
  card('2223003122003222', '', { brand: 'mastercard' }),
  card('5200828282828210', 'mastercard_debit', { brand: 'mastercard', funding: 'debit' }),
  card('5105105105105100', 'mastercard_prepaid', { brand: 'mastercard', funding: 'prepaid' }),
  card('378282246310005', 'amex', { brand: 'amex' }),
  card('371449635398431', '', { brand: 'amex' }),
  card('6011111111111117', 'discover', { brand: 'discover' }),
  card('6011000990139424', '', { brand: 'discover' }),
  card('6011981111111113', 'discover_debit', { brand: 'discover', funding: 'debit' }),
  card('3056930009020004', 'diners', { brand: 'diners' }),
  card('36227206271667', '', { brand: 'diners' }),
  card('3566002020360505', 'jcb', { brand: 'jcb', country: 'JP' }),
  card('6200000000000005', 'unionpay', { brand: 'unionpay', country: 'CN' }),
  card('6200000000000047', '', { brand: 'unionpay', country: 'CN', funding: 'debit' }),
  card('6205500000000000004', '', { brand: 'unionpay', country: 'CN' }),
  card('4000002500001001', 'visa_cartesBancaires', { country: 'FR' }),
  card('5555552500001001', 'mastercard_cartesBancaires', { brand: 'mastercard', country: 'FR' }),

  card('4000000400000008', 'at', { country: 'AT' }),
  card('4000000560000004', 'be', { country: 'BE' }),
  card('4000007560000009', 'ch', { country: 'CH' }),
  card('4000002760000016', 'de', { country: 'DE' }),
  card('4000002080000001', 'dk', { country: 'DK' }),
  card('4000007240000007', 'es', { country: 'ES' }),
  card('4000002460000001', 'fi', { country: 'FI' }),
  card('4000002500000003', 'fr', { country: 'FR' }),
  card('4000008260000000', 'gb', { country: 'GB' }),
  card('4000003720000005', 'ie', { country: 'IE' }),
  card('4000003800000008', 'it', { country: 'IT' }),
  card('4000003920000003', 'jp', { country: 'JP' }),
  card('4000005280000002', 'nl', { country: 'NL' }),
  card('4000006160000005', 'pl', { country: 'PL' }),
  card('4000007520000008', 'se', { country: 'SE' }),

  card('4000000000000002', 'chargeDeclined visa_chargeDeclined', { decline: GENERIC }),
  card('4000000000009995', 'chargeDeclinedInsufficientFunds visa_chargeDeclinedInsufficientFunds', {
    decline: INSUFFICIENT_FUNDS,
  }),
  card('4000000000009987', 'chargeDeclinedLostCard visa_chargeDeclinedLostCard', {
    decline: declined('lost_card', '41'),
  }),
  card('4000000000009979', 'chargeDeclinedStolenCard visa_chargeDeclinedStolenCard', {
    decline: declined('stolen_card', '43'),
  }),
  card('4000000000006975', 'chargeDeclinedVelocityLimitExceeded visa_chargeDeclinedVelocityLimitExceeded', {
    decline: declined(
      'card_velocity_exceeded',
      '61',
      'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
    ),
  }),
  card('4000000000000069', 'chargeDeclinedExpiredCard', {
    decline: {
      code: 'expired_card',
      message: 'Your card has expired.',
      param: 'exp_month',
      advice_code: 'do_not_try_again',
    },
  }),
  card('4000000000000127', 'chargeDeclinedIncorrectCvc', {
    decline: {
      code: 'incorrect_cvc',
      message: "Your card's security code is incorrect.",
      param: 'cvc',
      advice_code: 'confirm_card_data',
    },
  }),
  card('4000000000000119', 'chargeDeclinedProcessingError', { decline: PROCESSING_ERROR }),
  card('4000000000000341', 'chargeCustomerFail', { declineOnceAttached: GENERIC }),
  card('4100000000000019', 'radarBlock', {
    decline: { ...declined('fraudulent'), blocked: true },
    riskLevel: 'highest',
  }),
  card('4000000000004954', 'riskLevelHighest', { riskLevel: 'highest' }),
  card('4000000000009235', 'riskLevelElevated', { riskLevel: 'elevated' }),
  card('4000000000000101', 'cvcCheckFail', { cvcCheck: 'fail' }),

  card('4000000000000259', 'createDispute', { aftermath: 'dispute_fraudulent' }),
  card('4000000000002685', 'createDisputeProductNotReceived', { aftermath: 'dispute_not_received' }),
  card('4000000000001976', 'createDisputeInquiry', { aftermath: 'inquiry' }),
  card('4000000000007726', 'pendingRefund', { aftermath: 'refund_pending' }),
  card('4000000000005126', 'refundFail', { aftermath: 'refund_fails' }),
  card('4000000000000077', 'bypassPending', { aftermath: 'available_at_once' }),
  card('4000003720000278', 'bypassPendingInternational', { aftermath: 'available_at_once', country: 'IE' }),

  card('4000002500003155', 'authenticationRequiredOnSetup', {
    authentication: 'unless_set_up',
    country: 'FR',
  }),
  card('4000002760003184', 'authenticationRequired', { authentication: 'always', country: 'DE' }),
  card('4000003800000446', 'authenticationRequiredSetupForOffSession', {
    authentication: 'on_session',
    country: 'IT',
  }),
  card('4000008260003178', 'authenticationRequiredChargeDeclinedInsufficientFunds', {
    authentication: 'always',
    declineAfterAuthentication: INSUFFICIENT_FUNDS,
    country: 'GB',
  }),
  card('4000000000003220', 'threeDSecure2Required threeDSecureRequired', { authentication: 'required' }),
  card('4000000000003063', '', { authentication: 'required' }),
  card('4000008400001629', 'threeDSecureRequiredChargeDeclined', {
    authentication: 'required',
    declineAfterAuthentication: GENERIC,
  }),
  card('4000008400001280', 'threeDSecureRequiredProcessingError', { decline: PROCESSING_ERROR }),
  card('4000000000003055', 'threeDSecureOptional', { authentication: 'supported' }),
  card('4000000000003097', 'threeDSecureOptionalProcessingError', { authentication: 'supported' }),
];

const byNumber = new Map(testCards.map((testCard) => [testCard.number, testCard]));
const byName = new Map(
  testCards.flatMap((testCard) => testCard.names.map((name) => [name, testCard] as const)),
);

/** The test card with that number, digits only. */
export function cardByNumber(number: string): TestCard | undefined {
  return byNumber.get(number);
}

/** The test card behind `pm_card_visa` or `tok_visa`. */
export function cardByTestId(id: string): TestCard | undefined {
  const name = /^(?:pm_card_|tok_)(\w+)$/.exec(id)?.[1];
  return name === undefined ? undefined : byName.get(name);
}

/** The check digit that all card numbers carry. */
export function passesLuhn(number: string): boolean {
  let sum = 0;
  for (let index = 0; index < number.length; index += 1) {
    const digit = Number(number[number.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return /^\d{12,19}$/.test(number) && sum % 10 === 0;
}
