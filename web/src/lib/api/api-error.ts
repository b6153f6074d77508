import * as m from '#messages';
import type { ErrorCode } from '#domain/failures.ts';

/** The API's error codes, plus `offline` for a request without any response. */
export type ClientErrorCode = ErrorCode | 'offline';

/** Thrown by every failed call: a code to branch on, its details, and the sentence to show. See `refuse`. */
export class ApiError extends Error {
  readonly code: ClientErrorCode;
  readonly sentence: string;
  readonly status: number;
  readonly details: unknown;
  /** An earlier try of the call may have arrived. */
  wasRepeated = false;

  constructor(code: ClientErrorCode, sentence: string, status = 0, details?: unknown) {
    super(code);
    this.name = 'ApiError';
    this.code = code;
    this.sentence = sentence;
    this.status = status;
    this.details = details;
  }

  /** Returns a field of `details`, if present. */
  detail(name: string): unknown {
    return readDetail(this.details, name);
  }
}

/** Returns a field of a refusal's details, if present. */
export function readDetail(details: unknown, name: string): unknown {
  return typeof details === 'object' && details !== null
    ? (details as Record<string, unknown>)[name]
    : undefined;
}

/** Returns whether a value is an ApiError with one of these codes. */
export function isApiError(error: unknown, ...codes: ClientErrorCode[]): error is ApiError {
  return error instanceof ApiError && (codes.length === 0 || codes.includes(error.code));
}

/** Returns a sentence to show for anything thrown; anything but an ApiError is a bug and gets a general one. */
export function sentenceFor(error: unknown): string {
  return error instanceof ApiError ? error.sentence : m.ui.pageBroken();
}

/** True for errors after which the request may still have been carried out: only a repeat with the same key can tell. */
export function isUnanswered(error: unknown): boolean {
  return isApiError(error, 'offline', 'try_again', 'internal_error', 'too_many_requests');
}
