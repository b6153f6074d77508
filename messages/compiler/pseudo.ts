/** Pseudo-localized English for tests: accented letters, and texts half as long again, as translations may be. */

import { TYPE, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import type { Message } from './message.ts';

const PLAIN = 'abcdeghijklnoprstuwyzABCDEGHIJKLNOPRSTUWYZ';
const ACCENTED = 'åƀçđéğĥîĵķļñöþŕšţûŵýžÅƁÇĐÉĞĤÎĴĶĻÑÖÞŔŠŢÛŴÝŽ';

/** Returns the message with only its texts changed. */
export function pseudoOf(message: Message): Message {
  return { ...message, elements: message.elements.map(change) };
}

function change(element: MessageFormatElement): MessageFormatElement {
  switch (element.type) {
    case TYPE.literal:
      return { ...element, value: lengthen(element.value) };
    case TYPE.tag:
      return { ...element, children: element.children.map(change) };
    case TYPE.plural:
    case TYPE.select:
      return {
        ...element,
        options: Object.fromEntries(
          Object.entries(element.options).map(([name, option]) => [
            name,
            { ...option, value: option.value.map(change) },
          ]),
        ),
      };
    default:
      return element;
  }
}

/** Lengthens every word by half: `Order` becomes `Öŕđéŕöö`. */
function lengthen(text: string): string {
  return text.replace(/[A-Za-z]+/g, (word) => {
    const accented = word.replace(/./g, (letter) => ACCENTED[PLAIN.indexOf(letter)] ?? letter);
    const vowels = accented.match(/[åéîöû]/g)?.join('') ?? 'ö';
    const more = Math.floor(word.length / 2);
    return accented + vowels.repeat(more).slice(0, more);
  });
}
