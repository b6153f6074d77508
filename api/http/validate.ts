import type { z } from 'zod';
import { invalidRequest } from './api-error.ts';

/** Checks `value` against a schema of the contract. Throws invalid_request naming each field that is wrong. */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: 'body' | 'query' | 'headers',
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => ({
    path: issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part)),
    message: issue.message,
  }));
  const [first] = issues;
  const place = first && first.path.length > 0 ? `“${first.path.join('.')}”` : `the ${where}`;
  throw invalidRequest(
    `Something in this request is not right: ${place}: ${first?.message ?? 'invalid'}.`,
    issues,
  );
}
