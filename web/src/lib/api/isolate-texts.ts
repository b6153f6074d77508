import { isolate } from '#domain/isolate.ts';

/**
 * Isolates every text of API responses for bidirectional display, so that a Hebrew or Arabic name reorders nothing
 * around it. The contract removes the marks from requests.
 */
export function isolateTexts<Answer>(answer: Answer): Answer {
  return isolated(answer) as Answer;
}

function isolated(value: unknown): unknown {
  if (typeof value === 'string') return isolate(value);
  if (Array.isArray(value)) return value.map(isolated);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, isolated(inner)]));
}
