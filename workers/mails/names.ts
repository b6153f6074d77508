import { isolate } from '../../domain/isolate.ts';
import { cleanLine } from '../../domain/text.ts';
import type { Reader } from './reader.ts';

const MOST_CHARACTERS = 200;

/**
 * Somebody's text within a line of a mail: as the contract keeps it (so no header can be forged by it), at most 200
 * characters, and turning nothing around it. May be empty.
 */
export function onOneLine(text: string): string {
  return isolate(clip(text));
}

function clip(text: string): string {
  const line = cleanLine(text.replace(/[\p{Cc}\p{Cs}]+/gu, ' '));
  const characters = Array.from(line);
  return characters.length <= MOST_CHARACTERS
    ? line
    : `${characters.slice(0, MOST_CHARACTERS - 1).join('')}…`;
}

/**
 * `Hello Ada,`. A name that looks like a link or an address is left out, so that nobody can have us write
 * advertisements to strangers by giving them as a name.
 */
export function greet(name: string, { messages: { mails } }: Reader): string {
  const line = clip(name);
  const looksLikeLink = /[/\\@:]|\.\p{L}{2}|www/iu.test(line);
  return line === '' || looksLikeLink ? mails.hello() : mails.helloName({ name: isolate(line) });
}

/** Somebody's words, as a quotation; nothing where there are none. */
export function quoteOf(text: string | null | undefined): { readonly quote?: string } {
  const quote = onOneLine(text ?? '');
  return quote === '' ? {} : { quote };
}
