import type { Call } from './call.ts';
import type { Clock } from './clock.ts';
import { loseDispute, winDispute } from './dispute-outcomes.ts';
import { createDispute } from './disputes.ts';
import { invalidRequest, missing, StripeError } from './errors.ts';
import { faultKinds, type FaultRequest, type Faults } from './faults.ts';
import { runDueJobs } from './later.ts';
import { expireAuthorization } from './payment-capture.ts';
import { failRefund, succeedRefund } from './refund-outcomes.ts';
import type { RequestLog } from './request-log.ts';
import { describeAuthentication, decideAuthentication, finishAuthentication } from './three-d-secure.ts';
import { testCards } from './cards.ts';
import type { Webhooks } from './webhooks.ts';

/** What the knobs turn. */
export interface ControlParts {
  clock: Clock;
  faults: Faults;
  log: RequestLog;
  webhooks: Webhooks;
  /** A call of nobody's, at the present time. */
  ownCall(): Call;
}

interface ControlRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  body: string;
}

/** Answers what is below /_/ and not a page; undefined when there is no such thing. Everything is JSON. */
export function answerControl(
  parts: ControlParts,
  request: ControlRequest,
): { status: number; body: object } | undefined {
  try {
    const body = answer(parts, request);
    return body === undefined ? undefined : { status: 200, body };
  } catch (error) {
    if (error instanceof StripeError) return { status: error.status, body: { error: error.body } };
    if (error instanceof Error) return { status: 400, body: { error: { message: error.message } } };
    throw error;
  }
}

function answer(parts: ControlParts, request: ControlRequest): object | undefined {
  const { method, query } = request;
  const [noun = '', id, verb] = request.path.split('/').slice(2);
  switch (`${method} ${noun}`) {
    case 'GET health':
      return { status: 'ok', now: parts.clock.seconds() };
    case 'GET requests':
      return listRequests(parts.log, query);
    case 'GET faults':
      return { kinds: faultKinds, faults: parts.faults.list() };
    case 'POST faults':
      return parts.faults.add(readJson(request.body) as unknown as FaultRequest);
    case 'DELETE faults':
      parts.faults.clear(id);
      return { faults: parts.faults.list() };
    case 'GET clock':
      return clockAnswer(parts.clock);
    case 'POST clock':
      return moveClock(parts, readJson(request.body));
    case 'GET cards':
      return { cards: testCards };
    case 'GET deliveries':
      return parts.webhooks.list(Number(query.get('limit') ?? 100));
    case 'GET 3ds':
      return describeAuthentication(parts.ownCall(), id ?? '', query.get('client_secret') ?? '');
    case 'POST 3ds':
      return inTransaction(parts, (call) => decideAuthentication(call, id ?? '', request.body));
    case 'POST payment_intents':
    case 'POST refunds':
    case 'POST charges':
    case 'POST disputes':
    case 'POST events':
      return inTransaction(parts, (call) => trigger(parts, call, noun, id ?? '', verb ?? ''));
    default:
      return undefined;
  }
}

function trigger(
  parts: ControlParts,
  call: Call,
  noun: string,
  id: string,
  verb: string,
): object | undefined {
  switch (`${noun} ${verb}`) {
    case 'payment_intents authenticate':
      return finishAuthentication(call, id, true);
    case 'payment_intents fail_authentication':
      return finishAuthentication(call, id, false);
    case 'payment_intents expire':
      expireAuthorization(call, id);
      return { id, status: call.store.paymentIntents.find(id)?.object.status };
    case 'refunds succeed':
      succeedRefund(call, id);
      return call.store.refunds.find(id)?.object;
    case 'refunds fail':
      failRefund(call, id);
      return call.store.refunds.find(id)?.object;
    case 'disputes win':
      return winDispute(call, id);
    case 'disputes lose':
      return loseDispute(call, id);
    case 'charges dispute':
      return createDispute(call, id, 'fraudulent');
    case 'events resend':
      if (!call.store.events.find(id)) throw missing('event', id);
      parts.webhooks.resend(id);
      return { id };
    default:
      return undefined;
  }
}

function inTransaction<T>(parts: ControlParts, work: (call: Call) => T): T {
  const call = parts.ownCall();
  return call.store.transaction(() => work(call));
}

function listRequests(log: RequestLog, query: URLSearchParams): object {
  const limit = Math.min(Number(query.get('limit') ?? 1000), 10_000);
  const items = log.read({
    after: Number(query.get('after') ?? 0),
    limit,
    method: query.get('method') ?? '',
    path: query.get('path') ?? '',
    latest: query.get('latest') === '1',
  });
  return { items, next: items.length === limit ? (items.at(-1)?.seq ?? null) : null };
}

function moveClock(parts: ControlParts, body: Record<string, unknown>): object {
  const { clock } = parts;
  if (body['reset'] === true) clock.reset();
  else if (typeof body['advance'] === 'number') clock.advance(body['advance']);
  else if (typeof body['now'] === 'number') clock.set(body['now']);
  else if (typeof body['now'] === 'string' && !Number.isNaN(Date.parse(body['now'])))
    clock.set(Date.parse(body['now']) / 1000);
  else
    throw invalidRequest('Give { "advance": seconds }, { "now": seconds or ISO 8601 } or { "reset": true }.');
  inTransaction(parts, runDueJobs);
  return clockAnswer(clock);
}

function clockAnswer(clock: Clock): object {
  return { now: clock.seconds(), iso: new Date(clock.milliseconds()).toISOString() };
}

function readJson(body: string): Record<string, unknown> {
  const value: unknown = JSON.parse(body === '' ? '{}' : body);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('The body must be a JSON object.');
  return value as Record<string, unknown>;
}
