/** Compiles the catalog to files, by path in messages/compiled/. */

import { SOURCE, type Catalog, type Nouns } from './catalog.ts';
import { expressionOf, parametersOf, resultOf } from './emit-message.ts';
import type { Message } from './message.ts';
import { PSEUDO_LOCALE } from '../language-cookie.ts';
import { pseudoOf } from './pseudo.ts';

const HEAD = '// Compiled from the message files by messages/compile.ts: change those.\n';
/** Imported with the prefix `$`, which no message name has. */
const FORMATS = ['number', 'percent', 'plural', 'select'];

/** Returns all files: a module per noun for pages, and one per language for the server. */
export function emitCatalog(catalog: Catalog): ReadonlyMap<string, string> {
  const source = catalog.byLanguage.get(SOURCE)!;
  return new Map([
    ['languages.ts', emitLanguages(catalog)],
    ['messages.ts', emitTypes(catalog, source)],
    ...catalog.languages.map(
      (language) =>
        [`${language}.ts`, emitLanguage(language, catalog.byLanguage.get(language)!, source)] as const,
    ),
    ['pages/index.ts', emitIndex(source)],
    ...[...source].map(
      ([noun, messages]) => [`pages/${noun}.ts`, emitNoun(noun, messages, catalog)] as const,
    ),
  ]);
}

function emitLanguages({ languages, byLanguage }: Catalog): string {
  const staff = languages.filter((language) =>
    [...byLanguage.get(language)!.keys()].some((noun) => noun.startsWith('staff')),
  );
  const list = (names: readonly string[]) => `[${names.map((name) => `'${name}'`).join(', ')}] as const`;
  return `${HEAD}
/** The languages of the message files, English first. */
export const LANGUAGES = ${list(languages)};

/** Those that have the staff's pages, too. */
export const STAFF_LANGUAGES = ${list(staff.length > 0 ? staff : [SOURCE])};

/** A language that people can read pages and mails in. */
export type Language = (typeof LANGUAGES)[number];
`;
}

function emitTypes({ languages }: Catalog, source: Nouns): string {
  const nouns = [...source].map(([noun, messages]) => {
    const members = [...messages].map(
      ([key, message]) =>
        `    /** ${comment(message)} */\n    readonly ${key}: (${parametersOf(message)}) => ${resultOf(message)};`,
    );
    return `  readonly ${noun}: {\n${members.join('\n')}\n  };`;
  });
  const body = `/** Every message, as a function that returns it, by noun and name. */
export interface Messages {
${nouns.join('\n')}
}

const ALL: Readonly<Record<Language, Messages>> = { ${languages.join(', ')} };

/** Returns the messages in a language. */
export function messagesIn(language: Language): Messages {
  return ALL[language];
}
`;
  const imports = [
    ...(body.includes('RichText<') ? [`import type { RichText } from '../format.ts';`] : []),
    `import type { Language } from './languages.ts';`,
    ...languages.map((language) => `import { messages as ${language} } from './${language}.ts';`),
  ];
  return `${HEAD}${imports.join('\n')}\n\n${body}`;
}

function emitLanguage(language: string, nouns: Nouns, source: Nouns): string {
  const members = [...source].map(([noun, messages]) => {
    const own = nouns.get(noun);
    if (!own) return `  ${noun}: english.${noun},`;
    const functions = [...messages.keys()].map((key) => {
      const message = own.get(key)!;
      const result = expressionOf(message, `'${language}'`);
      return `    ${key}: (${message.args.size > 0 ? 'a' : ''}) => ${result},`;
    });
    return `  ${noun}: {\n${functions.join('\n')}\n  },`;
  });
  const body = `export const messages: Messages = {\n${members.join('\n')}\n};\n`;
  const imports = [
    formatsOf(body),
    body.includes('english.') ? `import { messages as english } from './${SOURCE}.ts';\n` : '',
    `import type { Messages } from './messages.ts';\n`,
  ];
  return `${HEAD}${imports.join('')}\n${body}`;
}

function emitIndex(source: Nouns): string {
  return `${HEAD}${[...source.keys()].map((noun) => `export * as ${noun} from './${noun}.ts';`).join('\n')}\n`;
}

/**
 * A module per noun, which is what editors, the server's tests and development read. The build takes each message out of
 * it as a module of its own (web/message-modules.ts).
 */
function emitNoun(noun: string, messages: ReadonlyMap<string, Message>, catalog: Catalog): string {
  const functions = [...messages.keys()].map((key) => emitMessage(catalog, noun, key));
  return emitModule(functions.join('\n'));
}

/** Returns the module of one message for pages. Its imports are those of the noun's module. */
export function emitMessageModule(catalog: Catalog, noun: string, key: string): string {
  return emitModule(emitMessage(catalog, noun, key));
}

function emitMessage({ languages, byLanguage }: Catalog, noun: string, key: string): string {
  const message = byLanguage.get(SOURCE)!.get(noun)!.get(key)!;
  const others = [
    ...languages
      .filter((language) => language !== SOURCE)
      .map((language) => [language, byLanguage.get(language)!.get(noun)?.get(key)] as const),
    [PSEUDO_LOCALE, pseudoOf(message)] as const,
  ];
  const branches = others.flatMap(([language, translated]) =>
    translated ? [`__LANGUAGE__ === '${language}' ? ${expressionOf(translated, `'${language}'`)} : `] : [],
  );
  const result = `${branches.join('')}${expressionOf(message, `'${SOURCE}'`)}`;
  return `/** ${comment(message)} */\nexport const ${key} = (${parametersOf(message)}): ${resultOf(message)} =>\n  ${result};\n`;
}

function emitModule(body: string): string {
  const rich = body.includes('RichText<') ? `import type { RichText } from '../../format.ts';\n` : '';
  return `${HEAD}${formatsOf(body, '../')}${rich}declare const __LANGUAGE__: string;\n\n${body}`;
}

function formatsOf(body: string, up = ''): string {
  const used = FORMATS.filter((name) => body.includes(`\${$${name}(`));
  return used.length > 0
    ? `import { ${used.map((name) => `${name} as $${name}`).join(', ')} } from '${up}../format.ts';\n`
    : '';
}

function comment({ text }: Message): string {
  return text.replaceAll('*/', '* /').replaceAll('\n', ' ');
}
