/**
 * The one rule for text that people type: names, places, notes, reasons, products. Text is stored in NFC without
 * invisible or reordering characters, so that every screen and every mail shows it the same way.
 */

/** Scripts in which invisible characters join letters or keep them apart: Persian “می‌خواهم”. */
const JOINING_SCRIPTS = [
  ...['Arabic', 'Syriac', 'Mongolian', 'Nko', 'Adlam', 'Mandaic', 'Devanagari', 'Bengali', 'Gurmukhi'],
  ...['Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Khmer', 'Myanmar'],
  ...['Tibetan', 'Balinese', 'Javanese', 'Sundanese'],
];
/** A letter or mark of these scripts; no space of theirs, and nothing that is itself invisible: those do not stay. */
const JOINING = String.raw`(?![\s\p{Default_Ignorable_Code_Point}])[${JOINING_SCRIPTS.map((script) => `\\p{Script_Extensions=${script}}`).join('')}]`;
/** The selectors of its variants have its script, too. */
const MONGOLIAN = String.raw`(?!\p{Default_Ignorable_Code_Point})\p{Script=Mongolian}`;
/** What an invisible character may follow: the variant of a Mongolian letter is a part of it. */
const JOINED = String.raw`(?:${JOINING}|${MONGOLIAN}[\u180B-\u180D\u180F])`;
const PICTURE = String.raw`\p{Extended_Pictographic}(?:\uFE0F|\p{Emoji_Modifier})?`;

/** Invisible characters that are valid next to certain characters only. */
const KEPT = [
  // Joins the parts of one emoji, such as a family, or the letters of a joining script.
  String.raw`(?<=${PICTURE})\u200D(?=\p{Extended_Pictographic})`,
  String.raw`(?<=${JOINED})\u200D`,
  String.raw`(?<=${JOINED})\u200C(?=${JOINING})`,
  // Selects the variant of an emoji, an ideograph in a name, or a Mongolian letter.
  String.raw`(?<=\p{Emoji})[\uFE0E\uFE0F]`,
  String.raw`(?<=\p{Script=Han})[\uFE00-\uFE02\u{E0100}-\u{E01EF}]`,
  String.raw`(?<=${MONGOLIAN})[\u180B-\u180D\u180F]`,
  // The flags of England, Scotland and Wales.
  String.raw`(?<=\u{1F3F4})[\u{E0030}-\u{E0039}\u{E0061}-\u{E007A}]{2,6}\u{E007F}`,
];

/**
 * Characters that are invisible or reorder text: default ignorables, directional controls, interlinear annotations,
 * object replacements, private-use and unassigned characters.
 */
const STRIPPED = String.raw`[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\uFFF9-\uFFFC\u{13430}-\u{13440}\p{Co}\p{Noncharacter_Code_Point}]`;

const INVISIBLE = new RegExp(`(${KEPT.join('|')})|${STRIPPED}`, 'gu');

/** More marks than any script puts on one letter; a stack of them would cover neighboring lines. */
const HEAP_OF_MARKS = /(\p{M}{6})\p{M}+/gu;

/** White space and characters that look blank: the empty braille pattern, a blank note and blank hieroglyphs. */
const BLANK = /[\s\u2800\u{1D159}\u{13441}\u{13442}]+/gu;

/** Cleans a line for storage: in NFC, without invisible or reordering characters, with single spaces. */
export function cleanLine(typed: string): string {
  return typed
    .normalize('NFC')
    .replace(INVISIBLE, (_, kept: string | undefined) => kept ?? '')
    .replace(HEAP_OF_MARKS, '$1')
    .replace(BLANK, ' ')
    .trim()
    .normalize('NFC');
}

/** Cleans several lines for storage: each with `cleanLine`, and at most one empty line between two. */
export function cleanProse(typed: string): string {
  return typed
    .split(/\r\n|[\n\r\u0085\u2028\u2029]/u)
    .map(cleanLine)
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Returns whether a cleaned text has anything visible; combining marks alone have not. */
export function showsSomething(cleaned: string): boolean {
  return /[^\p{M}\s]/u.test(cleaned);
}

/** Returns whether a text has no lone surrogate, which no database stores. */
export function isWellFormed(text: string): boolean {
  return !/\p{Cs}/u.test(text);
}

/**
 * Returns whether a text has a line break or control character: nobody types one into a line, and a database may reject
 * it.
 */
export function hasControls(line: string): boolean {
  return /[\p{Cc}\u2028\u2029]/u.test(line);
}

/** Returns whether a text of several lines has a control character other than line breaks and tabs. */
export function hasControlsInProse(prose: string): boolean {
  return /(?![\t\n\r\u0085])\p{Cc}/u.test(prose);
}
