import { expect, test } from 'vitest';
import { messagesIn } from '../messages/compiled/messages.ts';
import * as decline from './decline-sentence.ts';

const { tellableCode } = decline;
const declineSentence = (code: string) => decline.declineSentence(messagesIn('en').decline, code);

/** All of Stripe's decline codes for cards, grouped by the advice they get (https://docs.stripe.com/declines/codes). */
const STRIPES_CODES = {
  /** Reveals nothing beyond the decline, so that somebody with a stolen card learns nothing. */
  bank: [
    'call_issuer',
    'do_not_honor',
    'do_not_try_again',
    'generic_decline',
    'no_action_taken',
    'revocation_of_all_authorizations',
    'revocation_of_authorization',
    'security_violation',
    'stop_payment_order',
  ],
  hidden: ['fraudulent', 'lost_card', 'merchant_blacklist', 'pickup_card', 'restricted_card', 'stolen_card'],
  anotherCard: [
    'card_not_supported',
    'card_velocity_exceeded',
    'currency_not_supported',
    'expired_card',
    'insufficient_funds',
    'invalid_account',
    'invalid_amount',
    'new_account_information_available',
    'not_permitted',
    'offline_pin_required',
    'online_or_offline_pin_required',
    'incorrect_pin',
    'invalid_pin',
    'pin_try_exceeded',
    'service_not_allowed',
    'testmode_decline',
    'transaction_not_allowed',
    'withdrawal_count_limit_exceeded',
  ],
  check: [
    'incorrect_address',
    'incorrect_cvc',
    'incorrect_number',
    'incorrect_zip',
    'invalid_cvc',
    'invalid_expiry_month',
    'invalid_expiry_year',
    'invalid_number',
  ],
  again: [
    'approve_with_id',
    'authentication_not_handled',
    'authentication_required',
    'issuer_not_available',
    'processing_error',
    'reenter_transaction',
    'try_again_later',
  ],
  /** It may have been paid: advice to try again would be wrong. */
  look: ['duplicate_transaction'],
} as const;

const GENERAL =
  'The bank declined this card. Please pay with another one, or ask your bank. Nothing was charged.';

test.each(STRIPES_CODES.bank)('%s says that the bank declined, and to ask it', (code) => {
  expect(declineSentence(code)).toBe(GENERAL);
  expect(tellableCode(code)).toBe(code);
});

test.each(STRIPES_CODES.hidden)('%s looks like any other decline to whoever holds the card', (code) => {
  expect(declineSentence(code)).toBe(GENERAL);
  expect(tellableCode(code)).toBe('generic_decline');
});

test.each([
  ...STRIPES_CODES.anotherCard.map((code) => [code, /pay with another one/] as const),
  ...STRIPES_CODES.check.map((code) => [code, /Please check it and try again/] as const),
  ...STRIPES_CODES.again.map((code) => [code, /Please try again/] as const),
  ...STRIPES_CODES.look.map((code) => [code, /look at your orders before/] as const),
])('%s has a sentence of its own, which says what to do', (code, advice) => {
  expect(declineSentence(code)).toMatch(advice);
  expect(declineSentence(code)).not.toBe(GENERAL);
  expect(tellableCode(code)).toBe(code);
});

test('a code that Stripe has yet to think of is a decline like any other', () => {
  expect(declineSentence('brand_new_code')).toBe(GENERAL);
});

test('no sentence says that a card is lost, stolen or under suspicion', () => {
  for (const code of Object.values(STRIPES_CODES).flat()) {
    expect(declineSentence(code)).not.toMatch(/lost|stolen|fraud|suspic|block/i);
  }
});

test('a change is not to be tipped: what is too small for a card is added to, or taken in cash', () => {
  const words = messagesIn('en').decline;
  expect(decline.declineOfChange(words, 'amount_too_small')).toMatch(/add something else.* cash/);
  expect(decline.declineOfChange(words, 'expired_card')).toBe(declineSentence('expired_card'));
});
