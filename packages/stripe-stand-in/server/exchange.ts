import type { IncomingMessage } from 'node:http';
import { isOwnPageKey } from '../protocol/api-keys.ts';
import { headerOf, wait } from '../protocol/api-request.ts';
import { API_VERSION } from '../protocol/call.ts';
import type { Fault, Faults } from '../faults/faults.ts';
import type { FormParams } from '../protocol/form-encoding.ts';
import { newRequestId } from '../protocol/ids.ts';
import type { Store } from '../store/store.ts';
import { subjectOfRequest } from '../faults/subjects.ts';

/** One request in progress: its content, its faults, and the state of its processing. */
export interface Exchange {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
  readonly apiVersion: string;
  /** Only POST has one; other methods ignore it. */
  readonly idempotencyKey: string | undefined;
  /** From the stand-in's own page: no fault affects it, and its reads are not logged. */
  readonly isOwnPage: boolean;
  readonly headers: Record<string, string>;
  readonly faults: readonly Fault[];
  params: FormParams;
  keyKind: 'secret' | 'publishable' | 'own_page' | 'none';
  /** The response came from its idempotency key; nothing was executed. */
  isReplayed: boolean;
  /** Milliseconds since it arrived. */
  elapsed(): number;
}

/** Creates the exchange of an unread request. */
export function receive(
  { faults, store }: { faults: Faults; store: Store },
  request: IncomingMessage,
  { pathname, search }: URL,
  body: string,
): Exchange {
  const began = performance.now();
  const method = request.method ?? 'GET';
  const requestId = newRequestId();
  const apiVersion = headerOf(request, 'stripe-version') ?? API_VERSION;
  const idempotencyKey = method === 'POST' ? headerOf(request, 'idempotency-key') : undefined;
  const isOwnPage = isOwnPageKey(request.headers);
  const said = { path: pathname, query: search.slice(1), body, idempotencyKey };
  return {
    ...said,
    requestId,
    method,
    apiVersion,
    isOwnPage,
    headers: {
      'Content-Type': 'application/json',
      'Cache-Control': 'no-cache, no-store',
      'Request-Id': requestId,
      'Stripe-Version': apiVersion,
      ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
    },
    faults: isOwnPage ? [] : faults.strikeRequest(method, pathname, subjectOfRequest(store, said)),
    params: {},
    keyKind: 'none',
    isReplayed: false,
    elapsed: () => Math.round((performance.now() - began) * 10) / 10,
  };
}

/** Returns the fault of that kind that affects this request, if any. */
export function faultOf(exchange: Exchange, kind: Fault['kind']): Fault | undefined {
  return exchange.faults.find((fault) => fault.kind === kind);
}

/** Waits as long as faults make the request slow: before its effect, or after it. */
export async function beSlow({ faults }: Exchange, when: 'before' | 'after'): Promise<void> {
  for (const fault of faults)
    if (fault.kind === 'latency' && (fault.when ?? 'before') === when) await wait(fault.ms ?? 1000);
}
