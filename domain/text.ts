/**
 * The one rule for what people type: names, places, notes, reasons, products. Text is kept in NFC without the characters
 * that show nothing or turn what stands around them, so that every screen and every mail shows the same of it.
 */

/** Scripts whose letters join, or are kept from joining, by an invisible character: Persian “می‌خواهم”. */
const JOINING_SCRIPTS = [
  ...['Arabic', 'Syriac', 'Mongolian', 'Nko', 'Adlam', 'Mandaic', 'Devanagari', 'Bengali', 'Gurmukhi'],
  ...['Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Khmer', 'Myanmar'],
  ...['Tibetan', 'Balinese', 'Javanese', 'Sundanese'],
];
const JOINING = `[${JOINING_SCRIPTS.map((script) => `\\p{Script_Extensions=${script}}`).join('')}]`;
const PICTURE = String.raw`\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?`;

/** Invisible characters that belong to what stands beside them, there and nowhere else. */
const KEPT = [
  // Between the parts of one emoji, such as a family; between letters that it joins.
  String.raw`(?<=${PICTURE})\u200D(?=\p{Extended_Pictographic})`,
  String.raw`(?<=${JOINING})\u200D`,
  String.raw`(?<=${JOINING})\u200C(?=${JOINING})`,
  // How an emoji, an ideograph of a name, or a Mongolian letter is drawn.
  String.raw`(?<=\p{Emoji})[\uFE0E\uFE0F]`,
  String.raw`(?<=\p{Script=Han})[\uFE00-\uFE02\u{E0100}-\u{E01EF}]`,
  String.raw`(?<=\p{Script=Mongolian})[\u180B-\u180D\u180F]`,
  // The flags of England, Scotland and Wales.
  String.raw`(?<=\u{1F3F4})[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{2,6}\u{E007F}`,
];

/**
 * What shows nothing or turns its surroundings: whatever Unicode lets programs leave undrawn, directions, interlinear
 * notes, places of objects, private characters and those that are none.
 */
const STRIPPED = String.raw`[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\uFFF9-\uFFFC\u{13430}-\u{13440}\p{Co}\p{Noncharacter_Code_Point}]`;

const INVISIBLE = new RegExp(`(${KEPT.join('|')})|${STRIPPED}`, 'gu');

/** More marks than any writing puts on one letter; a heap of them covers the lines above and below. */
const HEAP_OF_MARKS = /(\p{M}{6})\p{M}+/gu;

/** White space, and what is drawn as nothing: the braille pattern without a dot, a note and hieroglyphs left blank. */
const BLANK = /[\s\u2800\u{1D159}\u{13441}\u{13442}]+/gu;

/** A line as it is kept: in NFC, without what shows nothing or turns its surroundings, with single spaces. */
export function cleanLine(typed: string): string {
  return typed
    .normalize('NFC')
    .replace(INVISIBLE, (_, kept: string | undefined) => kept ?? '')
    .replace(HEAP_OF_MARKS, '$1')
    .replace(BLANK, ' ')
    .trim()
    .normalize('NFC');
}

/** Several lines as they are kept: each as `cleanLine` does it, with at most one empty line between two. */
export function cleanProse(typed: string): string {
  return typed
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/u)
    .map(cleanLine)
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Whether there is anything to be seen of a cleaned text: accents on nothing are not. */
export function showsSomething(cleaned: string): boolean {
  return /[^\p{M}\s]/u.test(cleaned);
}

/** Whether there is no half of a character in it: no database keeps one. */
export function isWellFormed(text: string): boolean {
  return !/\p{Cs}/u.test(text);
}

/** Whether a line breaks, or holds a control character: nobody types one, and a database may not keep it. */
export function hasControls(line: string): boolean {
  return /[\p{Cc}\u2028\u2029]/u.test(line);
}

/** The same for several lines, which may break and be set in by tabs. */
export function hasControlsInProse(prose: string): boolean {
  return /(?![\t\n\r\u0085])\p{Cc}/u.test(prose);
}
