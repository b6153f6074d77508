import { hkdfSync } from 'node:crypto';

/** The purpose of a key. A key that leaks or is misused opens nothing of another purpose. */
export type KeyPurpose = 'sessions' | 'guest-tokens' | 'known-devices' | 'account-names' | 'holders';

/**
 * APP_SECRET, followed by its predecessors. New values are made with the first; values made with any of them stay
 * readable.
 */
export type AppSecrets = readonly [current: string, ...previous: string[]];

/** Derives the key of one purpose (HKDF, RFC 5869): 256 bits in base64url, deterministic. */
export function deriveKey(secret: string, purpose: KeyPurpose): string {
  return Buffer.from(hkdfSync('sha256', secret, 'sharetab', purpose, 32)).toString('base64url');
}

/** Derives the keys of one purpose from all secrets, the current one's first. */
export function deriveKeys(secrets: AppSecrets, purpose: KeyPurpose): Keys {
  const known = derived.get(secrets) ?? new Map<KeyPurpose, Keys>();
  derived.set(secrets, known);
  const [current, ...previous] = secrets;
  const keys =
    known.get(purpose) ??
    ([deriveKey(current, purpose), ...previous.map((secret) => deriveKey(secret, purpose))] as const);
  known.set(purpose, keys);
  return keys;
}

type Keys = readonly [string, ...string[]];
/** Cached: every request with guests' cookies needs them. */
const derived = new WeakMap<AppSecrets, Map<KeyPurpose, Keys>>();
