import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LANGUAGES } from './compiled/languages.ts';

/** What a fifth of a narrow phone has room for, at the size of the names of steps. */
const MOST_LETTERS = 9;

test.each(LANGUAGES)(
  'the names of an order’s steps break only where a reader of %s breaks them',
  (language) => {
    const { orderSteps } = JSON.parse(
      readFileSync(new URL(`./${language}.json`, import.meta.url), 'utf8'),
    ) as Record<string, Record<string, string>>;
    const names = ['setAside', 'paid', 'preparing', 'ready', 'enjoy'].map((name) => orderSteps![name]!);
    const tooLong = names.flatMap((name) =>
      name.split(/[\s\u00ad]/).filter((part) => part.length > MOST_LETTERS),
    );
    expect(tooLong).toEqual([]);
  },
);
