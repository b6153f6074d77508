/** Reads the message files, one for each language, and compares them with the English one. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMessage, signatureOf, type Message } from './message.ts';

/** Messages by noun and key. */
export type Texts = Readonly<Record<string, Readonly<Record<string, string>>>>;
export type Nouns = ReadonlyMap<string, ReadonlyMap<string, Message>>;

export interface Catalog {
  /** English first. */
  readonly languages: readonly string[];
  readonly byLanguage: ReadonlyMap<string, Nouns>;
}

/** The language that the others are compared with, and the fallback for nouns they don't have. */
export const SOURCE = 'en';

/** A language must have all messages for guests. It has all messages for staff, or none. */
const isStaffOnly = (noun: string) => noun.startsWith('staff');

const KEY = /^[a-z][A-Za-z0-9_]*$/;
const RESERVED = new Set(
  'break case catch class const continue debugger default delete do else enum export extends false finally for function if import in instanceof let new null return static super switch this throw true try typeof var void while with yield await'.split(
    ' ',
  ),
);

/** Every `*.json` of the folder is a language, named by its BCP 47 tag. */
export function readTexts(folder: string): ReadonlyMap<string, Texts> {
  const languages = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.replace(/\.json$/, ''))
    .toSorted((left, right) => Number(right === SOURCE) - Number(left === SOURCE) || (left < right ? -1 : 1));
  return new Map(
    languages.map((name) => [name, JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Texts]),
  );
}

/** Reads every message. Throws one Error that names every problem: an invalid, missing or extra message. */
export function readCatalog(texts: ReadonlyMap<string, Texts>): Catalog {
  const problems: string[] = [];
  const byLanguage = new Map(
    [...texts].map(([language, nouns]) => [language, readNouns(language, nouns, problems)]),
  );
  const source = byLanguage.get(SOURCE)!;
  for (const [language, nouns] of byLanguage)
    if (language !== SOURCE) problems.push(...compare(language, nouns, source));
  if (problems.length > 0) throw new Error(`The messages are not whole:\n${problems.join('\n')}`);
  return { languages: [...texts.keys()], byLanguage };
}

function readNouns(language: string, texts: Texts, problems: string[]): Nouns {
  const read = (noun: string, key: string, text: string): [string, Message][] => {
    const name = `${language}.json: ${noun}.${key}`;
    if (!KEY.test(noun) || !KEY.test(key) || RESERVED.has(key)) {
      problems.push(
        `${name} is no name: it must be a word or two in camelCase, none that JavaScript reserves`,
      );
      return [];
    }
    if (text.trim() === '') problems.push(`${name} is empty`);
    try {
      return [[key, readMessage(text)]];
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
      return [];
    }
  };
  return new Map(
    Object.entries(texts).map(([noun, messages]) => [
      noun,
      new Map(Object.entries(messages).flatMap(([key, text]) => read(noun, key, text))),
    ]),
  );
}

function compare(language: string, nouns: Nouns, source: Nouns): string[] {
  const file = `${language}.json`;
  const hasStaffPages = [...nouns.keys()].some(isStaffOnly);
  const missing = [...source].flatMap(([noun, messages]) => {
    if (isStaffOnly(noun) && !hasStaffPages) return [];
    return [...messages.keys()]
      .filter((key) => !nouns.get(noun)?.has(key))
      .map((key) => `${file}: ${noun}.${key} is missing`);
  });
  const others = [...nouns].flatMap(([noun, messages]) =>
    [...messages].flatMap(([key, message]) => {
      const original = source.get(noun)?.get(key);
      if (!original) return [`${file}: ${noun}.${key} is not in ${SOURCE}.json`];
      const [here, there] = [signatureOf(message), signatureOf(original)];
      return here === there
        ? []
        : [`${file}: ${noun}.${key} takes ${here || 'nothing'}, in English ${there || 'nothing'}`];
    }),
  );
  return [...missing, ...others];
}
