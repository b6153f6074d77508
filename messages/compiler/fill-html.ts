import type { Texts } from './catalog.ts';

/**
 * Fills in the language of a page of HTML, `%language%`, and the messages that it names as `%message.noun.key%`. Throws
 * an Error where there is no such message, or it takes arguments.
 */
export function fillHtml(html: string, language: string, texts: Texts): string {
  return html
    .replaceAll('%language%', language)
    .replace(/%message\.(\w+)\.(\w+)%/g, (name, noun: string, key: string) => {
      const text = texts[noun]?.[key];
      if (text === undefined || /[{}<']/.test(text))
        throw new Error(`${name}: there is no such plain message`);
      return text.replace(/[&>"]/g, (character) => `&#${character.charCodeAt(0)};`);
    });
}
