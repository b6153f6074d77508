import { hkdfSync } from 'node:crypto';

/** What a key is for. One that becomes known, or is used wrongly, opens nothing else. */
export type KeyPurpose = 'sessions' | 'guest-tokens' | 'known-devices' | 'account-names' | 'holders';

/**
 * APP_SECRET, and after it the ones before it. New things are made with the first; what any of them made is still read.
 */
export type AppSecrets = readonly [current: string, ...previous: string[]];

/** The key of one purpose (HKDF, RFC 5869): 256 bits in base64url, the same every time. */
export function deriveKey(secret: string, purpose: KeyPurpose): string {
  return Buffer.from(hkdfSync('sha256', secret, 'sharetab', purpose, 32)).toString('base64url');
}

/** The keys of one purpose, of all secrets, the current one's first. */
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
/** Every request with guests' cookies needs them. */
const derived = new WeakMap<AppSecrets, Map<KeyPurpose, Keys>>();
