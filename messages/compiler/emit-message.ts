/** Compiles a message to a TypeScript expression. Its arguments are in `a`. */

import { TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import type { Message } from './message.ts';

/** Returns the parameter list of the compiled function, with types; empty if it takes none. */
export function parametersOf({ args, cases }: Message): string {
  if (args.size === 0) return '';
  const typed = [...args].map(([name, type]) => {
    const known = cases.get(name)?.map((value) => JSON.stringify(value));
    return `readonly ${name}: ${known ? `${known.join(' | ')} | (string & {})` : type}`;
  });
  return `a: { ${typed.toSorted().join('; ')} }`;
}

/** Returns the return type of the compiled function. */
export function resultOf({ tags }: Message): string {
  return tags.size === 0
    ? 'string'
    : `RichText<${[...tags]
        .toSorted()
        .map((tag) => `'${tag}'`)
        .join(' | ')}>`;
}

/** Returns the expression. `language` is an expression as well: a literal, or the name of a constant. */
export function expressionOf({ elements, tags }: Message, language: string): string {
  if (tags.size === 0) return text(elements, language);
  const parts: string[] = [];
  let before: MessageFormatElement[] = [];
  const flush = () => {
    if (before.length > 0) parts.push(text(before, language));
    before = [];
  };
  for (const element of elements) {
    if (element.type !== TYPE.tag) before.push(element);
    else {
      flush();
      parts.push(`{ tag: '${element.value}', text: ${text(element.children, language)} }`);
    }
  }
  flush();
  return `[${parts.join(', ')}]`;
}

function text(elements: readonly MessageFormatElement[], language: string, counted?: string): string {
  const parts = elements.map((element): string => {
    switch (element.type) {
      case TYPE.literal:
        return escape(element.value);
      case TYPE.argument:
        return `\${a.${element.value}}`;
      case TYPE.pound:
        return `\${$number(${language}, a.${counted})}`;
      case TYPE.number:
        return `\${${element.style === 'percent' ? '$percent' : '$number'}(${language}, a.${element.value})}`;
      case TYPE.plural:
        return `\${$plural(${language}, a.${element.value}, ${options(element, language, element.value)})}`;
      case TYPE.select:
        return `\${$select(a.${element.value}, ${options(element, language, counted)})}`;
      default:
        throw new Error(`${element.value} cannot stand here`);
    }
  });
  return `\`${parts.join('')}\``;
}

function options(
  element: { readonly options: Readonly<Record<string, { value: MessageFormatElement[] }>> },
  language: string,
  counted: string | undefined,
): string {
  const forms = Object.entries(element.options).map(
    ([name, { value }]) => `${JSON.stringify(name)}: ${text(value, language, counted)}`,
  );
  return `{ ${forms.join(', ')} }`;
}

function escape(literal: string): string {
  return literal.replace(/[\\`]|\$\{/g, '\\$&').replace(/\n/g, '\\n');
}
