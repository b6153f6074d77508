import type { ErrorCode } from './failures.ts';

/** The error code for a response without a body of ours, such as a proxy's. */
export const CODE_BY_STATUS: Readonly<Record<number, ErrorCode>> = {
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
