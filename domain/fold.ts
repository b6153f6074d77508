/**
 * Normalizes text for search, the same on pages and in the databases: ignores case, accents, width, punctuation and
 * invisible characters, and separates words with one space. The databases have the same rule in SQL (db/fold-text.ts);
 * a test compares the two.
 */

/** Accents, vowel points and invisible characters. The signs of Indic and Thai writing are not accents. */
const LEFT_OUT = new RegExp(
  `[${[
    '\\u00ad\\u0300-\\u036f\\u0483-\\u0487\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7\\u0610-\\u061a',
    '\\u061c\\u0640\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u06df-\\u06e4\\u06e7\\u06e8\\u06ea-\\u06ed\\u180b-\\u180f',
    '\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u20d0-\\u20ff\\ufe00-\\ufe0f',
    '\\ufe20-\\ufe2f\\ufeff',
  ].join('')}]`,
  'g',
);

/** Letters that Unicode normalization doesn't decompose, with their usual ASCII spelling. */
const LETTERS: Readonly<Record<string, string>> = {
  ...{
    ß: 'ss',
    æ: 'ae',
    œ: 'oe',
    þ: 'th',
    ø: 'o',
    đ: 'd',
    ð: 'd',
    ħ: 'h',
    ı: 'i',
    ł: 'l',
    ŋ: 'n',
    ŧ: 't',
    ς: 'σ',
  },
};
const SPELLED = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');

const BETWEEN_WORDS = new RegExp(
  '[\\u0000-\\u002f\\u003a-\\u0040\\u005b-\\u0060\\u007b-\\u00bf\\u1680\\u2010-\\u2029\\u202f-\\u205f\\u3000-\\u3003\\u3008-\\u301f]+',
  'g',
);

/** Folds text for comparison: `  Café-CRÈME ` becomes `cafe creme`. */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(LEFT_OUT, '')
    .replace(SPELLED, (letter) => LETTERS[letter]!)
    .replace(BETWEEN_WORDS, ' ')
    .trim()
    .normalize('NFC');
}

/** Returns the words of a search, folded; empty if it has none. */
export function wordsOf(query: string): string[] {
  return foldText(query).split(' ').filter(Boolean);
}

/** Returns whether every word of `query` is part of one of the texts. Staff find orders and products this way. */
export function hasWords(texts: readonly (string | null | undefined)[], query: string): boolean {
  const folded = texts.map((text) => foldText(text ?? ''));
  return wordsOf(query).every((word) => folded.some((text) => text.includes(word)));
}
