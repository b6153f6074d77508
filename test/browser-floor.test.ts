/** The built pages work in every browser of web/browser-floor.ts, and a first load contains only what it needs. */

import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import postcss from 'postcss';
import { expect, it } from 'vitest';
import { readFirstLoad } from '../bench/pages/first-load.ts';
import { cloneFolder } from '../dev/environment.ts';
import { MESSAGES_FOLDER } from '../messages/compile.ts';
import { readCatalog, readTexts } from '../messages/compiler/catalog.ts';
import { isNewCss, newFeatures } from './browser/newer-features.ts';

const assets = join(cloneFolder, 'web/build/_app/immutable');
const read = (pattern: string) =>
  globSync(pattern, { cwd: assets }).map((file) => ({
    file,
    text: readFileSync(join(assets, file), 'utf8'),
  }));

/** Features newer than the floor that we use anyway, each with the reason why that is safe. */
const ALLOWED_CODE: Readonly<Record<string, string>> = {
  'URL.canParse': 'zod asks whether it is there',
  'Uint8Array.fromBase64': 'SvelteKit asks whether it is there',
  'Error.captureStackTrace': 'zod asks whether it is there',
  'Error.stackTraceLimit': 'SvelteKit asks whether it is a number',
  'new WebTransport': 'engine.io asks whether it is there, and the pages use WebSocket only',
};
const ALLOWED_CSS: Readonly<Record<string, string>> = {
  resize: 'a field that cannot be pulled larger',
  'text-wrap': 'a headline whose last line is short',
  'field-sizing': 'a field that does not grow with its text',
  'scrollbar-width': 'a scroll bar under the categories',
  'content-visibility': 'a board that draws what is out of sight, too',
  'contain-intrinsic-block-size': 'goes with content-visibility',
  '@property': 'Tailwind sets the same values a second way, behind @supports',
  '@page': 'a receipt with the browser’s own margins',
  ':selection': 'the browser’s own color of what is selected',
  ':popover-open': 'within :is(), which forgives what it does not know',
  ':open': 'within :is(), which forgives what it does not know',
};

it('names no function of a global object that came after the floor', () => {
  const statics = newFeatures().filter(({ owner }) => owner !== undefined && /^[A-Z]/.test(owner));
  const globals = newFeatures().filter(({ owner }) => owner === undefined);
  const code = read('**/*.js');
  expect(code.length).toBeGreaterThan(0);
  const found = code.flatMap(({ text }) => [
    ...statics
      .filter(({ owner, name }) => new RegExp(`(?<![\\w$.])${owner}\\.${name}(?![\\w$])`).test(text))
      .map(({ owner, name }) => `${owner}.${name}`),
    ...globals
      .filter(({ name }) => new RegExp(`new ${name}(?![\\w$])`).test(text))
      .map(({ name }) => `new ${name}`),
  ]);
  expect([...new Set(found)].filter((name) => ALLOWED_CODE[name] === undefined)).toEqual([]);
});

it('has no style that came after the floor and is missed where it is unknown', () => {
  const styles = read('**/*.css');
  expect(styles.length).toBeGreaterThan(0);
  const found = new Set<string>();
  for (const { text } of styles) {
    postcss.parse(text).walk((node) => {
      if (node.type === 'decl' && !node.prop.startsWith('-') && isNewCss('properties', node.prop))
        found.add(node.prop);
      if (node.type === 'atrule' && isNewCss('at-rules', node.name)) found.add(`@${node.name}`);
      if (node.type !== 'rule') return;
      // Syntax that the build should have lowered.
      if (node.parent?.type === 'rule') found.add('nesting');
      for (const [, name] of node.selector.matchAll(/::?([a-z-]+)/g)) {
        if (!name!.startsWith('-') && isNewCss('selectors', name!)) found.add(`:${name}`);
      }
    });
  }
  expect([...found].filter((name) => ALLOWED_CSS[name] === undefined)).toEqual([]);
});

it('brings with a page nothing that can come after its first paint', () => {
  const build = join(cloneFolder, 'web/build');
  const preloads = JSON.parse(readFileSync(join(build, '_app/route-preloads.en.json'), 'utf8')) as Record<
    string,
    string[]
  >;
  const { refusal } = readTexts(MESSAGES_FOLDER).get('en')!;
  const later = {
    menus: 'group-heading',
    toasts: 'data-sonner-toaster',
    socket: 'EIO',
    refusals: refusal!['wrongPassword']!,
  };
  const whole = read('**/*.js').map(({ text }) => text);
  for (const mark of Object.values(later))
    expect(
      whole.some((text) => text.includes(mark)),
      mark,
    ).toBe(true);
  const guests = Object.keys(preloads).filter((path) => !path.startsWith('/agent'));
  expect(guests).toContain('/');
  const entries = readFileSync(join(build, 'index.en.html'), 'utf8').matchAll(
    /href="\/([^"]+\.(?:js|css))"/g,
  );
  const files = new Set([
    ...guests.flatMap((path) => preloads[path]!.filter((file) => /\.(js|css)$/.test(file))),
    ...[...entries].map(([, file]) => file!),
  ]);
  const found = [...files].flatMap((file) => {
    const text = readFileSync(join(build, file), 'utf8');
    return Object.entries(later).flatMap(([what, mark]) =>
      text.includes(mark) ? [`${what} in ${file}`] : [],
    );
  });
  expect(found).toEqual([]);
});

it('brings at most 3 kB of words with the menu in each language, packed', () => {
  for (const [language, messages] of readCatalog(readTexts(MESSAGES_FOLDER)).byLanguage) {
    const { words } = readFirstLoad('/', language, messages);
    expect(words, language).toBeGreaterThan(500);
    expect(words, language).toBeLessThan(3000);
  }
});
