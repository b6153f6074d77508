import { expect, test } from 'vitest';
import type { Tab } from '#domain/contract/tabs.ts';
import { aTab, PEOPLE } from '../tab-builder.ts';
import { amountToCharge, canTakeBack, isCardAsked, isCardKept, knownCardName } from './tab-card.ts';

const CARD = { participantId: PEOPLE[0], brand: 'visa', last4: '4242', isCharging: false, refused: null };
const GUEST = { hasAccount: false, wantedAmount: 450 };
const ALWAYS = { cardOnFile: 'always', cardOnFileAboveAmount: 0 } as const;
const ABOVE = { cardOnFile: 'above', cardOnFileAboveAmount: 1_000 } as const;
const later = (fields: Partial<Tab> = {}): Tab => aTab({ settlement: 'after', ...fields });

test('a card is asked for as the shop says, until one is on file that was not refused', () => {
  expect(isCardAsked(later(), ALWAYS, GUEST)).toBe(true);
  expect(isCardAsked(later(), undefined, GUEST)).toBe(false);
  expect(isCardAsked(later({ status: 'closing' }), ALWAYS, GUEST)).toBe(false);
  expect(isCardAsked(aTab(), ALWAYS, GUEST)).toBe(false);
  expect(isCardAsked(later({ card: CARD }), ALWAYS, GUEST)).toBe(false);
  expect(isCardAsked(later({ card: { ...CARD, refused: 'declined' } }), ALWAYS, GUEST)).toBe(true);
  expect(isCardAsked(later(), { ...ALWAYS, cardOnFile: 'guests' }, { ...GUEST, hasAccount: true })).toBe(
    false,
  );
  expect(isCardAsked(later({ owedAmount: 550 }), ABOVE, GUEST)).toBe(false);
  expect(isCardAsked(later({ owedAmount: 551 }), ABOVE, GUEST)).toBe(true);
});

test('it can be taken back while nothing is owed or the shop does not ask, and never while it is charged', () => {
  const owing = later({ card: CARD, owedAmount: 450 });
  expect(canTakeBack(later({ card: CARD }), ALWAYS, false)).toBe(true);
  expect(canTakeBack(owing, ALWAYS, false)).toBe(false);
  expect(canTakeBack(owing, { ...ALWAYS, cardOnFile: 'guests' }, true)).toBe(true);
  expect(canTakeBack({ ...owing, card: { ...CARD, isCharging: true } }, ABOVE, true)).toBe(false);
  // Its giver is told so before she gives it, also while so little is owed that none is asked for yet.
  expect(isCardKept(ABOVE, true)).toBe(true);
  expect(isCardKept({ ...ABOVE, cardOnFile: 'guests' }, true)).toBe(false);
  expect(isCardKept(undefined, false)).toBe(false);
});

test('what nobody pays right now would be charged, to a card that only some know', () => {
  const line = {
    ...{ lineId: 'line', orderId: 'order', participantId: PEOPLE[0], name: 'Beer', options: [], note: null },
    ...{ quantity: 2, unitAmount: 450, amount: 900, taxRate: 1900, openAmount: 450 },
    ...{ due: [{ participantId: PEOPLE[0], amount: 450 }], claimed: [] },
  };
  expect(amountToCharge(later({ owed: [line] }))).toBe(0);
  expect(amountToCharge(later({ owed: [line], card: CARD }))).toBe(450);
  expect(knownCardName(CARD)).toBe('Visa •••• 4242');
  expect(knownCardName({ ...CARD, brand: null, last4: null })).toBeUndefined();
});
