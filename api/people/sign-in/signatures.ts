/** Accepts better-auth's signatures with earlier keys while APP_SECRET is rotated. */

import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Returns the Cookie header with the cookie `name` signed by the first key if another key had signed it. better-auth's
 * format is `<value>.<HMAC-SHA-256 in base64>`, percent-encoded.
 */
export function signAnew(cookieHeader: string, name: string, keys: readonly [string, ...string[]]): string {
  if (keys.length === 1) return cookieHeader;
  const pairs = cookieHeader.split(';').map((pair) => {
    const at = pair.indexOf('=');
    if (pair.slice(0, at).trim() !== name) return pair;
    const text = decode(pair.slice(at + 1).trim());
    const value = text.slice(0, text.lastIndexOf('.'));
    const signature = text.slice(value.length + 1);
    const isOurs = keys.slice(1).some((key) => isSame(signature, sign(value, key, 'base64')));
    return isOurs ? ` ${name}=${encodeURIComponent(`${value}.${sign(value, keys[0], 'base64')}`)}` : pair;
  });
  return pairs.join(';').trim();
}

/** Returns the key that signed a JSON Web Token (HS256), or the first key if none did. */
export function signerOf(token: string, keys: readonly [string, ...string[]]): number {
  const [header, payload, signature = ''] = token.split('.');
  const index = keys.findIndex((key) => isSame(signature, sign(`${header}.${payload}`, key, 'base64url')));
  return Math.max(0, index);
}

function sign(value: string, key: string, encoding: 'base64' | 'base64url'): string {
  return createHmac('sha256', key).update(value).digest(encoding);
}

function isSame(left: string, right: string): boolean {
  const [first, second] = [Buffer.from(left), Buffer.from(right)];
  return first.length === second.length && timingSafeEqual(first, second);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
