import type { ErrorCode } from '#domain/failures.ts';

/** Returns the code for an error without a body of ours, such as a proxy's. */
export const ERROR_CODES_BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  413: 'payload_too_large',
  429: 'too_many_requests',
  502: 'try_again',
  503: 'try_again',
  504: 'try_again',
};
