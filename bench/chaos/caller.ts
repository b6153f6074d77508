/** A client that retries: it repeats a request with the same key until the outcome is known. */

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Order } from '../../domain/contract/orders.ts';
import type { Tab } from '../../domain/contract/tabs.ts';

export interface Answer {
  readonly status: number;
  readonly body: {
    readonly order?: Order;
    readonly tab?: Tab;
    readonly participant?: { readonly id: string };
    readonly guestToken?: string;
    readonly share?: { readonly id: string };
    readonly payment?: { readonly clientSecret?: string; readonly status?: string } | null;
    readonly change?: { readonly id: string; readonly status: string };
    readonly error?: { readonly code?: string; readonly details?: { readonly reason?: string } };
  };
}

/** Failures that all callers met, in total. */
export interface Met {
  /** Responses of 503 and 429. */
  refusals: number;
  /** Broken connections and timeouts. */
  silences: number;
  /** Responses that no client should ever get. */
  readonly failures: string[];
}

export interface Caller {
  /** Returns the first final response; undefined if there is none within two minutes. */
  send(method: 'GET' | 'POST', path: string, body?: unknown, key?: string): Promise<Answer | undefined>;
  readonly headers: Record<string, string>;
}

const PATIENCE_MS = 120_000;
const ATTEMPT_MS = 20_000;
const PAUSE_MS = 400;

/** Calls the APIs in turn, like a proxy that fails over. */
export function createCaller(
  apiUrls: readonly string[],
  met: Met,
  headers: Record<string, string> = {},
): Caller {
  let turn = Math.floor(Math.random() * apiUrls.length);
  const attempt = async (method: string, path: string, body: unknown, key: string) => {
    const url = apiUrls[(turn += 1) % apiUrls.length]!;
    try {
      const response = await fetch(url + path, {
        method,
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key, ...headers },
        signal: AbortSignal.timeout(ATTEMPT_MS),
        ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
      });
      return { status: response.status, body: (await response.json()) as Answer['body'] };
    } catch {
      met.silences += 1;
      return undefined;
    }
  };
  return {
    headers,
    send: async (method, path, body, key = randomUUID()) => {
      for (const start = Date.now(); Date.now() - start < PATIENCE_MS; await delay(PAUSE_MS)) {
        const answer = await attempt(method, path, body, key);
        if (!answer) continue;
        const isRefused = answer.status === 503 || answer.status === 429;
        if (isRefused) met.refusals += 1;
        if (answer.status >= 500 && !isRefused) met.failures.push(`${method} ${path}: ${answer.status}`);
        if (answer.status < 500 && !isRefused) return answer;
        if (isTooLate(answer)) return answer;
      }
      return undefined;
    },
  };
}

/** This order will never be accepted or charged: it must be placed anew. */
export function isTooLate({ status, body }: Answer): boolean {
  return status === 503 && body.error?.details?.reason === 'too_late';
}
