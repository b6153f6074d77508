/** A body with each of its fields replaced by values that are wrong there. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Texts that look empty: Hangul and braille fillers, zero-width spaces, direction marks, lone accents. */
export const UNSEEN = ['', '   ', '\u3164', '\u2800\u00a0', '\u200b\u2060\ufeff', '\u202e\u2069', '\u0301'];
const WRONG_TEXTS = [null, 7, true, [], {}, ...UNSEEN, 'a\u0000b', 'a\u0090b', 'x'.repeat(10_000), '\ud800'];
const WRONG_NUMBERS = [null, '7', true, [], {}, -1, 1.5, 1e12, 1e400];

function wrongValues(value: Json): readonly unknown[] {
  if (typeof value === 'string') return WRONG_TEXTS;
  if (typeof value === 'number') return WRONG_NUMBERS;
  if (typeof value === 'boolean') return [null, 'true', 1, [], {}];
  if (Array.isArray(value)) return [null, 'x', 7, {}];
  return [null, 'x', 7, []];
}

export type Path = readonly (string | number)[];

/**
 * Variants of `value` with each field, at any depth, replaced by a bad value, and with an unknown field at every level.
 */
export function* mutations(value: Json, path: Path = []): Generator<{ path: Path; wrong: unknown }> {
  for (const wrong of wrongValues(value)) yield { path, wrong };
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield { path: [...path, 'surprise'], wrong: 'unknown field' };
  for (const [key, inner] of Object.entries(value)) {
    yield* mutations(inner, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

export function replaced(value: Json, path: Path, wrong: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return wrong;
  if (Array.isArray(value)) {
    return value.map((inner, index) => (index === key ? replaced(inner, rest, wrong) : inner));
  }
  const object = value as { [key: string]: Json };
  return { ...object, [key]: replaced(object[key] ?? null, rest, wrong) };
}
