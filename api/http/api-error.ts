/** All expected errors, which clients see. Any other error is a 500 with its message hidden. */

import { ERROR_STATUS, type ErrorCode, type RefusalReason } from '../../domain/failures.ts';
import { wordsFor, type FieldIssue } from '../../domain/field-problem.ts';
import type { OrderStatus } from '../../domain/order.ts';
import { FIELD_WORDS } from './field-words.ts';

/** Thrown anywhere below a route; `renderErrors` renders it once as `{ error: { code, message, details? } }`. */
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

/** Why, beyond the code: for pages, which choose the words, and in English for programmers. */
export interface Why {
  readonly reason: RefusalReason;
  readonly sentence: string;
}

/** 400: the request violates the contract; `issues` name each field. */
export function invalidRequest(message: string, issues: readonly FieldIssue[] = []): ApiError {
  return new ApiError('invalid_request', message, issues.length > 0 ? detailsOf(issues) : undefined);
}

/** Returns the details of a refusal that concerns fields: each with its path, code, facts and English words. */
export function detailsOf(issues: readonly FieldIssue[]): readonly object[] {
  return issues.map((issue) => ({ ...issue, message: wordsFor(FIELD_WORDS, issue) }));
}

/** 401: the caller is not signed in, and must be. */
export function unauthenticated(why?: Why): ApiError {
  return new ApiError(
    'unauthenticated',
    why?.sentence ?? 'Please sign in first.',
    why && { reason: why.reason },
  );
}

/** 403: the caller is known and lacks permission. */
export function forbidden(message = 'You may not do this.', reason?: RefusalReason): ApiError {
  return new ApiError('forbidden', message, reason && { reason });
}

/** 404: it does not exist, or the caller may not know of it. The two look the same on purpose. */
export function notFound(what = 'This page or object'): ApiError {
  return new ApiError('not_found', `${what} could not be found.`);
}

/** 409: the order's status does not allow the request. Pass `why` if the status alone does not explain it. */
export function illegalTransition(
  from: OrderStatus,
  asked: { to: string } | { action: string },
  why?: Why,
): ApiError {
  const wish = 'to' in asked ? `become ${asked.to}` : (ACTION_WORDS[asked.action] ?? asked.action);
  return new ApiError(
    'illegal_transition',
    why?.sentence ?? `This order is ${from.replaceAll('_', ' ')}, so it cannot ${wish} now.`,
    { from, ...asked, ...(why && { reason: why.reason }) },
  );
}

/**
 * 409: the order's status allows the request, but its workflow is gone, so nothing would carry it out. Pages read this
 * from `details.reason`. Reconciliation lists such orders with a button that resumes them from the record.
 */
export function nothingWorksOn(from: OrderStatus): ApiError {
  return new ApiError(
    'illegal_transition',
    'Nothing works on this order any more, so nothing can be done with it until the staff have resumed it.',
    { from, reason: 'no_workflow' satisfies RefusalReason },
  );
}

/** 409: the key was used before for a different request. */
export function idempotencyConflict(): ApiError {
  return new ApiError(
    'idempotency_conflict',
    'This Idempotency-Key was used before with another request. Use a new one.',
  );
}

/** 429: too many attempts; the caller may try again in `waitMs`. */
export function tooManyRequests(waitMs: number): ApiError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new ApiError(
    'too_many_requests',
    `That was tried too often. Please wait ${waitWords(seconds)} and try again.`,
    { retryAfterSeconds: seconds },
    seconds,
  );
}

function waitWords(seconds: number): string {
  return seconds < 90 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}

/** 503: nothing was decided; the same request with the same key may be sent again. */
export function tryAgain(message: string, details?: unknown): ApiError {
  return new ApiError('try_again', message, details, 2);
}

/** 503: the server has more requests than it can answer promptly. */
export function tooBusy(): ApiError {
  return tryAgain('Too much is being asked at this moment. Please try again in a few seconds.');
}

const ACTION_WORDS: Record<string, string> = {
  pay: 'be paid',
  record_cash: 'be paid in cash',
  cancel: 'be canceled',
  refund: 'be refunded',
  advance: 'be moved on',
  change: 'be changed',
  answer: 'be asked about',
};
