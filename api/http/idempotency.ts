/**
 * Ids that a repeated request finds again, made of what is asked, of who asks and of her key. No secret of ours takes
 * part: a deploy with another one must not turn a repeat into something new. Nobody gets at anything by knowing an id.
 */

import { createHash, randomUUID } from 'node:crypto';
import { deriveId } from '../../db/ids.ts';

/** The id that `principal`'s request of this `kind` has with this key; a random one without a key. */
export function requestIdFor(kind: string, principal: string, key: string | undefined): string {
  return key === undefined ? randomUUID() : deriveId('request', kind, principal, key);
}

/** SHA-256 of a validated body, the same whatever the order of its keys. */
export function hashBody(body: unknown): string {
  return createHash('sha256').update(canonicalize(body)).digest('hex');
}

function canonicalize(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalize).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .toSorted(([left], [right]) => (left < right ? -1 : 1));
    return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalize(entry)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
