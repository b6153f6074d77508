import type { Call } from '../protocol/call.ts';
import type { Clock } from '../store/clock.ts';
import { invalidRequest, missing, StripeError } from '../protocol/errors.ts';
import { faultKinds, type FaultRequest } from '../faults/fault-kinds.ts';
import type { Faults } from '../faults/faults.ts';
import type { FormParams } from '../protocol/form-encoding.ts';
import { runDueJobs } from './later.ts';
import type { RequestLog } from './request-log.ts';
import { testCards } from '../cards/test-cards.ts';
import { decideAuthentication, describeAuthentication } from '../payments/three-d-secure.ts';
import { trigger } from './triggers.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';

/** The objects that the knobs act on. */
export interface ControlParts {
  clock: Clock;
  faults: Faults;
  log: RequestLog;
  webhooks: Webhooks;
  /** Returns a call without a request, at the present time. */
  ownCall(): Call;
}

interface ControlRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  body: string;
}

/** Handles what is below /_/ and not a page, as JSON. Returns undefined when there is no such knob. */
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
  const [noun = '', id = '', verb = ''] = request.path.split('/').slice(2);
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
      parts.faults.clear(id === '' ? undefined : id);
      return { faults: parts.faults.list() };
    case 'GET clock':
      return clockAnswer(parts.clock);
    case 'POST clock':
      return moveClock(parts, readJson(request.body));
    case 'GET cards':
      return { cards: testCards };
    case 'GET deliveries':
      return parts.webhooks.list(wholeNumber(query, 'limit', 100));
    case 'GET 3ds':
      return describeAuthentication(parts.ownCall(), id, query.get('client_secret') ?? '');
    case 'POST 3ds':
      return inTransaction(parts, (call) => decideAuthentication(call, id, request.body));
    case 'POST events':
      return verb === 'resend' ? resend(parts, id) : undefined;
    case 'POST payment_intents':
    case 'POST refunds':
    case 'POST charges':
    case 'POST disputes': {
      const params = asTexts(readJson(request.body));
      return inTransaction(parts, (call) => trigger(call, noun, verb, id, params));
    }
    default:
      return undefined;
  }
}

function resend({ webhooks, ownCall }: ControlParts, id: string): object {
  if (!ownCall().store.events.find(id)) throw missing('event', id);
  webhooks.resend(id);
  return { id };
}

function inTransaction<T>(parts: ControlParts, work: (call: Call) => T): T {
  const call = parts.ownCall();
  return call.store.transaction(() => work(call));
}

function listRequests(log: RequestLog, query: URLSearchParams): object {
  const limit = Math.min(wholeNumber(query, 'limit', 1000), 10_000);
  const items = log.read({
    after: wholeNumber(query, 'after', 0),
    limit,
    method: query.get('method') ?? '',
    path: query.get('path') ?? '',
    latest: query.get('latest') === '1',
  });
  return { items, next: items.length === limit ? (items.at(-1)?.seq ?? null) : null };
}

function wholeNumber(query: URLSearchParams, name: string, absent: number): number {
  const given = query.get(name) ?? String(absent);
  if (!/^\d{1,12}$/.test(given)) throw invalidRequest(`${name} must be a whole number.`, { param: name });
  return Number(given);
}

function moveClock(parts: ControlParts, body: Record<string, unknown>): object {
  const { clock } = parts;
  const { advance, now, reset } = body;
  if (reset === true) clock.reset();
  else if (typeof advance === 'number') clock.advance(advance);
  else if (typeof now === 'number') clock.set(now);
  else if (typeof now === 'string' && !Number.isNaN(Date.parse(now))) clock.set(Date.parse(now) / 1000);
  else
    throw invalidRequest('Give { "advance": seconds }, { "now": seconds or ISO 8601 } or { "reset": true }.');
  inTransaction(parts, runDueJobs);
  return clockAnswer(clock);
}

function clockAnswer(clock: Clock): object {
  const { milliseconds, seconds, offset } = clock;
  return { now: seconds(), iso: new Date(milliseconds()).toISOString(), offset: offset() };
}

function readJson(body: string): Record<string, unknown> {
  const value: unknown = JSON.parse(body === '' ? '{}' : body);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('The body must be a JSON object.');
  return value as Record<string, unknown>;
}

/** Converts values to text, the form in which the API's own parameters arrive. */
function asTexts(values: Record<string, unknown>): FormParams {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}
