import { expect, test } from 'vitest';
import { chooseLanguage } from './choose-language.ts';
import { LANGUAGES } from './compiled/languages.ts';
import { number, percent, plural, select } from './format.ts';

test('numbers and plurals follow the language', () => {
  const forms = { '=0': 'none', one: 'one', other: 'many' };
  expect([0, 1, 2].map((count) => plural('en', count, forms))).toEqual(['none', 'one', 'many']);
  // In French one and a half is singular.
  expect(plural('fr', 1.5, forms)).toBe('one');
  expect([number('de', 1250.5), percent('en', 0.1), percent('fr', 0.1)]).toEqual([
    '1.250,5',
    '10%',
    '10\u00a0%',
  ]);
  expect([select('a', { a: 'A', other: 'O' }), select('toString', { a: 'A', other: 'O' })]).toEqual([
    'A',
    'O',
  ]);
});

test.each([
  [undefined, 'fr-CA,fr;q=0.8,en;q=0.5', 'fr'],
  [undefined, 'nl, de;q=0.7, en;q=0.3', 'de'],
  [undefined, 'nl', 'en'],
  [undefined, '', 'en'],
  ['de', 'fr', 'de'],
  ['tlh', 'fr', 'fr'],
])('who chose %s and whose browser says "%s" reads %s', (cookie, accepted, language) => {
  expect(chooseLanguage(LANGUAGES, { cookie, accepted })).toBe(language);
});
