import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

let pool = Buffer.alloc(0);
let used = 0;

/** `length` characters of letters and digits, from the operating system's randomness. */
export function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    if (used + 1 >= pool.length) {
      pool = randomBytes(4096);
      used = 0;
    }
    const byte = pool[used] ?? 255;
    used += 1;
    if (byte < 248) text += ALPHABET[byte % 62];
  }
  return text;
}

/**
 * An id as Stripe makes them: `pi_3` and 23 characters. Unique; sixteen of them are random.
 * The first seven tell the time, so that new ids are neighbors in the database's indexes.
 */
export function newId(prefix: string): string {
  return `${prefix}_3${timeText(Date.now())}${randomText(16)}`;
}

function timeText(milliseconds: number): string {
  let text = '';
  for (let rest = milliseconds; text.length < 7; rest = Math.floor(rest / 62))
    text = (ALPHABET[rest % 62] ?? '') + text;
  return text;
}

/** The secret that lets a browser act on one intent: `pi_…_secret_…`. */
export function newClientSecret(intentId: string): string {
  return `${intentId}_secret_${randomText(25)}`;
}

/** `req_…`, one for each HTTP request. */
export function newRequestId(): string {
  return `req_${randomText(14)}`;
}
