import { isolate } from '../../domain/isolate.ts';
import { cleanLine } from '../../domain/text.ts';
import type { Reader } from './reader.ts';

const MOST_CHARACTERS = 200;

/**
 * Prepares user text for a line of a mail: cleaned by the contract's rule (so it can't forge a header), at most 200
 * characters, and directionally isolated. May be empty.
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
 * Returns `Hello Ada,`. Omits a name that looks like a link or an address, so that nobody can use a name to send
 * advertisements to strangers.
 */
export function greet(name: string, { messages: { mails } }: Reader): string {
  const line = plainName(name);
  return line === '' ? mails.hello() : mails.helloName({ name: line });
}

/** Returns a person's name for a sentence; `none` selects the wording without a name. */
export function nameOf(name: string): string {
  return plainName(name) || 'none';
}

/** Returns a name on one line; empty if it looks like a link or an address. */
function plainName(name: string): string {
  const line = clip(name);
  return line === '' || /[/\\@:]|\.\p{L}{2}|www/iu.test(line) ? '' : isolate(line);
}

/** Returns a person's words as a quotation; empty if there are none. */
export function quoteOf(text: string | null | undefined): { readonly quote?: string } {
  const quote = onOneLine(text ?? '');
  return quote === '' ? {} : { quote };
}
