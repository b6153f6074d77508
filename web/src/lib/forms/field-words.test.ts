/**
 * Every field of every request, with every kind of bad value: its refusal has a code, and words in every language that
 * are not the general ones.
 */

import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { problemsOf } from '#domain/contract/problem-of.ts';
import { ROUTE_NAMES, ROUTES } from '#domain/contract/routes.ts';
import type { FieldCode, FieldFacts, FieldIssue } from '#domain/field-problem.ts';
import { LANGUAGES } from '#messages/compiled/languages.ts';
import { messagesIn } from '#messages/compiled/messages.ts';
import { fieldWords } from './field-words.ts';

type Path = readonly (string | number)[];

/** The parts of Zod's definitions that are read here. */
interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly element?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly options?: readonly z.ZodType[];
  readonly checks?: readonly {
    readonly _zod: { readonly def: { check: string; params?: { code?: string } } };
  }[];
}
const definitionOf = (schema: z.ZodType) => schema.def as unknown as Definition;

const TEXTS = ['', '  ', 'x', '\u200b', 'a\u0000b', '\ud800', 'x'.repeat(100_000)];
const NUMBERS = [-1e12, -1, 0, 0.5, 1e12, 1e20];
const OTHERS = [undefined, null, true, {}, [], { surprise: 1 }, Array.from({ length: 300 }, () => ({}))];

/** All paths of a schema, each with the schemas there. */
function* nodesOf(schema: z.ZodType, path: Path = []): Generator<{ path: Path; schema: z.ZodType }> {
  yield { path, schema };
  const { innerType, in: input, element, shape = {}, options = [] } = definitionOf(schema);
  for (const inner of [innerType, input, ...options]) if (inner) yield* nodesOf(inner, path);
  for (const [name, field] of Object.entries(shape)) yield* nodesOf(field, [...path, name]);
  if (element) yield* nodesOf(element, [...path, 0]);
}

/** A request with this value at this path, and nothing else. */
function wrapped([key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  return typeof key === 'number' ? [wrapped(rest, value)] : { [key]: wrapped(rest, value) };
}

const REQUESTS = ROUTE_NAMES.flatMap((name) => {
  const { body, query } = ROUTES[name] as { body?: z.ZodType; query?: z.ZodType };
  return [body, query].flatMap((schema) => (schema ? [{ name, schema }] : []));
});

const languages = LANGUAGES.map((language) => {
  const messages = messagesIn(language) as never;
  return { language, messages, currency: 'eur' };
});
const fallbacks = languages.map(({ language }) => messagesIn(language).field.refused());

/** The issue's words in every language; fails if one is missing. */
function wordsInEach(issue: FieldIssue): string[] {
  return languages.map((setting, index) => {
    const words = fieldWords(issue, setting);
    const about = `${setting.language}: ${JSON.stringify(issue)}`;
    expect(words, about).toMatch(/^\S.*[.!?]$/u);
    expect(words, about).not.toBe(fallbacks[index]);
    expect(words, about).not.toMatch(/undefined|NaN|null|object Object/);
    return words;
  });
}

describe('every refusal of a field', () => {
  it.each(REQUESTS)('of $name has a code, and words in every language', ({ schema }) => {
    const refused = new Set<string>();
    for (const { path } of nodesOf(schema)) {
      for (const value of [...TEXTS, ...NUMBERS, ...OTHERS]) {
        const read = schema.safeParse(wrapped(path, value));
        for (const issue of read.success ? [] : problemsOf(read.error.issues)) {
          refused.add(issue.path.join('.'));
          wordsInEach(issue);
        }
      }
    }
    expect(refused.size).toBeGreaterThan(0);
  });

  it('by a rule of our own has one, too', () => {
    const rules = REQUESTS.flatMap(({ name, schema }) =>
      [...nodesOf(schema)].flatMap(({ path, schema: node }) =>
        (definitionOf(node).checks ?? [])
          .filter(({ _zod: { def } }) => def.check === 'custom')
          .map(({ _zod: { def } }) => ({ at: `${name} ${path.join('.')}`, code: def.params?.code })),
      ),
    );
    expect(rules.length).toBeGreaterThan(20);
    expect(rules.filter(({ code }) => code === undefined || !Object.hasOwn(EXAMPLES, code))).toEqual([]);
  });

  it('by a code of ours says what to do, with the numbers', () => {
    for (const [code, facts] of Object.entries(EXAMPLES as Record<string, object>)) {
      if (code === 'not_valid') continue;
      const issue = { code, ...facts, path: ['x'] } as FieldIssue;
      for (const words of wordsInEach(issue))
        for (const number of JSON.stringify(facts).match(/\d/g) ?? []) expect(words).toContain(number);
    }
  });

  it('tells bounds as the field shows them', () => {
    const told = (field: string, maximum: number, currency?: string) =>
      fieldWords({ code: 'too_high', maximum, path: [field] }, { currency });
    expect(told('unitAmount', 99_999, 'eur')).toBe('Please enter €999.99 or less.');
    expect(told('tipAmount', 99_999)).toBe('Please enter a lower amount.');
    expect(told('taxRate', 10_000)).toBe('Please enter 100% or less.');
    expect(told('quantity', 1000)).toBe('Please enter 1,000 or less.');
  });

  it('that this page does not know is told in general words', () => {
    for (const issue of [
      null,
      7,
      {},
      { code: 'from_tomorrow', path: ['x'] },
      { path: ['x'], message: 'is odd' },
    ])
      expect(fieldWords(issue)).toBe(fallbacks[LANGUAGES.indexOf('en')]);
  });
});

/** Facts for every code: the compiler asks for each. */
const EXAMPLES: { readonly [Code in FieldCode]: FieldFacts<Code> } = {
  required: {},
  wrong_type: { expected: 'list' },
  empty: {},
  too_short: { minimum: 8 },
  too_long: { maximum: 80 },
  too_few: { minimum: 2 },
  too_many: { maximum: 50 },
  too_low: { minimum: 3 },
  too_high: { maximum: 99 },
  not_one_of: { values: [] },
  wrong_format: { format: 'id' },
  unknown_fields: { keys: [] },
  malformed_text: {},
  control_character: {},
  not_a_mail_address: {},
  not_a_time_zone: {},
  not_a_currency: {},
  not_a_cursor: {},
  not_a_step: { step: 10, currency: 'kwd' },
  total_too_high: { maximum: 777, currency: 'eur' },
  common_password: {},
  contact_required: {},
  account_required: {},
  card_required: {},
  not_on_menu: {},
  unknown_option: { product: 'Tea' },
  repeated_option: {},
  too_few_options: { minimum: 4, group: 'Milk' },
  too_many_options: { maximum: 4, group: 'Milk' },
  unknown_spot: {},
  spot_required: {},
  spot_not_in_use: {},
  choice_out_of_order: {},
  unknown_variant: {},
  id_not_allowed: {},
  label_taken: {},
  currency_in_use: {},
  code_or_secret: {},
  amounts_or_percents: {},
  not_offered: {},
  in_the_past: {},
  repeated_person: {},
  not_in_order: {},
  lines_or_amount: {},
  more_than_left: { maximum: 555, currency: 'eur' },
  unknown_line: {},
  line_refunded: {},
  repeated_line: {},
  nothing_left: {},
  costs_nothing: {},
  lines_required: {},
  share_required: {},
  other_action: {},
  not_valid: {},
};
