import type { PublicConfig } from './answers.ts';
import { request } from './request.ts';

let known: Promise<PublicConfig> | undefined;

/** `GET /api/config`, asked once per page load; a failure is asked again. */
export function loadPublicConfig(): Promise<PublicConfig> {
  known ??= request<PublicConfig>('GET', '/api/config').catch((error: unknown) => {
    known = undefined;
    throw error;
  });
  return known;
}
