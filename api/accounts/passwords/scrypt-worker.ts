/** One thread that does nothing but hash: scrypt takes tens of milliseconds of a core, and 32 MB. */

import { scryptSync } from 'node:crypto';
import { setPriority } from 'node:os';

/** As better-auth's own: what it hashed is read, and it reads what is hashed here. */
const PARAMETERS = { N: 16_384, r: 16, p: 1, maxmem: 64 * 1024 * 1024 };
const KEY_BYTES = 64;

// On Linux a thread has a priority of its own, and pages come before passwords. Elsewhere it would be the process's.
if (process.platform === 'linux') setPriority(5);

/** scrypt of a password, in hexadecimal digits. */
export function scrypt({ password, salt }: { password: string; salt: string }): string {
  return scryptSync(password.normalize('NFKC'), salt, KEY_BYTES, PARAMETERS).toString('hex');
}
