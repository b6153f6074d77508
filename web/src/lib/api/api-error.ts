import * as m from '#messages';
import type { ErrorCode } from '#domain/failures.ts';
import { refusalWords } from './refusal-words.ts';

/** The API's closed list, and `offline` for a request that got no answer at all. */
export type ClientErrorCode = ErrorCode | 'offline';

/** What every failed call throws: the code to decide by, a sentence to show, and the code's details. */
export class ApiError extends Error {
  readonly code: ClientErrorCode;
  readonly status: number;
  readonly details: unknown;
  /** The call was tried before, and that try may have arrived. */
  wasRepeated = false;

  constructor(code: ClientErrorCode, message: string, status = 0, details?: unknown) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.details = details;
  }

  /** A field of `details`, when it has one of that name. */
  detail(name: string): unknown {
    return typeof this.details === 'object' && this.details !== null
      ? (this.details as Record<string, unknown>)[name]
      : undefined;
  }
}

/** True for an ApiError of one of these codes. */
export function isApiError(error: unknown, ...codes: ClientErrorCode[]): error is ApiError {
  return error instanceof ApiError && (codes.length === 0 || codes.includes(error.code));
}

/** A sentence to show for anything thrown; what is no ApiError is a bug, and gets a general one. */
export function sentenceFor(error: unknown): string {
  return error instanceof ApiError ? refusalWords(error) : m.ui.pageBroken();
}
