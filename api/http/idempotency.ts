/**
 * Deterministic ids for repeated requests, derived from the request's kind, the caller and her key. No server secret
 * takes part: a rotated secret must not turn a repeat into a new request. Knowing an id grants no access.
 */

import { createHash, randomUUID } from 'node:crypto';
import { deriveId } from '../../db/ids.ts';

/** Returns the id of `principal`'s request of this `kind` with this key; a random one without a key. */
export function requestIdFor(kind: string, principal: string, key: string | undefined): string {
  return key === undefined ? randomUUID() : deriveId('request', kind, principal, key);
}

/** SHA-256 of a validated body, independent of the order of its keys. */
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
