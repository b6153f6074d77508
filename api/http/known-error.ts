/** What an error means to whoever asked: one judge for HTTP and sockets. */

import { ServiceError } from '@temporalio/client';
import { isDatabaseAway } from '../../db/database-away.ts';
import { ApiError, notFound, tryAgain } from './api-error.ts';

/** gRPC's CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED and UNAVAILABLE: another try may go through. */
const TEMPORAL_IS_AWAY = new Set([1, 4, 8, 10, 14]);

/** The error as it is told, or undefined for one that nobody expected. */
export function asKnownError(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (isDatabaseAway(error)) {
    return tryAgain('We cannot reach our records just now. Please send the same again in a moment.');
  }
  if (isTemporalAway(error)) {
    return tryAgain('We cannot reach our workflows just now. Please send the same again in a moment.');
  }
  // A path that cannot be decoded names nothing: the router says so by an error of its own.
  const isBadPath = error instanceof URIError || (error as { status?: unknown } | null)?.status === 400;
  return isBadPath ? notFound() : undefined;
}

function isTemporalAway(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return false;
  const { code } = (error.cause ?? {}) as { code?: unknown };
  return typeof code === 'number' && TEMPORAL_IS_AWAY.has(code);
}
