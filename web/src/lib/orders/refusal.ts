import type { ApiError } from '../api/api-error.ts';

/** Whoever asks may not see the order, or must show first who she is; asking once more changes nothing. */
export function isRefusal({ code }: Pick<ApiError, 'code'>): boolean {
  return code === 'not_found' || code === 'forbidden' || code === 'unauthenticated';
}
