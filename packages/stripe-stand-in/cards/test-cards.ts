import type { TestCard } from './cards.ts';
import { declined, GENERIC_DECLINE, INSUFFICIENT_FUNDS, PROCESSING_ERROR } from './declines.ts';

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
  card('378282246310005', 'amex amex_threeDSecureNotSupported', { brand: 'amex' }),
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
  card('4000001000000000', 'bg', { country: 'BG' }),
  card('4000001910000009', 'hr', { country: 'HR' }),
  card('4000001960000008', 'cy', { country: 'CY' }),
  card('4000002030000002', 'cz', { country: 'CZ' }),
  card('4000002330000009', 'ee', { country: 'EE' }),
  card('4000003000000030', 'gr', { country: 'GR' }),
  card('4000003480000005', 'hu', { country: 'HU' }),
  card('4000004280000005', 'lv', { country: 'LV' }),
  card('4000004400000000', 'lt', { country: 'LT' }),
  card('4000004420000006', 'lu', { country: 'LU' }),
  card('4000004700000007', 'mt', { country: 'MT' }),
  card('4000005780000007', 'no', { country: 'NO' }),
  card('4000006200000007', 'pt', { country: 'PT' }),
  card('4000006420000001', 'ro', { country: 'RO' }),
  card('4000007030000001', 'sk', { country: 'SK' }),
  card('4000007050000006', 'si', { country: 'SI' }),
  card('4000058260000005', 'gb_debit', { country: 'GB', funding: 'debit' }),
  card('4000000360000006', 'au', { country: 'AU' }),
  card('4000000760000002', 'br', { country: 'BR' }),
  card('4000001240000000', 'ca', { country: 'CA' }),
  card('4000003440000004', 'hk', { country: 'HK' }),
  card('4000003560000008', 'in', { country: 'IN' }),
  card('4000004840008001', 'mx', { country: 'MX' }),
  card('4000005540000008', 'nz', { country: 'NZ' }),
  card('4000007020000003', 'sg', { country: 'SG' }),

  card('4000000000000002', 'chargeDeclined visa_chargeDeclined', { decline: GENERIC_DECLINE }),
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
  card('4000000000000341', 'chargeCustomerFail', { declineOnceAttached: GENERIC_DECLINE }),
  card('4100000000000019', 'radarBlock', {
    decline: { ...declined('fraudulent'), blocked: true },
    riskLevel: 'highest',
  }),
  card('4000000000004954', 'riskLevelHighest', { riskLevel: 'highest' }),
  card('4000000000009235', 'riskLevelElevated', { riskLevel: 'elevated' }),
  card('4000000000000101', 'cvcCheckFail', { failedChecks: ['cvc_check'] }),
  card('4000000000000010', 'avsFail', {
    failedChecks: ['address_line1_check', 'address_postal_code_check'],
  }),
  card('4000000000000028', 'avsLine1Fail', { failedChecks: ['address_line1_check'] }),
  card('4000000000000036', 'avsZipFail', { failedChecks: ['address_postal_code_check'] }),
  card('4000000000000044', 'avsUnchecked', { unavailableChecks: true }),

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
    authentication: 'unless_set_up',
    declineAfterAuthentication: INSUFFICIENT_FUNDS,
    country: 'GB',
  }),
  card('4000000000003220', 'threeDSecure2Required threeDSecureRequired', { authentication: 'required' }),
  card('4000000000003063', '', { authentication: 'required' }),
  card('4000008400000027', '', { authentication: 'required' }),
  card('4000008400001629', 'threeDSecureRequiredChargeDeclined', {
    authentication: 'required',
    declineAfterAuthentication: GENERIC_DECLINE,
  }),
  card('4000008400001280', 'threeDSecureRequiredProcessingError', {
    authentication: 'required',
    lookupFails: true,
  }),
  card('4000000000003055', 'threeDSecureOptional', { authentication: 'supported' }),
  card('4000000000003097', 'threeDSecureOptionalProcessingError', {
    authentication: 'supported',
    lookupFails: true,
  }),
];
