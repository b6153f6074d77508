import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MESSAGES_FOLDER } from '../messages/compile.ts';
import { readTexts } from '../messages/compiler/catalog.ts';
import { FONTS_FOLDER, isInCore, makeCore, makeStyles, TYPEFACES } from './core-fonts.ts';

it.each(TYPEFACES)('the core of $family is what `npm run fonts` makes of the package', async (typeface) => {
  const kept = readFileSync(join(FONTS_FOLDER, `${typeface.name}-core.woff2`));
  expect(kept.equals(await makeCore(typeface))).toBe(true);
});

it('the style sheet of the typefaces is what `npm run fonts` makes', () => {
  expect(readFileSync(join(FONTS_FOLDER, 'fonts.css'), 'utf8')).toBe(makeStyles());
});

it('has every character of the catalog in the cores, so that no page loads more for its own words', () => {
  // The typefaces have no arrow to the right.
  const missing = [...readTexts(MESSAGES_FOLDER).values()]
    .flatMap((texts) => [...new Set(JSON.stringify(texts))])
    .filter((character) => character !== '→' && !isInCore(character));
  expect(missing).toEqual([]);
});
