import type { z } from 'zod';
import { describeIssue } from '../../domain/contract/issue-words.ts';
import { refusedSentence } from '../../domain/contract/refused.ts';
import { invalidRequest } from './api-error.ts';

/** Validates `value` against a schema of the contract. Throws invalid_request with every invalid field. */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: 'body' | 'query' | 'headers',
): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => ({
    path: issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part)),
    message: describeIssue(issue),
  }));
  // Paths are for programs: a page shows the problem at the field itself.
  throw invalidRequest(refusedSentence(where), issues);
}
