/** Reads the sources of pages and mails: every sentence is a message, and every message is used. */

import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { MESSAGES_FOLDER } from '../compile.ts';
import { readTexts } from '../compiler/catalog.ts';
import { findSentences } from './find-sentences.ts';
import { findUnused } from './find-unused.ts';

/** What tests are made of, and what runs on the server only while developing. */
const NO_PAGES = /\.test\.ts$|builders?\.ts$|live-server\.ts$|mail-examples\.ts$|hooks\.server\.ts$/;
const read = (pattern: string) =>
  globSync(pattern)
    .filter((file) => !NO_PAGES.test(file))
    .map((file) => ({ file, source: readFileSync(file, 'utf8') }));

/** What looks like a sentence and is none. */
const NO_SENTENCES: Readonly<Record<string, string>> = {
  Esc: 'what stands on the key',
  Guest: 'the scheme of a header',
  'Figtree, system-ui, sans-serif': 'names of fonts',
  'xMidYMid slice': 'how a drawing fills its place',
  'repeat(': 'a style',
  ', minmax(0, 1fr))': 'a style',
  'Tag extends string': 'a type',
  Row: 'a type',
  'with prices': 'how lines are described',
  'without prices': 'how lines are described',
  'mail could not be sent': 'kept for who looks after the shop',
};

describe('every sentence on pages and in mails is a message', () => {
  test.each(['web/src/**/*.{svelte,ts}', 'workers/mails/*.ts'])('%s', (pattern) => {
    const hardCoded = read(pattern).flatMap(({ file, source }) =>
      findSentences(file, source)
        .filter(({ text }) => NO_SENTENCES[text] === undefined)
        .map(({ text, line }) => `${file}:${line} ${text}`),
    );
    expect(hardCoded).toEqual([]);
  });

  test.each([
    ['a.svelte', '<p>Your cart</p>', 'Your cart'],
    ['a.svelte', '<Button>Pay {total}</Button>', 'Pay'],
    ['a.svelte', '<p aria-label="Close">{x}</p>', 'Close'],
    ['a.svelte', '<Field label="Name" />', 'Name'],
    ['a.svelte', '<p>{isGone ? "Sold out" : left}</p>', 'Sold out'],
    ['a.svelte', '<p>{`${count} left of it`}</p>', 'left of it'],
    ['a.ts', 'toast.error("It is too late.");', 'It is too late.'],
    ['a.ts', "f('A mail address, please: it goes there.');", 'A mail address, please: it goes there.'],
    ['a.ts', "const WORDS = { ready: 'Ready' };", 'Ready'],
    ['a.ts', "throw new ApiError('offline', 'There is no connection.');", 'There is no connection.'],
    ['a.ts', "document.title = 'Sold out';", 'Sold out'],
    ['a.ts', 'const text = `Only ${count} left`;', 'Only'],
  ])('one in %s is found: %s', (file, source, text) => {
    expect(findSentences(file, source).map((found) => found.text)).toContain(text);
  });

  test('what nobody reads is none', () => {
    const source = `<script lang="ts">
      import x from 'Some Where';
      const box = 'flex min-h-11 items-center gap-3';
      if (kind === 'Sold out') throw new Error('It is broken.');
    </script>
    <a class="text-muted font bold" href="/to be" data-kind="Some Kind" type="submit">{m.ui.close()} · →</a>`;
    expect(findSentences('a.svelte', source)).toEqual([]);
  });
});

test('every message is used', () => {
  const sources = ['web/src/**/*.{svelte,ts,html}', '{workers,api,domain,db}/**/*.ts'].flatMap(read);
  expect(
    findUnused(
      readTexts(MESSAGES_FOLDER).get('en')!,
      sources.map(({ source }) => source),
    ),
  ).toEqual([]);
  const texts = { cart: { title: 'x', old: 'x' }, decline: { money: 'x', gone: 'x' } };
  expect(findUnused(texts, ['m.cart.title()', "words(m.decline, 'money')"])).toEqual([
    'cart.old',
    'decline.gone',
  ]);
});
