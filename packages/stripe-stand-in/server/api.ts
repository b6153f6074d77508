import type { IncomingMessage } from 'node:http';
import { authenticateKey } from '../protocol/api-keys.ts';
import { type Answer, assertFormEncoded } from '../protocol/api-request.ts';
import { assertApiVersion } from '../protocol/api-versions.ts';
import { API_VERSION, type Call } from '../protocol/call.ts';
import type { Clock } from '../store/clock.ts';
import { internalError, rateLimited, StripeError } from '../protocol/errors.ts';
import { beSlow, type Exchange, faultOf, receive } from './exchange.ts';
import { execute } from './execution.ts';
import type { Faults } from '../faults/faults.ts';
import { parseForm } from '../protocol/form-encoding.ts';
import { fingerprint, type Idempotency, type KeptAnswer } from '../protocol/idempotency.ts';
import { runDueJobs } from './later.ts';
import type { RequestLog } from './request-log.ts';
import type { Route } from '../protocol/route.ts';
import { findRoute } from '../routes/routes.ts';
import type { Store } from '../store/store.ts';

/** The API's dependencies. */
interface ApiParts {
  store: Store;
  clock: Clock;
  faults: Faults;
  idempotency: Idempotency;
  log: RequestLog;
  laterSeconds: number;
  baseUrl(): string;
}

/** Handles requests below /v1. Never throws: every failure becomes a 500 in Stripe's shape. */
export function createApi(parts: ApiParts): {
  answer(request: IncomingMessage, url: URL, body: string): Promise<Answer>;
  /** Runs all jobs that are due, in one transaction. */
  catchUp(): void;
  /** Returns a call without a request, for jobs and for actions on the developer's page. */
  ownCall(): Call;
} {
  const { store, clock, idempotency, log } = parts;

  async function answer(request: IncomingMessage, url: URL, body: string): Promise<Answer> {
    const exchange = receive(parts, request, url, body);
    if (faultOf(exchange, 'down') ?? faultOf(exchange, 'reset_before'))
      return finish(exchange, { status: 0, body: '', requestId: exchange.requestId }, { kind: 'drop' });
    const made = await admitAndExecute(exchange, request).catch((error: unknown) => {
      if (!(error instanceof StripeError)) console.error(error);
      return failed(exchange, error instanceof StripeError ? error : internalError());
    });
    await beSlow(exchange, 'after');
    return finish(exchange, made, endingOf(exchange));
  }

  /** Reads key, version and route. A call rejected here is rejected before its idempotency key is read. */
  async function admitAndExecute(exchange: Exchange, request: IncomingMessage): Promise<KeptAnswer> {
    const { method, path, query, body } = exchange;
    exchange.params = parseForm(method === 'GET' || method === 'DELETE' ? query : body);
    const { key } = exchange.params;
    const { publishable } = authenticateKey(request.headers, typeof key === 'string' ? key : undefined);
    exchange.keyKind = publishable ? 'publishable' : exchange.isOwnPage ? 'own_page' : 'secret';
    assertApiVersion(exchange.apiVersion);
    if (method === 'POST') assertFormEncoded(request, body);
    const { route, ids } = findRoute(method, path, publishable);
    const limit = faultOf(exchange, 'rate_limit');
    if (limit) throw rateLimited(limit.retryAfter ?? 1);
    return executeOnce(exchange, route, ids);
  }

  /** Returns the response that is kept for the idempotency key, or executes the call. */
  async function executeOnce(exchange: Exchange, route: Route, ids: [string, string]): Promise<KeptAnswer> {
    const { idempotencyKey: key, headers, requestId } = exchange;
    if (key === undefined) {
      await beSlow(exchange, 'before');
      return executeNow(exchange, route, ids);
    }
    const kept = idempotency.claim(key, fingerprintOf(exchange), clock.seconds());
    headers['Original-Request'] = kept?.requestId ?? requestId;
    headers['Stripe-Should-Retry'] = 'false';
    if (kept) {
      exchange.isReplayed = true;
      headers['Idempotent-Replayed'] = 'true';
      await beSlow(exchange, 'before');
      return kept;
    }
    try {
      await beSlow(exchange, 'before');
      return executeNow(exchange, route, ids);
    } finally {
      idempotency.release(key);
    }
  }

  function executeNow(exchange: Exchange, route: Route, ids: [string, string]): KeptAnswer {
    const { requestId, idempotencyKey: key } = exchange;
    const processing = faultOf(exchange, 'processing');
    const call: Call = {
      ...callOf({ id: requestId, idempotency_key: key ?? null }),
      apiVersion: exchange.apiVersion,
      publishable: exchange.keyKind === 'publishable',
      ...(processing ? { processingSeconds: (processing.ms ?? 2000) / 1000 } : {}),
    };
    return store.transaction(() => {
      runDueJobs(call);
      const outcome = execute(exchange, call, route, ids);
      const made =
        'error' in outcome ? failed(exchange, outcome.error) : { status: 200, body: outcome.body, requestId };
      if (key !== undefined && outcome.begun)
        idempotency.keep(key, fingerprintOf(exchange), made, clock.seconds());
      return made;
    });
  }

  function failed(exchange: Exchange, { status, body, headers }: StripeError): KeptAnswer {
    Object.assign(exchange.headers, headers);
    const error = { ...body, request_log_url: `${parts.baseUrl()}/#${exchange.requestId}` };
    return { status, body: JSON.stringify({ error }), requestId: exchange.requestId };
  }

  function finish(exchange: Exchange, made: KeptAnswer, ending?: Answer['ending']): Answer {
    const { headers, isOwnPage, method } = exchange;
    if (!isOwnPage || method !== 'GET') log.add(exchange, made, clock.milliseconds());
    return { status: made.status, body: made.body, headers, ...(ending ? { ending } : {}) };
  }

  const callOf = (request: Call['request']): Call => ({
    store,
    now: clock.seconds(),
    request,
    apiVersion: API_VERSION,
    publishable: false,
    baseUrl: parts.baseUrl(),
    laterSeconds: parts.laterSeconds,
  });
  const ownCall = (): Call => callOf({ id: null, idempotency_key: null });
  const catchUp = (): void => {
    if (!store.jobs.anyDue(clock.seconds())) return;
    store.transaction(() => runDueJobs(ownCall()));
  };
  return { answer, catchUp, ownCall };
}

function fingerprintOf({ method, path, body }: Exchange): ReturnType<typeof fingerprint> {
  return fingerprint(method, path, body);
}

/** Returns how faults interrupt the response, independent of its content. */
function endingOf(exchange: Exchange): Answer['ending'] {
  const silent = faultOf(exchange, 'timeout');
  if (silent) return { kind: 'silent', ms: silent.ms ?? 120_000 };
  return faultOf(exchange, 'reset') ? { kind: 'cut' } : undefined;
}
