/** What a browser loads before a page's first paint, from the files of the build. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { parseSync, Visitor } from 'vite';
import { cloneFolder } from '../../dev/environment.ts';
import type { Nouns } from '../../messages/compiler/catalog.ts';

/** Bytes as they are sent, compressed by brotli. */
export interface FirstLoad {
  readonly files: number;
  readonly scripts: number;
  readonly styles: number;
  readonly fonts: number;
  /** How much smaller the scripts would be without a word of the catalog in them. */
  readonly words: number;
}

const BUILD = join(cloneFolder, 'web/build');

/** Reads the first load of a page, such as `/orders/[id]`, in a language with these messages. */
export function readFirstLoad(page: string, language: string, messages: Nouns): FirstLoad {
  const document = readFileSync(join(BUILD, `index.${language}.html`), 'utf8');
  const preloads = JSON.parse(
    readFileSync(join(BUILD, `_app/route-preloads.${language}.json`), 'utf8'),
  ) as Readonly<Record<string, readonly string[]>>;
  const linked = [...document.matchAll(/"\/(_app\/[^"]+\.(?:js|css))"/g)].map(([, file]) => file!);
  const files = [...new Set([...linked, ...preloads[page]!])];
  const scripts = files.filter((file) => file.endsWith('.js'));
  const words = literalsOf(messages);
  const sum = (of: readonly string[], size: (file: string) => number) =>
    of.reduce((total, file) => total + size(file), 0);
  return {
    files: files.length,
    scripts: sum(scripts, packedSize),
    styles: sum(
      files.filter((file) => file.endsWith('.css')),
      packedSize,
    ),
    fonts: sum(
      files.filter((file) => file.endsWith('.woff2')),
      (file) => readFileSync(join(BUILD, file)).length,
    ),
    words: sum(scripts, (file) => {
      const code = readFileSync(join(BUILD, file), 'utf8');
      const rest = withoutWords(code, words);
      return rest === code ? 0 : packedSize(file) - brotliCompressSync(rest).length;
    }),
  };
}

function packedSize(file: string): number {
  return readFileSync(join(BUILD, `${file}.br`)).length;
}

/** Returns the script with every text of the catalog emptied. */
function withoutWords(code: string, words: ReadonlySet<string>): string {
  const cuts: { start: number; end: number }[] = [];
  new Visitor({
    Literal: ({ value, start, end }) => {
      if (typeof value === 'string' && words.has(value)) cuts.push({ start: start + 1, end: end - 1 });
    },
    TemplateElement: ({ value, start, end }) => {
      if (words.has(value.cooked ?? '')) cuts.push({ start, end });
    },
  }).visit(parseSync('script.js', code).program);
  return cuts
    .toSorted((left, right) => right.start - left.start)
    .reduce((text, { start, end }) => text.slice(0, start) + text.slice(end), code);
}

function literalsOf(messages: Nouns): ReadonlySet<string> {
  const all = [...messages.values()].flatMap((noun) => [...noun.values()]);
  return new Set(all.flatMap(({ elements }) => elements.flatMap(literalsIn)));
}

function literalsIn(element: MessageFormatElement): string[] {
  switch (element.type) {
    case TYPE.literal:
      return [element.value];
    case TYPE.tag:
      return element.children.flatMap(literalsIn);
    case TYPE.plural:
    case TYPE.select:
      return Object.values(element.options).flatMap(({ value }) => value.flatMap(literalsIn));
    default:
      return [];
  }
}
