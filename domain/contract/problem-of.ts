/** Zod's issues as the field problems of our closed list. */

import type { z } from 'zod';
import type { ExpectedType, FieldIssue, FieldProblem } from '../field-problem.ts';

type Issue = z.core.$ZodIssue;

/** For a rule of our own: `.refine(check, refusedAs({ code: 'empty' }))`. */
export function refusedAs(problem: FieldProblem): { params: FieldProblem; abort: true } {
  return { params: problem, abort: true };
}

/** Returns the problem of each field; of a union, those of the alternative that was meant. */
export function problemsOf(issues: readonly Issue[], at: readonly PropertyKey[] = []): FieldIssue[] {
  return issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    if (issue.code === 'invalid_union' && issue.errors.length > 0)
      return problemsOf(meant(issue.errors), path);
    const parts = path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    return [{ ...problemOf(issue), path: parts }];
  });
}

/** The alternative of the value's own type, if there is one, else the first. */
function meant(alternatives: readonly Issue[][]): readonly Issue[] {
  const isOfItsType = (issues: Issue[]) =>
    !issues.some(
      ({ path, code }) => path.length === 0 && (code === 'invalid_type' || code === 'invalid_value'),
    );
  return alternatives.find(isOfItsType) ?? alternatives[0]!;
}

function problemOf(issue: Issue): FieldProblem {
  switch (issue.code) {
    case 'invalid_type':
      // Only Zod's message says what was received instead.
      return /received (undefined|null)$/.test(issue.message)
        ? { code: 'required' }
        : { code: 'wrong_type', expected: TYPES[issue.expected] ?? 'object' };
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum));
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum));
    case 'invalid_value':
      return { code: 'not_one_of', values: issue.values.map(String) };
    // The field that says which alternative is meant.
    case 'invalid_union':
      return { code: 'not_one_of', values: discriminatorsOf(issue) };
    case 'unrecognized_keys':
      return { code: 'unknown_fields', keys: issue.keys };
    case 'invalid_format':
      return { code: 'wrong_format', format: FORMATS[issue.format] ?? 'other' };
    case 'custom':
      return (issue.params as FieldProblem | undefined) ?? { code: 'not_valid' };
    default:
      return { code: 'not_valid' };
  }
}

function discriminatorsOf(issue: Issue): string[] {
  const { options } = issue as { options?: unknown };
  return Array.isArray(options) ? options.map(String) : [];
}

function tooSmall(origin: string, minimum: number): FieldProblem {
  if (origin === 'string') return minimum === 1 ? { code: 'empty' } : { code: 'too_short', minimum };
  return { code: origin === 'array' ? 'too_few' : 'too_low', minimum };
}

function tooBig(origin: string, maximum: number): FieldProblem {
  if (origin === 'string') return { code: 'too_long', maximum };
  return { code: origin === 'array' ? 'too_many' : 'too_high', maximum };
}

const TYPES: Readonly<Record<string, ExpectedType>> = {
  string: 'text',
  int: 'whole_number',
  number: 'number',
  boolean: 'boolean',
  array: 'list',
  object: 'object',
};

const FORMATS: Readonly<Record<string, 'id' | 'time'>> = { uuid: 'id', datetime: 'time' };
