import { expect, test } from 'vitest';
import type { SavedCard } from '#domain/contract/cards.ts';
import { ANOTHER, expiryText, firstChoice } from './first-choice.ts';

const card = (id: string, more: Partial<SavedCard> = {}): SavedCard => ({
  id,
  brand: 'visa',
  last4: '4242',
  expMonth: 7,
  expYear: 2028,
  expired: false,
  ...more,
});

test('the newest card that still pays is offered first', () => {
  expect(firstChoice([])).toBe(ANOTHER);
  expect(firstChoice([card('new'), card('old')])).toBe('new');
  expect(firstChoice([card('new', { expired: true }), card('old')])).toBe('old');
  expect(firstChoice([card('new', { expired: true })])).toBe(ANOTHER);
});

test('one that was declined just now is not offered first again', () => {
  expect(firstChoice([card('new'), card('old')], 'new')).toBe('old');
  expect(firstChoice([card('new')], 'new')).toBe(ANOTHER);
});

test('an expiry is written as on the card', () => {
  expect(expiryText({ expMonth: 7, expYear: 2028 })).toBe('07/28');
  expect(expiryText({ expMonth: 12, expYear: 2105 })).toBe('12/05');
});
