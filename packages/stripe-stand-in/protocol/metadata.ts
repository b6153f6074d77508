import { invalidRequest, type StripeError } from './errors.ts';
import type { Reader } from './reader.ts';

/** Changes to an object's metadata; null for all: forget every key. An empty value forgets one key. */
export type MetadataChange = Record<string, string> | null;

const MOST_KEYS = 50;

/** Metadata within Stripe's limits: 50 keys of 40 characters, values of 500. */
export function metadata(): Reader<MetadataChange> {
  return {
    read: (value, path) => {
      if (value === '') return null;
      if (typeof value === 'string') {
        throw invalidRequest('Invalid object', { param: path });
      }
      for (const [key, item] of Object.entries(value)) {
        if (typeof item !== 'string') {
          throw invalidRequest(`Invalid string: ${JSON.stringify(item)}`, { param: `${path}[${key}]` });
        }
        if (key.length > 40) {
          throw invalidRequest(
            `Metadata keys can have up to 40 characters, but you passed in a key with ${key.length} characters. Invalid key: ${key}`,
            { param: path },
          );
        }
        if (item.length > 500) {
          throw invalidRequest(
            `Metadata values can have up to 500 characters, but you passed in a value with ${item.length} characters. Invalid value: ${item.slice(0, 20)}`,
            { param: `${path}[${key}]` },
          );
        }
      }
      if (Object.values(value).filter((item) => item !== '').length > MOST_KEYS)
        throw tooManyKeys(value, path);
      return Object.fromEntries(Object.entries(value)) as Record<string, string>;
    },
  };
}

/** What the metadata are after the change. Throws when there would be more than 50 keys. */
export function applyMetadata(
  current: Record<string, string>,
  change: MetadataChange | undefined,
): Record<string, string> {
  if (change === undefined) return current;
  if (change === null) return {};
  const next = { ...current, ...change };
  for (const [key, value] of Object.entries(next)) if (value === '') delete next[key];
  if (Object.keys(next).length > MOST_KEYS) throw tooManyKeys(next, 'metadata');
  return next;
}

function tooManyKeys(keys: object, param: string): StripeError {
  const error = invalidRequest(
    `Metadata can have up to ${MOST_KEYS} keys, but you've set ${Object.keys(keys).length}.`,
    { param },
  );
  error.beforeExecution = true;
  return error;
}
