/** Has a script import the messages that it uses one by one, instead of the index of all of them. */

import { parseSync, Visitor } from 'vite';

export interface Messages {
  has(noun: string, key: string): boolean;
  /** The module of a message, or of all messages of a noun. */
  addressOf(noun: string, key?: string): string;
}

const INDEX = '#messages';

/**
 * Rewrites `m.cart.remove` to an import of that message, and `m.decline[code]` to one of the noun; likewise where a noun
 * is imported by its name. Throws where a script hands on the index itself, with which it would load every message.
 */
export function importEach(code: string, messages: Messages): string {
  const { program, errors } = parseSync('module.js', code);
  if (errors.length > 0) throw new Error(`The script cannot be read: ${errors[0]!.message}`);
  const edits: { start: number; end: number; text: string }[] = [];
  const imports = new Map<string, string>();
  const handled = new Set<number>();
  /** Names of the index, and of nouns, in this script. */
  let index: string | undefined;
  const nouns = new Map<string, string>();
  const importMessage = (noun: string, key: string): string => {
    const name = `message_${noun}_${key}`;
    imports.set(name, `import { ${key} as ${name} } from '${messages.addressOf(noun, key)}';`);
    return name;
  };
  const importNoun = (noun: string, name = `messages_${noun}`): string => {
    imports.set(name, `import * as ${name} from '${messages.addressOf(noun)}';`);
    return name;
  };
  const replace = ({ start, end }: { start: number; end: number }, text: string) => {
    edits.push({ start, end, text });
    handled.add(start);
  };

  for (const node of program.body) {
    if (node.type !== 'ImportDeclaration' || node.source.value !== INDEX) continue;
    for (const specifier of node.specifiers) {
      if (specifier.type === 'ImportNamespaceSpecifier') index = specifier.local.name;
      if (specifier.type === 'ImportSpecifier' && specifier.imported.type === 'Identifier')
        nouns.set(specifier.local.name, specifier.imported.name);
      handled.add(specifier.local.start);
    }
    replace(node, '');
  }
  new Visitor({
    MemberExpression(node) {
      if (node.computed) return;
      handled.add(node.property.start);
      const { object } = node;
      if (handled.has(object.start)) return;
      if (object.type === 'Identifier' && nouns.has(object.name)) {
        const noun = nouns.get(object.name)!;
        if (messages.has(noun, node.property.name)) replace(node, importMessage(noun, node.property.name));
      } else if (object.type === 'Identifier' && object.name === index) {
        replace(node, importNoun(node.property.name));
      } else if (
        object.type === 'MemberExpression' &&
        !object.computed &&
        object.object.type === 'Identifier' &&
        object.object.name === index &&
        messages.has(object.property.name, node.property.name)
      )
        replace(node, importMessage(object.property.name, node.property.name));
    },
    Property({ key, computed, shorthand }) {
      if (!computed && !shorthand) handled.add(key.start);
    },
    Identifier(node) {
      if (handled.has(node.start)) return;
      if (node.name === index)
        throw new Error(
          `"${index}" is every message: name a noun, as in ${index}.cart, so that no page loads them all.`,
        );
      const noun = nouns.get(node.name);
      if (noun) importNoun(noun, node.name);
    },
  }).visit(program);

  let changed = code;
  for (const { start, end, text } of edits.toSorted((left, right) => right.start - left.start))
    changed = changed.slice(0, start) + text + changed.slice(end);
  return [...imports.values(), changed].join('\n');
}
