import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { minify, transformWithOxc, type Plugin } from 'vite';
import { PSEUDO_LOCALE } from '../messages/language-cookie.ts';
import { compileMessages, MESSAGES_FOLDER } from '../messages/compile.ts';
import { readTexts, SOURCE, type Texts } from '../messages/compiler/catalog.ts';
import { fillHtml } from '../messages/compiler/fill-html.ts';
import { PRELOADS_FILE } from './route-preloads.ts';

/** The call by which compiled messages read the language; the build replaces it. */
const LANGUAGE = '__LANGUAGE__';
/** Files that are served compressed. */
const PACKED = /\.(html|js|css|json|svg|txt|webmanifest)$/;

export interface Options {
  /** The folder that the adapter wrote. */
  readonly folder: string;
  /** Whether to build the pseudo-locale, too: English with accents, half as long again, for tests. */
  readonly withPseudo: boolean;
}

/**
 * Writes the pages once per language from one build. The bundler leaves the language open, so that every message
 * contains every language. Then each script with messages is written once per language with that language as a
 * constant, which removes all others: `menu.js` becomes `menu.en.js`, `menu.fr.js` and so on, and `index.html`
 * likewise. A browser loads one language, in the same few files as a page with one language would have (docs/adr/0021).
 */
export function pagesPerLanguage({ folder, withPseudo }: Options): Plugin {
  return {
    name: 'sharetab:pages-per-language',
    config(_config, { command }) {
      compileMessages();
      // In development the page itself carries its language.
      const client = command === 'serve' ? { define: { [LANGUAGE]: 'document.documentElement.lang' } } : {};
      return { environments: { client, ssr: { define: { [LANGUAGE]: '"en"' } } } };
    },
    configureServer({ watcher }) {
      watcher.add(MESSAGES_FOLDER);
      watcher.on('change', (path) => {
        if (path.startsWith(MESSAGES_FOLDER) && path.endsWith('.json')) compileMessages();
      });
    },
    buildApp: {
      // Runs after the adapter, which precedes it in the list of plugins.
      order: 'post',
      async handler() {
        const texts = readTexts(MESSAGES_FOLDER);
        await localize(
          folder,
          new Map([...texts, ...(withPseudo ? [[PSEUDO_LOCALE, texts.get(SOURCE)!] as const] : [])]),
        );
        await pack(folder);
      },
    },
  };
}

async function localize(folder: string, texts: ReadonlyMap<string, Texts>): Promise<void> {
  const scripts = new Map(
    listFiles(join(folder, '_app/immutable'))
      .filter((path) => path.endsWith('.js'))
      .map((path) => [path, readFileSync(path, 'utf8')]),
  );
  const spoken = findSpoken(scripts);
  const names = [...spoken].map((path) => basename(path));
  const inLanguage = (name: string, language: string) => name.replace(/\.js$/, `.${language}.js`);
  const rename = (text: string, language: string) =>
    names.reduce((renamed, name) => renamed.replaceAll(name, inLanguage(name, language)), text);

  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const preloads = readFileSync(join(folder, PRELOADS_FILE), 'utf8');
  for (const [language, messages] of texts) {
    for (const path of spoken) {
      const code = await putIn(language, rename(scripts.get(path)!, language), path);
      writeFileSync(inLanguage(path, language), code);
    }
    writeFileSync(
      join(folder, `index.${language}.html`),
      fillHtml(rename(html, language), language, messages),
    );
    writeFileSync(
      join(folder, PRELOADS_FILE.replace('.json', `.${language}.json`)),
      rename(preloads, language),
    );
  }
  for (const path of [...spoken, join(folder, 'index.html'), join(folder, PRELOADS_FILE)]) rmSync(path);
}

/** Scripts with messages, and scripts that import one. */
function findSpoken(scripts: ReadonlyMap<string, string>): ReadonlySet<string> {
  const spoken = new Set<string>();
  for (let before = -1; before !== spoken.size;) {
    before = spoken.size;
    const names = [...spoken].map((path) => basename(path));
    for (const [path, code] of scripts)
      if (code.includes(LANGUAGE) || names.some((name) => code.includes(name))) spoken.add(path);
  }
  return spoken;
}

async function putIn(language: string, code: string, path: string): Promise<string> {
  const filled = await transformWithOxc(code, path, { define: { [LANGUAGE]: JSON.stringify(language) } });
  const made = await minify(path, filled.code, { module: true, mangle: false });
  for (const { message } of made.errors) throw new Error(`${path}: ${message}`);
  return made.code;
}

/** The build compresses its files: better and cheaper than per request. */
async function pack(folder: string): Promise<void> {
  await Promise.all(
    listFiles(folder)
      .filter((path) => PACKED.test(path))
      .map(async (path) => {
        const content = readFileSync(path);
        const brotli = promisify(brotliCompress)(content, {
          params: { [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
        });
        const zipped = promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION });
        writeFileSync(`${path}.br`, await brotli);
        writeFileSync(`${path}.gz`, await zipped);
      }),
  );
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
