import type { ApiError } from '../api/api-error.ts';

/** Returns whether the viewer may not see the order, or must identify herself first; a retry changes nothing. */
export function isRefusal({ code }: Pick<ApiError, 'code'>): boolean {
  return code === 'not_found' || code === 'forbidden' || code === 'unauthenticated';
}
