/** Makes the errors of calls. Their words are loaded with the first refusal, except those for a lost connection. */

import * as m from '#messages';
import { ApiError, type ClientErrorCode } from './api-error.ts';

/** Returns the error for a refusal with its sentence. Without a connection to load the words it says so instead. */
export async function refuse(code: ClientErrorCode, status = 0, details?: unknown): Promise<ApiError> {
  const sentence = await loadRefusalWords().then(
    ({ refusalWords }) => refusalWords(code, details),
    () => m.refusal.offline(),
  );
  return new ApiError(code, sentence, status, details);
}

/** Loads the words, so that a later refusal has them even after the connection or this build's files are gone. */
export const loadRefusalWords = () => import('./refusal-words.ts');

/** The error for a request without any response. */
export function offline(): ApiError {
  return new ApiError('offline', m.refusal.offline());
}

/** The error for a request without a response in time. */
export function timedOut(): ApiError {
  return new ApiError('offline', m.refusal.timeout(), 0, { reason: 'timeout' });
}
