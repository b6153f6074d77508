import type { IncomingMessage } from 'node:http';
import { authenticateKey, isOwnPageKey } from './api-keys.ts';
import { assertFormEncoded, checked, headerOf, wait } from './api-request.ts';
import { API_VERSION, type Call, isApiVersion } from './call.ts';
import type { Clock } from './clock.ts';
import { internalError, invalidApiVersion, rateLimited, StripeError } from './errors.ts';
import type { Answer } from './api-request.ts';
import { undoUnlessKept } from './undo.ts';
import { expand } from './expansion.ts';
import type { Fault, Faults } from './faults.ts';
import { type FormParams, parseForm } from './form-encoding.ts';
import { fingerprint, type Idempotency, type KeptAnswer } from './idempotency.ts';
import { newRequestId } from './ids.ts';
import { runDueJobs } from './later.ts';
import { text } from './parameter-kinds.ts';
import { listOf, readParams } from './parameters.ts';
import type { RequestLog } from './request-log.ts';
import { findRoute } from './routes.ts';
import type { Store } from './store.ts';

/** What the API works with. */
interface ApiParts {
  store: Store;
  clock: Clock;
  faults: Faults;
  idempotency: Idempotency;
  log: RequestLog;
  laterSeconds: number;
  baseUrl(): string;
}

/** Answers requests below /v1. Never throws: whatever goes wrong is a 500 in Stripe's shape. */
export function createApi(parts: ApiParts): {
  answer(request: IncomingMessage, url: URL, body: string): Promise<Answer>;
  /** Does what is due by now, in one transaction. */
  catchUp(): void;
  /** A call of nobody's, for what happens by itself or from the developer's page. */
  ownCall(): Call;
} {
  const { store, clock, faults, idempotency, log } = parts;
  const callOf = (request: Call['request'], apiVersion: string, publishable: boolean): Call => ({
    store,
    now: clock.seconds(),
    request,
    apiVersion,
    publishable,
    baseUrl: parts.baseUrl(),
    laterSeconds: parts.laterSeconds,
  });
  const ownCall = (): Call => callOf({ id: null, idempotency_key: null }, API_VERSION, false);
  const catchUp = (): void => {
    if (!store.jobs.anyDue(clock.seconds())) return;
    store.transaction(() => runDueJobs(ownCall()));
  };

  async function answer(request: IncomingMessage, url: URL, body: string): Promise<Answer> {
    const began = performance.now();
    const requestId = newRequestId();
    const method = request.method ?? 'GET';
    const path = url.pathname;
    const apiVersion = headerOf(request, 'stripe-version') ?? API_VERSION;
    const key = method === 'POST' ? headerOf(request, 'idempotency-key') : undefined;
    const ownPage = isOwnPageKey(request.headers);
    const struck = ownPage ? [] : faults.strikeRequest(method, path);
    const fault = (kind: Fault['kind']): Fault | undefined => struck.find((one) => one.kind === kind);
    const headers: Record<string, string> = {
      'Content-Type': 'application/json',
      'Request-Id': requestId,
      'Stripe-Version': apiVersion,
      ...(key === undefined ? {} : { 'Idempotency-Key': key }),
    };
    let params: FormParams = {};
    let keyKind: 'secret' | 'publishable' | 'none' = 'none';
    let claimed = false;
    const done = (made: KeptAnswer, extra: Partial<Answer> = {}, replayed = false): Answer => {
      const answered: Answer = { status: made.status, body: made.body, headers, ...extra };
      if (ownPage && method === 'GET') return answered;
      const parsed =
        made.body === ''
          ? {}
          : (JSON.parse(made.body) as { id?: string; error?: { code?: string; type?: string } });
      log.add({
        id: requestId,
        at: new Date(clock.milliseconds()).toISOString(),
        method,
        path,
        keyKind,
        idempotencyKey: key ?? null,
        apiVersion,
        params,
        status: made.status,
        errorCode: parsed.error ? (parsed.error.code ?? parsed.error.type ?? null) : null,
        objectId: parsed.id ?? null,
        replayed,
        faults: struck.map((one) => one.kind),
        durationMs: Math.round((performance.now() - began) * 10) / 10,
      });
      return answered;
    };
    const failed = (error: StripeError): KeptAnswer => {
      Object.assign(headers, error.headers);
      const logUrl = `${parts.baseUrl()}/#${requestId}`;
      return {
        status: error.status,
        body: JSON.stringify({ error: { ...error.body, request_log_url: logUrl } }),
        requestId,
      };
    };

    try {
      if (fault('down') ?? fault('reset_before'))
        return done({ status: 0, body: '', requestId }, { ending: { kind: 'drop' } });
      params = parseForm(method === 'GET' || method === 'DELETE' ? url.search.slice(1) : body);
      const apiKey = authenticateKey(
        request.headers,
        typeof params['key'] === 'string' ? params['key'] : undefined,
      );
      keyKind = apiKey.publishable ? 'publishable' : 'secret';
      if (!isApiVersion(apiVersion)) throw invalidApiVersion(apiVersion);
      if (method === 'POST') assertFormEncoded(request, body);
      const { route, ids } = findRoute(method, path, apiKey.publishable);
      const limited = fault('rate_limit');
      if (limited) throw rateLimited(limited.retryAfter ?? 1);

      const print = fingerprint(method, path, body);
      if (key !== undefined) {
        const kept = idempotency.claim(key, print, clock.seconds());
        if (kept) {
          headers['Idempotent-Replayed'] = 'true';
          headers['Original-Request'] = kept.requestId;
          return done(kept, {}, true);
        }
        claimed = true;
      }
      for (const slow of struck)
        if (slow.kind === 'latency' && slow.when !== 'after') await wait(slow.ms ?? 1000);

      const processing = fault('processing');
      const call: Call = {
        ...callOf({ id: requestId, idempotency_key: key ?? null }, apiVersion, apiKey.publishable),
        ...(processing ? { processingSeconds: (processing.ms ?? 2000) / 1000 } : {}),
      };
      const made = store.transaction((): KeptAnswer => {
        runDueJobs(call);
        const { answered, keep } = carryOut();
        if (key !== undefined && keep) idempotency.keep(key, print, answered, call.now);
        return answered;
      });
      function carryOut(): { answered: KeptAnswer; keep: boolean } {
        const refused = fault('answer');
        if (refused) {
          const type = refused.status === 402 ? 'card_error' : 'invalid_request_error';
          return {
            answered: failed(
              new StripeError(refused.status ?? 400, {
                type,
                message: 'A fault was asked for.',
                ...refused.error,
              }),
            ),
            keep: true,
          };
        }
        if (fault('error_before')) return { answered: failed(internalError()), keep: true };
        try {
          const { expand: paths, ...given } = params;
          const wanted =
            paths === undefined
              ? []
              : (readParams({ expand: listOf(text()) }, { expand: paths }).expand ?? []);
          const execute = checked(() => route.handler(call, given, ...ids));
          const body = undoUnlessKept(store, () => JSON.stringify(expand(call, execute(), wanted)));
          if (fault('error_after')) return { answered: failed(internalError()), keep: true };
          return { answered: { status: 200, body, requestId }, keep: true };
        } catch (error) {
          if (error instanceof StripeError) return { answered: failed(error), keep: !error.beforeExecution };
          console.error(error);
          return { answered: failed(internalError()), keep: true };
        }
      }
      for (const slow of struck)
        if (slow.kind === 'latency' && slow.when === 'after') await wait(slow.ms ?? 1000);
      const silent = fault('timeout');
      if (silent) return done(made, { ending: { kind: 'silent', ms: silent.ms ?? 120_000 } });
      return done(made, fault('reset') ? { ending: { kind: 'cut' } } : {});
    } catch (error) {
      if (!(error instanceof StripeError)) console.error(error);
      return done(failed(error instanceof StripeError ? error : internalError()));
    } finally {
      if (claimed && key !== undefined) idempotency.release(key);
    }
  }

  return { answer, catchUp, ownCall };
}
