import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** `length` characters of letters and digits, from the operating system's randomness. */
export function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length * 2)) {
      if (byte < 248 && text.length < length) text += ALPHABET[byte % 62];
    }
  }
  return text;
}

/** An id as Stripe makes them: `pi_3` and 23 characters. Unique and unguessable. */
export function newId(prefix: string): string {
  return `${prefix}_3${randomText(23)}`;
}

/** The secret that lets a browser act on one intent: `pi_…_secret_…`. */
export function newClientSecret(intentId: string): string {
  return `${intentId}_secret_${randomText(25)}`;
}

/** `req_…`, one for each HTTP request. */
export function newRequestId(): string {
  return `req_${randomText(14)}`;
}
