/** Every error that is expected and told to the client; anything else is a 500 with its text hidden. */

import { ERROR_STATUS, type ErrorCode } from '../../domain/failures.ts';
import type { OrderStatus } from '../../domain/order.ts';

/** Thrown anywhere below a route, rendered once by `renderErrors` as `{ error: { code, message, details? } }`. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly details: unknown;
  /** Sent as `Retry-After`, in seconds. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, details?: unknown, retryAfterSeconds?: number) {
    super(message);
    this.code = code;
    this.details = details;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/** One thing that is wrong with a request; `path` is where in the body, query or headers. */
export interface Issue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** 400: the request is not what the contract says; `issues` name each field. */
export function invalidRequest(message: string, issues: readonly Issue[] = []): ApiError {
  return new ApiError('invalid_request', message, issues.length > 0 ? issues : undefined);
}

/** 401: nobody is signed in, and somebody must be. */
export function unauthenticated(message = 'Please sign in first.'): ApiError {
  return new ApiError('unauthenticated', message);
}

/** 403: who asks is known, and may not. */
export function forbidden(message = 'You may not do this.'): ApiError {
  return new ApiError('forbidden', message);
}

/** 404: it does not exist, or is none of the asker's business: the two look the same on purpose. */
export function notFound(what = 'This page or object'): ApiError {
  return new ApiError('not_found', `${what} could not be found.`);
}

/** 409: what was asked for does not follow from the order's status; `sentence` where its status alone does not say why. */
export function illegalTransition(
  from: OrderStatus,
  asked: { to: string } | { action: string },
  sentence?: string,
): ApiError {
  const wish = 'to' in asked ? `become ${asked.to}` : (ACTION_WORDS[asked.action] ?? asked.action);
  return new ApiError(
    'illegal_transition',
    sentence ?? `This order is ${from.replaceAll('_', ' ')}, so it cannot ${wish} now.`,
    { from, ...asked },
  );
}

/**
 * 409: the order's status allows what was asked, but its workflow is gone, so that nobody would do it. `details.reason`
 * says so to pages: reconciliation lists it, with a button that goes on from the record.
 */
export function nothingWorksOn(from: OrderStatus): ApiError {
  return new ApiError(
    'illegal_transition',
    'Nothing works on this order any more, so nothing can be done with it until the staff have resumed it.',
    { from, reason: 'no_workflow' },
  );
}

/** 409: the key was used before for something else. */
export function idempotencyConflict(): ApiError {
  return new ApiError(
    'idempotency_conflict',
    'This Idempotency-Key was used before with another request. Use a new one.',
  );
}

/** 503: nothing was decided against the request; the same request with the same key may be sent again. */
export function tryAgain(message: string, details?: unknown): ApiError {
  return new ApiError('try_again', message, details, 2);
}

/** 503: more is being asked than is answered in a moment. */
export function tooBusy(): ApiError {
  return tryAgain('Too much is being asked at this moment. Please try again in a few seconds.');
}

const ACTION_WORDS: Record<string, string> = {
  pay: 'be paid',
  record_cash: 'be paid in cash',
  cancel: 'be canceled',
  refund: 'be refunded',
  advance: 'be moved on',
};
