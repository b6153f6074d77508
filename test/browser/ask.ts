import type { Page } from 'playwright-core';

/** Sends a request to the API as the person on this page. */
export function askAs<T>(
  page: Page,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly body: T }> {
  return page.evaluate(
    async (call) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': call.key };
      const answer = await fetch(call.path, {
        method: call.method,
        headers,
        ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
      });
      return { status: answer.status, body: (await answer.json()) as T };
    },
    { path, body, method, key: crypto.randomUUID() },
  );
}
