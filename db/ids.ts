import { createHash } from 'node:crypto';

/**
 * Returns a UUID (version 8, RFC 9562) derived from the parts: a repeated step writes the same row. Parts are joined
 * unambiguously and cannot be recovered.
 */
export function deriveId(...parts: readonly (string | number)[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest();
  hash[6] = (hash[6]! & 0x0f) | 0x80;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
