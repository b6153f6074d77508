/**
 * The two typefaces, cut down to what a first paint needs. For each, a core file has the characters of the catalog's
 * languages; the package's own files have all others, and are loaded only where such a character is.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import subsetFont from 'subset-font';

/** The made files are kept in git, so that a build needs no tool for fonts. */
export const FONTS_FOLDER = join(import.meta.dirname, 'src/fonts');

/** Characters of English, French and German with the punctuation and signs of a menu. */
export const CORE =
  'U+0020-007E,U+00A0,U+00A3,U+00AB,U+00AD,U+00B0,U+00B7,U+00BB,U+00C0,U+00C2,U+00C4,U+00C6-00CB,U+00CE-00CF,U+00D4,U+00D6-00D7,' +
  'U+00D9,U+00DB-00DC,U+00DF-00E0,U+00E2,U+00E4,U+00E6-00EB,U+00EE-00EF,U+00F4,U+00F6,U+00F9,U+00FB-00FC,U+00FF,' +
  'U+0152-0153,U+2000-201F,U+2021-206F,U+20AC,U+2212';

interface Weights {
  readonly least: number;
  readonly most: number;
}
interface Typeface {
  readonly name: string;
  readonly family: string;
  /** Of an em, as in the font. */
  readonly ascent: number;
  readonly descent: number;
  readonly all: Weights;
  /** The weights that the core has. Others come whole from the package. */
  readonly core: Weights;
  /** Fonts of the reader's own, as wide and as high as the typeface until it is here. */
  readonly fallback: readonly Fallback[];
}
interface Fallback {
  readonly weights: string;
  readonly local: readonly string[];
  /** The typeface's average width by the font's, over the catalog's words. */
  readonly width: number;
}

const ARIAL = ['Arial', 'ArialMT', 'Liberation Sans', 'Roboto'];
const ARIAL_BOLD = ['Arial Bold', 'Arial-BoldMT', 'Liberation Sans Bold', 'Roboto Bold'];

export const TYPEFACES: readonly Typeface[] = [
  {
    name: 'figtree',
    family: 'Figtree',
    all: { least: 300, most: 900 },
    core: { least: 300, most: 900 },
    ascent: 0.95,
    descent: 0.25,
    fallback: [
      { weights: '300 599', local: ARIAL, width: 0.999 },
      { weights: '600 900', local: ARIAL_BOLD, width: 0.959 },
    ],
  },
  {
    name: 'bricolage-grotesque',
    family: 'Bricolage Grotesque',
    all: { least: 200, most: 800 },
    core: { least: 700, most: 800 },
    ascent: 0.93,
    descent: 0.27,
    fallback: [{ weights: '700 800', local: ARIAL_BOLD, width: 1.021 }],
  },
];

/** The path of a typeface's license. */
export const licenseOf = (typeface: Typeface): string => resolve(`${packageOf(typeface)}/LICENSE`);

const { resolve } = createRequire(import.meta.url);
const packageOf = ({ name }: Typeface) => `@fontsource-variable/${name}`;
const fileOf = (typeface: Typeface, part: string) =>
  `${packageOf(typeface)}/files/${typeface.name}-${part}-wght-normal.woff2`;

/** Returns the core of a typeface as WOFF2: the same bytes every time. */
export async function makeCore(typeface: Typeface): Promise<Buffer> {
  const { least: min, most: max } = typeface.core;
  return subsetFont(
    readFileSync(resolve(fileOf(typeface, 'latin'))),
    String.fromCodePoint(...readRange(CORE)),
    { targetFormat: 'woff2', variationAxes: { wght: { min, max } } },
  );
}

/** Returns the style sheet that names every file with its characters and weights. */
export function makeStyles(): string {
  const head = '/* Made by `npm run fonts`, see web/core-fonts.ts. */\n';
  return head + TYPEFACES.flatMap((typeface) => [...facesOf(typeface), ...fallbacksOf(typeface)]).join('\n');
}

function facesOf(typeface: Typeface): string[] {
  const { name, all, core } = typeface;
  const parts = Object.entries(
    JSON.parse(readFileSync(resolve(`${packageOf(typeface)}/unicode.json`), 'utf8')) as Record<
      string,
      string
    >,
  );
  // Faces complete each other only where their weights are the same.
  const whole = (part: string, range: string, weights: Weights) =>
    faceOf(typeface, weights, fileOf(typeface, part), range);
  const inCore = new Set(readRange(CORE));
  const rest = (range: string) => writeRange(readRange(range).filter((code) => !inCore.has(code)));
  return [
    ...(core.least > all.least
      ? parts.map(([part, range]) => whole(part, range, { least: all.least, most: core.least - 1 }))
      : []),
    ...parts.map(([part, range]) => whole(part, rest(range), core)),
    faceOf(typeface, core, `./${name}-core.woff2`, CORE),
  ];
}

function faceOf({ family }: Typeface, { least, most }: Weights, file: string, range: string): string {
  return `@font-face {
  font-family: '${family} Variable';
  font-style: normal;
  font-display: swap;
  font-weight: ${least} ${most};
  src: url('${file}') format('woff2');
  unicode-range: ${spaced(range)};
}
`;
}

function fallbacksOf({ family, fallback, ascent, descent }: Typeface): string[] {
  const percent = (share: number) => `${(share * 100).toFixed(1)}%`;
  return fallback.map(
    ({ weights, local, width }) => `@font-face {
  font-family: '${family} Fallback';
  font-weight: ${weights};
  src: ${local.map((name) => `local('${name}')`).join(', ')};
  size-adjust: ${percent(width)};
  ascent-override: ${percent(ascent / width)};
  descent-override: ${percent(descent / width)};
  line-gap-override: 0%;
  unicode-range: ${spaced(CORE)};
}
`,
  );
}

const spaced = (range: string) => range.replaceAll(',', ', ');

function readRange(range: string): number[] {
  return range.split(',').flatMap((part) => {
    const [first, last = first] = part.replace('U+', '').split('-');
    const [start, end] = [Number.parseInt(first!, 16), Number.parseInt(last!, 16)];
    return Array.from({ length: end - start + 1 }, (_, index) => start + index);
  });
}

function writeRange(codes: readonly number[]): string {
  const hex = (code: number) => code.toString(16).toUpperCase().padStart(4, '0');
  const starts = codes.filter((code) => !codes.includes(code - 1));
  const ends = codes.filter((code) => !codes.includes(code + 1));
  return starts
    .map((start, index) =>
      start === ends[index] ? `U+${hex(start)}` : `U+${hex(start)}-${hex(ends[index]!)}`,
    )
    .join(',');
}

/** Returns whether the core has a character. */
export function isInCore(character: string): boolean {
  return readRange(CORE).includes(character.codePointAt(0)!);
}
