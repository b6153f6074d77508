import { basename, join } from 'node:path';
import { type Plugin } from 'vite';
import { MESSAGES_FOLDER } from '../messages/compile.ts';
import { readCatalog, readTexts, SOURCE, type Catalog } from '../messages/compiler/catalog.ts';
import { emitMessageModule } from '../messages/compiler/emit.ts';
import { importEach } from './import-each.ts';

const NOUNS = join(MESSAGES_FOLDER, 'compiled/pages/');
const ONE = '?message=';

/**
 * Makes each message a module of its own in the build, and has each source import just those that it uses. A bundler puts
 * a module into one file as a whole: with a module per noun, a page that says one sentence of the checkout would load all
 * that any page says of it. Development keeps the modules per noun, which are fewer requests.
 */
export function messageModules(): Plugin {
  let catalog: Catalog;
  return {
    name: 'sharetab:message-modules',
    apply: 'build',
    enforce: 'post',
    applyToEnvironment: ({ config }) => config.consumer === 'client',
    buildStart() {
      catalog = readCatalog(readTexts(MESSAGES_FOLDER));
    },
    resolveId: {
      order: 'pre',
      handler: (id) => (id.startsWith(NOUNS) ? { id, moduleSideEffects: false } : undefined),
    },
    load: {
      order: 'pre',
      handler(id) {
        if (!id.startsWith(NOUNS)) return undefined;
        const [file, key] = id.split(ONE) as [string, string?];
        const noun = basename(file, '.ts');
        const messages = catalog.byLanguage.get(SOURCE)!.get(noun);
        if (!messages) return undefined; // the index of the nouns
        if (key !== undefined) return { code: emitMessageModule(catalog, noun, key), moduleType: 'ts' };
        const names = [...messages.keys()];
        return {
          code: names.map((name) => `export { ${name} } from '${file}${ONE}${name}';`).join('\n'),
          moduleType: 'ts',
        };
      },
    },
    transform: {
      filter: { code: '#messages' },
      handler(code) {
        return {
          code: importEach(code, {
            has: (noun, key) => catalog.byLanguage.get(SOURCE)!.get(noun)?.has(key) ?? false,
            addressOf: (noun, key) => `${NOUNS}${noun}.ts${key === undefined ? '' : ONE + key}`,
          }),
          map: null,
        };
      },
    },
  };
}
