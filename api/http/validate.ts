import type { z } from 'zod';
import { problemsOf } from '../../domain/contract/problem-of.ts';
import { invalidRequest } from './api-error.ts';

/** Validates `value` against a schema of the contract. Throws invalid_request with every invalid field. */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: 'body' | 'query' | 'headers',
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  // Paths are for programs: a page shows the problem at the field itself.
  throw invalidRequest(
    `Something in the ${where} of this request is not as it should be.`,
    problemsOf(parsed.error.issues),
  );
}
