/** Translates better-auth's errors into our format and wording. */

import { z } from 'zod';
import { CODE_BY_STATUS } from '../../../domain/status-codes.ts';
import { ApiError, notFound } from '../../http/api-error.ts';

const failure = z.object({ message: z.string().optional(), code: z.string().optional() });

/** Returns the API error for an error response of better-auth. */
export async function translateError(response: Response): Promise<Error> {
  if (response.status === 404) return notFound();
  if (response.status >= 500) return new Error(`better-auth answered ${response.status}`);
  const { message, code } = failure.catch({}).parse(await response.json().catch(() => ({})));
  // A correct password with an unconfirmed address gets the same error as a wrong one: anything else would reveal who
  // signed up.
  if (code === 'EMAIL_NOT_VERIFIED') return wrongPassword();
  if (code === 'INVALID_EMAIL_OR_PASSWORD') return wrongPassword();
  const sentence = (code && SENTENCES[code]) ?? message ?? 'This request is not right.';
  return new ApiError(
    CODE_BY_STATUS[response.status] ?? 'invalid_request',
    /[.!?]$/.test(sentence) ? sentence : `${sentence}.`,
    code === undefined ? undefined : { reason: code },
  );
}

function wrongPassword(): ApiError {
  return new ApiError(
    'unauthenticated',
    'The mail address or the password is not right. A new account works once the link in our mail was opened.',
    { reason: 'INVALID_EMAIL_OR_PASSWORD' },
  );
}

/** Replacements for messages of better-auth that are too terse. */
const SENTENCES: Readonly<Record<string, string>> = {
  PASSWORD_TOO_SHORT: 'A password has at least 8 characters.',
  PASSWORD_TOO_LONG: 'A password has at most 128 characters.',
  INVALID_EMAIL: 'This is not a mail address.',
  INVALID_TOKEN: 'This link is not valid any more. Please ask for a new one.',
  TOKEN_EXPIRED: 'This link is not valid any more. Please ask for a new one.',
};
