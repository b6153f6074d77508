import type { PublicConfig } from '#domain/contract/shop.ts';
import { call } from './call.ts';

let known: Promise<PublicConfig> | undefined;

/** `GET /api/config`, once per page load; a failure is retried by the next call. */
export function loadPublicConfig(): Promise<PublicConfig> {
  known ??= call('GET /api/config').catch((error: unknown) => {
    known = undefined;
    throw error;
  });
  return known;
}
