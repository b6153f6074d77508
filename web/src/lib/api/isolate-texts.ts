import { isolate } from '#domain/isolate.ts';

/**
 * What the API has answered, every text of it isolated: wherever on a page it then stands, in a sentence, a list, a title or
 * a label, a Hebrew or Arabic name turns nothing around it. The contract takes the marks off again on their way back.
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
