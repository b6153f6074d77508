import type { Texts } from './catalog.ts';

/**
 * Replaces `%language%` and every `%message.noun.key%` in an HTML page. Throws
 * an Error if a message does not exist or takes arguments.
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
