import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLine, cleanProse, hasControls, hasControlsInProse, showsSomething } from './text.ts';

/** Builds a text from code points, or ranges of them, in hex. */
const points = (...hex: string[]) => String.fromCodePoint(...hex.map((point) => Number.parseInt(point, 16)));

describe('what people write stays as it is', () => {
  it.each([
    ['a family', '👨‍👩‍👧‍👦'],
    ['skin tones and a kiss', '🧑🏻‍❤️‍💋‍🧑🏿'],
    ['an eye in a bubble', '👁️‍🗨️'],
    ['flags', '🏳️‍🌈 🏴‍☠️ 🇩🇪'],
    ['the flag of Wales', '🏴󠁧󠁢󠁷󠁬󠁳󠁿'],
    ['a keycap, and a sign as text', `1️⃣ ${points('263a', 'fe0e')}`],
    ['Persian with its non-joiner', `می${points('200c')}خواهم`],
    ['Hindi with its joiner', `क्${points('200d')}ष`],
    ['a name with its own form of an ideograph', `葛${points('e0100')}城`],
    ['Hebrew with points', 'שָׁלוֹם'],
    ['Arabic with vowels', 'مُحَمَّد'],
    ['Vietnamese', 'Nguyễn Thị Ánh'],
    ['Thai', 'น้ำแข็ง'],
    ['Korean', '김치'],
  ])('%s', (_what, typed) => {
    expect(cleanLine(typed)).toBe(typed.normalize('NFC'));
    expect(cleanProse(typed)).toBe(typed.normalize('NFC'));
  });
});

/** Every code point that Unicode defines as ignorable, and every one that controls directions. */
const UNSEEN = Array.from({ length: 0x110000 }, (_, point) => point)
  .filter((point) => point < 0xd800 || point > 0xdfff)
  .map((point) => String.fromCodePoint(point))
  .filter((character) =>
    /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Zs}\p{Noncharacter_Code_Point}\u2800\uFFF9-\uFFFC]/u.test(
      character,
    ),
  );

describe('what shows nothing', () => {
  it('leaves nothing by itself, however much there is of it', () => {
    const left = UNSEEN.filter((character) =>
      [character, character.repeat(3), ` ${character} `].some((typed) => showsSomething(cleanLine(typed))),
    );
    expect(left).toEqual([]);
    expect(showsSomething(cleanLine(UNSEEN.join('')))).toBe(false);
    expect(showsSomething(cleanLine('\u0301'))).toBe(false);
  });

  it('is not left within Latin text, but for spaces', () => {
    const kept = UNSEEN.filter((character) => !['ab', 'a b'].includes(cleanLine(`a${character}b`)));
    expect(kept).toEqual([]);
  });

  it('is told of a line, which breaks nowhere and has no controls', () => {
    for (let point = 0; point < 0xa0; point += 1) {
      const character = String.fromCodePoint(point);
      const isControl = point < 0x20 || point >= 0x7f;
      expect(hasControls(`a${character}b`), point.toString(16)).toBe(isControl);
      const breaksLines = ['\t', '\n', '\r', '\u0085'].includes(character);
      expect(hasControlsInProse(`a${character}b`), point.toString(16)).toBe(isControl && !breaksLines);
    }
    expect(hasControls('a\u2028b')).toBe(true);
  });

  it('keeps nothing that follows it', () => {
    const unstable = UNSEEN.flatMap((first) =>
      ['\u200c', '\u200d', '\u180c', '\ufe0f', '\u{e0100}'].flatMap((second) =>
        ['1', 'ش', 'ᠠ', '葛', '👩'].flatMap((before) =>
          ['', 'ش'].map((after) => before + first + second + after),
        ),
      ),
    ).filter((typed) => cleanLine(cleanLine(typed)) !== cleanLine(typed));
    expect(unstable).toEqual([]);
  });
});

it('composes, and lets no heap of marks cover other lines', () => {
  expect(cleanLine('Cafe\u0301')).toBe('Café');
  expect(cleanLine(`H${'\u0335\u0346'.repeat(30)}i`).length).toBeLessThan(10);
});

it('keeps lines and empty lines of prose, one at most', () => {
  expect(cleanProse(' With\tjam. \r\n\r\n\r\n\r\n And\u202e cream.\u2028Warm. \n')).toBe(
    'With jam.\n\nAnd cream.\nWarm.',
  );
});

it('changes nothing the second time, and lets nothing through that turns directions', () => {
  const letters = fc.constantFrom(
    ...UNSEEN,
    ...Array.from('aé👩🏽\u2640\ufe0f\u200dشक葛ᠠ🏴\u{e0067}\u{e007f}\u0301 \n1'),
  );
  fc.assert(
    fc.property(
      fc.string({ unit: fc.oneof(letters, fc.string({ unit: 'binary', maxLength: 1 })) }),
      (typed) => {
        for (const clean of [cleanLine, cleanProse]) {
          const once = clean(typed);
          expect(clean(once)).toBe(once);
          expect(once).not.toMatch(/\p{Bidi_Control}/u);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
