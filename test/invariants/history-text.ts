import { isUint8Array } from 'node:util/types';

/** All text in a workflow history: every string, and every payload decoded. */
export function textOfHistory(history: unknown): string {
  const found: string[] = [];
  const seen = new Set<object>();
  const walk = (value: unknown): void => {
    if (typeof value === 'string') found.push(value);
    else if (isUint8Array(value)) found.push(Buffer.from(value).toString('utf8'));
    else if (typeof value === 'object' && value !== null && !seen.has(value)) {
      seen.add(value);
      for (const [key, inner] of Object.entries(value)) {
        found.push(key);
        walk(inner);
      }
    }
  };
  walk(history);
  return found.join('\n');
}
