import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HERE_MS, HOST_AWAY_MS, successorOf } from './host.ts';
import { joinCodeOf, readJoinCode, showJoinCode } from './join-code.ts';
import { text } from './contract/fields.ts';
import { LIMITS } from './limits.ts';
import { nameApart } from './participant-name.ts';
import {
  hasTabEnded,
  isTabTransition,
  JOIN_CODE_ALPHABET,
  TAB_EVENT_TYPES,
  TAB_STATUSES,
  TAB_TRANSITIONS,
  type TabStatus,
  type TabTransition,
} from './tab.ts';

const rows: readonly TabTransition[] = TAB_TRANSITIONS;

describe('the table of a tab', () => {
  test('reaches every status, leaves each that is not final, and no other', () => {
    const found = new Set<TabStatus>(rows.map(({ to }) => to));
    expect(found).toEqual(new Set(TAB_STATUSES));
    for (const status of TAB_STATUSES) {
      const leaves = rows.filter((row) => row.from === status && row.to !== status);
      expect(leaves.some(({ action }) => action !== 'recover')).toBe(!hasTabEnded(status));
      if (hasTabEnded(status)) expect(leaves).toMatchObject([{ by: ['agent'], to: 'closing' }]);
    }
  });

  test('has one row at most for each question', () => {
    const questions = rows.flatMap(({ from, action, by }) => by.map((who) => [from, action, who].join()));
    expect(new Set(questions).size).toBe(questions.length);
  });

  test('lets only the workflow end a tab, or staff who merge it, and its host or staff close it', () => {
    for (const { action, to, by } of rows)
      if (hasTabEnded(to)) expect(by).toEqual(action === 'merge' ? ['agent'] : ['workflow']);
    expect(isTabTransition('open', 'closing', 'host')).toBe(true);
    expect(isTabTransition('open', 'closing', 'participant')).toBe(false);
  });

  test('is what a history is held to', () => {
    expect(isTabTransition(null, 'open', 'participant')).toBe(true);
    expect(isTabTransition('open', 'closed', 'workflow')).toBe(false);
    expect(isTabTransition('closing', 'expired', 'workflow')).toBe(false);
    expect(isTabTransition('closing', 'closed', 'host')).toBe(false);
  });

  test('has each event once', () => {
    expect(new Set(TAB_EVENT_TYPES).size).toBe(TAB_EVENT_TYPES.length);
  });
});

describe('the spoken code', () => {
  test('has 32 characters to choose from, none of which looks like another', () => {
    expect(new Set(JOIN_CODE_ALPHABET).size).toBe(32);
    expect(JOIN_CODE_ALPHABET).not.toMatch(/[IO01]/);
  });

  test('is read however it is typed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 6, maxLength: 16 }), (random) => {
        const code = joinCodeOf(random);
        expect(readJoinCode(code)).toBe(code);
        expect(readJoinCode(` ${showJoinCode(code).toLowerCase()} `)).toBe(code);
        expect(readJoinCode(code.split('').join('-'))).toBe(code);
      }),
    );
    expect(readJoinCode('ｋ７ｍ—ｑｘａ')).toBe('K7MQXA');
  });

  test.each(['', 'K7MQX', 'K7MQXAB', 'K7MQX0', 'I7MQXA', 'K7MQX<', 'ß7MQX'])('is not %j', (typed) => {
    expect(readJoinCode(typed)).toBeUndefined();
  });

  test('needs enough random bytes', () => {
    expect(() => joinCodeOf(new Uint8Array(5))).toThrow(RangeError);
  });
});

describe('names', () => {
  test.each([
    ['Mia', [], 'Mia'],
    ['Mia', ['Ben'], 'Mia'],
    ['Mia', ['Mia'], 'Mia 2'],
    ['mia', ['Mia'], 'mia 2'],
    ['Mia', ['Mia', 'Mia 2'], 'Mia 3'],
    ['Mia', ['Mia 2', 'Mia'], 'Mia 3'],
    ['Mia 2', ['Mia', 'Mia 2'], 'Mia 3'],
    ['Mía', ['Mia'], 'Mía 2'],
  ])('%j beside %j is shown as %j', (name, others, shown) => {
    expect(nameApart(name, others)).toBe(shown);
  });

  test('fifty people are shown apart whatever they are called, within the limit', () => {
    const name = fc.oneof(fc.constantFrom('Mia', 'MIA', 'x'.repeat(LIMITS.nameLength)), fc.string());
    fc.assert(
      fc.property(fc.array(name, { maxLength: 50 }), (typed) => {
        const shown: string[] = [];
        for (const each of typed) {
          const read = text(LIMITS.nameLength).safeParse(each);
          if (read.success) shown.push(nameApart(read.data, shown));
        }
        expect(new Set(shown).size).toBe(shown.length);
        for (const each of shown) expect(each.length).toBeLessThanOrEqual(LIMITS.nameLength);
      }),
    );
  });
});

describe('a host who is gone', () => {
  const now = 10_000_000;
  const person = (id: string, joinedAt: number, ago: number | null) => ({
    id,
    joinedAt,
    lastSeenAt: ago === null ? null : now - ago,
  });
  const others = [person('ben', 2, 0), person('cem', 1, HERE_MS + 1), person('dua', 1, null)];

  test('is followed by the one of those here who has been there longest', () => {
    expect(successorOf('ada', [person('ada', 0, HOST_AWAY_MS), ...others], now)).toBe('ben');
    expect(successorOf('ada', [person('ada', 0, HOST_AWAY_MS), ...others, person('eve', 1, 0)], now)).toBe(
      'eve',
    );
    expect(successorOf('ada', [{ ...person('ada', 0, 0), hasLeft: true }, ...others], now)).toBe('ben');
    expect(successorOf('ada', others, now)).toBe('ben');
  });

  test('is not replaced while she may come back, nor by somebody who left or is not here', () => {
    expect(successorOf('ada', [person('ada', 0, HOST_AWAY_MS - 1), ...others], now)).toBeUndefined();
    const gone = person('ada', 0, HOST_AWAY_MS);
    expect(successorOf('ada', [gone, { ...person('ben', 1, 0), hasLeft: true }], now)).toBeUndefined();
    expect(successorOf('ada', [gone, person('dua', 1, null)], now)).toBeUndefined();
  });
});
