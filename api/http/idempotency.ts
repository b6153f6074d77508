/** Ids that a repeated request finds again, and nobody else can make: HMACs of who asks and of their key. */

import { createHash, createHmac, randomUUID } from 'node:crypto';
import { deriveId } from '../../db/ids.ts';

/** Makes ids for requests that carry an Idempotency-Key. */
export interface OwnedIds {
  /** A guest is known by her mail address, case apart; only its HMAC is ever used. */
  guestPrincipal(email: string): string;
  /** The id that `principal`'s request of this `kind` has with this key; a random one without a key. */
  idFor(kind: string, principal: string, key: string | undefined): string;
}

/** `secret` keeps others from computing an id out of a known key. */
export function createOwnedIds(secret: string): OwnedIds {
  const hmac = (...parts: readonly string[]) =>
    createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64url');
  return {
    guestPrincipal: (email) => hmac('guest', email.toLowerCase()),
    idFor: (kind, principal, key) =>
      key === undefined ? randomUUID() : deriveId(kind, hmac(kind, principal, key)),
  };
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
