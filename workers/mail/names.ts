const MOST_CHARACTERS = 200;

/**
 * Somebody's text on one line: no control characters (so no header of a mail can be forged by it), none that
 * turn the reading direction, white space collapsed, at most 200 characters. May be empty.
 */
export function onOneLine(text: string): string {
  const line = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\p{Cf}\p{Cs}\p{Co}]/gu, (character) => (character === '\u200d' ? character : ''))
    .trim();
  const characters = Array.from(line);
  return characters.length <= MOST_CHARACTERS
    ? line
    : `${characters.slice(0, MOST_CHARACTERS - 1).join('')}…`;
}

/**
 * `Hello Ada,`. A name that looks like a link or an address is left out, so that nobody can have us write
 * advertisements to strangers by giving them as a name.
 */
export function greet(name: string): string {
  const line = onOneLine(name);
  const looksLikeLink = /[/\\@:]|\.\p{L}{2}|www/iu.test(line);
  return line === '' || looksLikeLink ? 'Hello,' : `Hello ${line},`;
}
