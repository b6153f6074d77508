import type { IncomingMessage } from 'node:http';
import { invalidRequest, StripeError } from './errors.ts';

/** The response to one request, and how it is sent. */
export interface Answer {
  status: number;
  body: string;
  headers: Record<string, string>;
  /** `cut`: half the body, then the connection is cut. `silent`: nothing for `ms`, then it is cut. `drop`: cut at once. */
  ending?: { kind: 'cut' | 'silent' | 'drop'; ms?: number };
}

/** Runs `check`. What it throws counts as refused before execution, so no idempotency key keeps it. */
export function checked<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (error instanceof StripeError) error.beforeExecution = true;
    throw error;
  }
}

/** Returns a header that was sent once and is not empty. */
export function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Throws Stripe's 400 for a body of another type. */
export function assertFormEncoded(request: IncomingMessage, body: string): void {
  const type = request.headers['content-type'];
  if (body === '' || type === undefined || type.startsWith('application/x-www-form-urlencoded')) return;
  const error = invalidRequest(
    `Invalid request (check that your POST content type is application/x-www-form-urlencoded, not ${type}). If you have any questions, we can help at https://support.stripe.com/.`,
  );
  error.beforeExecution = true;
  throw error;
}

/** Resolves after so many milliseconds of real time. */
export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
