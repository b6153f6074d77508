/** A thread that only hashes: scrypt takes tens of milliseconds of a core, and 32 MB. */

import { scryptSync } from 'node:crypto';
import { setPriority } from 'node:os';

/** The same parameters as better-auth's own, so that each can verify the other's hashes. */
const PARAMETERS = { N: 16_384, r: 16, p: 1, maxmem: 64 * 1024 * 1024 };
const KEY_BYTES = 64;

// On Linux, priorities are per thread, so pages run before passwords. Elsewhere, this would change the whole process.
if (process.platform === 'linux') setPriority(5);

/** Returns the scrypt key of a password in hexadecimal. */
export function scrypt({ password, salt }: { password: string; salt: string }): string {
  return scryptSync(password.normalize('NFKC'), salt, KEY_BYTES, PARAMETERS).toString('hex');
}
