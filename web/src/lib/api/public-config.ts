import type { PublicConfig } from '#domain/contract/session.ts';
import { call } from './call.ts';

let known: Promise<PublicConfig> | undefined;

/** `GET /api/config`, asked once per page load; a failure is asked again. */
export function loadPublicConfig(): Promise<PublicConfig> {
  known ??= call('GET /api/config').catch((error: unknown) => {
    known = undefined;
    throw error;
  });
  return known;
}
