import { describe, expect, test } from 'vitest';
import { MESSAGES_FOLDER } from '../compile.ts';
import { STAFF_LANGUAGES } from '../compiled/languages.ts';
import { messagesIn } from '../compiled/messages.ts';
import { readCatalog, readTexts, type Texts } from './catalog.ts';
import { emitCatalog } from './emit.ts';
import { fillHtml } from './fill-html.ts';

const catalogOf = (languages: Readonly<Record<string, Texts>>) =>
  readCatalog(new Map(Object.entries(languages)));

describe('the message files', () => {
  test('have English and French whole, the pages of the staff too', () => {
    expect(STAFF_LANGUAGES).toEqual(expect.arrayContaining(['en', 'fr']));
    expect(readCatalog(readTexts(MESSAGES_FOLDER)).languages).toEqual(
      expect.arrayContaining(['en', 'fr', 'de']),
    );
  });

  test('are compiled to functions in each language', () => {
    expect(messagesIn('fr').language.choose()).toBe('Langue');
  });
});

describe('a catalog', () => {
  const en = { cart: { items: '{count, plural, one {# item} other {# items}} for {name}' } };

  test.each<[problem: string, fr: Texts, told: string]>([
    ['a missing message', { cart: {} }, 'fr.json: cart.items is missing'],
    ['a message too many', { cart: { ...en.cart, old: 'x' } }, 'fr.json: cart.old is not in en.json'],
    [
      'a missing argument',
      { cart: { items: '{count, plural, other {#}}' } },
      'takes {count: number}, in English',
    ],
    ['an argument of another kind', { cart: { items: '{count} {name}' } }, '{count: string}'],
    ['an argument too many', { cart: { items: `${en.cart.items} {x}` } }, '{x: string}'],
    ['a text that cannot be read', { cart: { items: '{count' } }, 'cart.items: '],
    ['a plural without its last form', { cart: { items: '{count, plural, one {#}}{name}' } }, 'cart.items: '],
    ['nothing', { cart: { items: ' ' } }, 'is empty'],
    ['a name that is none', { cart: { ...en.cart, 'to-pay': 'x' } }, 'cart.to-pay is no name'],
  ])('with %s in another language is refused', (_problem, fr, told) => {
    expect(() => catalogOf({ en, fr })).toThrow(told);
  });

  test('may leave out what staff read, whole, and English stands in', () => {
    const staff = { ...en, staffBoard: { title: 'Board', empty: 'Nothing' } };
    expect(() => catalogOf({ en: staff, de: en })).not.toThrow();
    expect(() => catalogOf({ en: staff, de: { ...en, staffBoard: { title: 'Tafel' } } })).toThrow(
      'de.json: staffBoard.empty is missing',
    );
  });

  test('is compiled to TypeScript that only needs what it uses', () => {
    const files = emitCatalog(
      catalogOf({ en: { tip: { rate: "`$'{'x'}'` {rate, number, percent} <b>of it</b>" } } }),
    );
    expect(files.get('pages/tip.ts')).toContain("import { percent as $percent } from '../../format.ts'");
    expect(files.get('en.ts')).toContain(
      "rate: (a) => [`\\`\\${x}\\` ${$percent('en', a.rate)} `, { tag: 'b', text: `of it` }]",
    );
  });
});

test('a page of HTML names messages, which are written as text', () => {
  const texts = { shell: { title: 'Fish & "chips"' } };
  expect(fillHtml('<html lang="%language%"><p>%message.shell.title%', 'fr', texts)).toBe(
    '<html lang="fr"><p>Fish &#38; &#34;chips&#34;',
  );
  expect(() => fillHtml('%message.shell.gone%', 'fr', texts)).toThrow('%message.shell.gone%');
});
