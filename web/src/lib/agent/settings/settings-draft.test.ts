import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ShopSettings } from '#domain/contract/settings.ts';
import { draftOf, readDraft, SETTING_KINDS } from './settings-draft.ts';

const settings: ShopSettings = {
  name: 'Zum Kegel',
  address: '',
  taxId: '',
  timeZone: 'Europe/Berlin',
  currency: 'eur',
  holdMinutes: 15,
  soldOutMinutes: 5,
  tipLimitAmount: 10_000,
  agentRefundLimitAmount: 5_050,
  takesTypedPlaces: true,
  tabsAtTables: 'before',
  tabsAtLanes: 'before',
  tabsAtCounters: 'before',
  tabsElsewhere: 'before',
  cardOnFile: 'never',
  cardOnFileAboveAmount: 5_000,
  chargeAfterHours: 12,
  unpaidOrdersPerGuest: 10,
  unpaidPiecesPerGuest: 60,
  unpaidOrdersPerNetwork: 60,
  unpaidPiecesPerNetwork: 300,
  unpaidStockPercent: 50,
  unpaidRoundsPerGuest: 10,
  unpaidAmountPerGuest: 30_000,
  unpaidRoundsPerTab: 60,
  unpaidAmountPerTab: 300_000,
  declinesPerOrder: 5,
  declinesPerNetwork: 20,
};
const saved = draftOf(settings);
const changed = (draft: Partial<typeof saved>) => readDraft({ ...saved, ...draft }, saved);

test('what is not changed is not sent', () => {
  expect(changed({})).toEqual({ changes: {}, problems: {} });
  expect(changed({ agentRefundLimitAmount: '80,25', name: ' Kegel ', takesTypedPlaces: 'false' })).toEqual({
    changes: { agentRefundLimitAmount: 8_025, name: 'Kegel', takesTypedPlaces: false },
    problems: {},
  });
});

test('what is wrong is said at its setting', () => {
  const { problems } = changed({
    name: ' ',
    timeZone: 'Europe/Nowhere',
    holdMinutes: '',
    declinesPerOrder: '0',
    unpaidStockPercent: 'half',
    tipLimitAmount: '1.234,5',
  });
  expect(problems).toEqual({
    name: 'Please fill this in.',
    timeZone: 'Please enter a time zone such as Europe/Berlin.',
    holdMinutes: 'Fill this in',
    declinesPerOrder: expect.stringContaining('1'),
    unpaidStockPercent: 'Write a whole number',
    tipLimitAmount: 'Write a number',
  });
});

test('every setting has its field in the form', () => {
  const form = readFileSync(new URL('SettingsForm.svelte', import.meta.url), 'utf8');
  const hasField = (name: string) => form.includes(`'${name}'`) || form.includes(`draft.${name}`);
  expect(Object.keys(SETTING_KINDS).filter((name) => !hasField(name))).toEqual([]);
});
