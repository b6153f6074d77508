/** Parses one message in ICU MessageFormat. */

import { parse, TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';

/** The type of a message's argument: plain text, or a number to format or to select a plural with. */
export type ArgumentType = 'string' | 'number';

export interface Message {
  readonly text: string;
  readonly elements: readonly MessageFormatElement[];
  readonly args: ReadonlyMap<string, ArgumentType>;
  /** Names of its tags, such as the `link` of `<link>…</link>`. */
  readonly tags: ReadonlySet<string>;
  /** Cases of each `select`, except `other`. */
  readonly cases: ReadonlyMap<string, readonly string[]>;
}

/** Parses a message. Throws an Error that describes the problem. */
export function readMessage(text: string): Message {
  const elements = parse(text, { requiresOtherClause: true, shouldParseSkeletons: false });
  const args = new Map<string, ArgumentType>();
  const tags = new Set<string>();
  const cases = new Map<string, readonly string[]>();
  const take = (name: string, type: ArgumentType) => {
    const known = args.get(name);
    if (known !== undefined && known !== type) throw new Error(`{${name}} is both a text and a number`);
    args.set(name, type);
  };
  const walk = (element: MessageFormatElement, isTop: boolean): void => {
    switch (element.type) {
      case TYPE.literal:
      case TYPE.pound:
        return;
      case TYPE.argument:
        return take(element.value, 'string');
      case TYPE.number:
        if (element.style !== undefined && element.style !== null && element.style !== 'percent')
          throw new Error(`{${element.value}, number}: no style but "percent" is known`);
        return take(element.value, 'number');
      case TYPE.plural:
        if (element.offset !== 0) throw new Error(`{${element.value}, plural}: offsets are not supported`);
        if (element.pluralType === 'ordinal')
          throw new Error(`{${element.value}}: no ordinals are supported`);
        take(element.value, 'number');
        break;
      case TYPE.select:
        take(element.value, 'string');
        cases.set(
          element.value,
          Object.keys(element.options)
            .filter((name) => name !== 'other')
            .toSorted(),
        );
        break;
      case TYPE.tag:
        if (!isTop)
          throw new Error(`<${element.value}> stands within another form: write the whole sentence per form`);
        tags.add(element.value);
        for (const child of element.children) walk(child, false);
        return;
      case TYPE.date:
      case TYPE.time:
        throw new Error(`{${element.value}}: dates are given as texts, on the shop's clock`);
    }
    for (const { value } of Object.values(element.options)) for (const child of value) walk(child, false);
  };
  for (const element of elements) walk(element, true);
  return { text, elements, args, tags, cases };
}

/** Returns the parts of a message that must be equal in all languages, as text to compare and to show. */
export function signatureOf({ args, tags, cases }: Message): string {
  return [
    ...[...args].map(([name, type]) => `{${name}: ${cases.get(name)?.join(' | ') ?? type}}`),
    ...[...tags].map((tag) => `<${tag}>`),
  ]
    .toSorted()
    .join(' ');
}
