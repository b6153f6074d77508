/** Classifies errors for clients, for HTTP and sockets alike. */

import { ServiceError } from '@temporalio/client';
import { isDatabaseAway } from '../../db/database-away.ts';
import { TabRefused } from '../../db/orders/tabs/tab-refused.ts';
import { tabRefusal } from '../tabs/tab-refusal.ts';
import { ApiError, notFound, tryAgain } from './api-error.ts';

/** gRPC's CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED and UNAVAILABLE: a retry may succeed. */
const TEMPORAL_IS_AWAY = new Set([1, 4, 8, 10, 14]);

/** Returns the error for the client; undefined for an unexpected one. */
export function asKnownError(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (error instanceof TabRefused) return tabRefusal(error);
  if (isDatabaseAway(error)) {
    return tryAgain('We cannot reach our records just now. Please send the same again in a moment.');
  }
  if (isTemporalAway(error)) {
    return tryAgain('We cannot reach our workflows just now. Please send the same again in a moment.');
  }
  // A path that cannot be decoded matches no route. The router throws its own error for it.
  const isBadPath = error instanceof URIError || (error as { status?: unknown } | null)?.status === 400;
  return isBadPath ? notFound() : undefined;
}

function isTemporalAway(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return false;
  const { code } = (error.cause ?? {}) as { code?: unknown };
  return typeof code === 'number' && TEMPORAL_IS_AWAY.has(code);
}
