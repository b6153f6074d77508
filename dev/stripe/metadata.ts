import { invalidRequest } from './errors.ts';
import type { Reader } from './reader.ts';

/** Changes to an object's metadata; null for all: forget every key. An empty value forgets one key. */
export type MetadataChange = Record<string, string> | null;

/** Metadata within Stripe's limits: 50 keys of 40 characters, values of 500. */
export function metadata(): Reader<MetadataChange> {
  return {
    read: (value, path) => {
      if (value === '') return null;
      if (typeof value === 'string' || Array.isArray(value)) {
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
      return value as Record<string, string>;
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
  if (Object.keys(next).length > 50) {
    throw invalidRequest('Metadata can have up to 50 keys.', { param: 'metadata' });
  }
  return next;
}
