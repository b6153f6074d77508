import type Stripe from 'stripe';
import { API_VERSION, type Call } from '../protocol/call.ts';
import { fitsType } from '../protocol/event-types.ts';
import { invalidRequest, missing } from '../protocol/errors.ts';
import { newId } from '../protocol/ids.ts';
import { listParams, listAnswer, createdRange } from '../protocol/lists.ts';
import { boolean, text } from '../protocol/parameter-kinds.ts';
import { listOf, readParams } from '../protocol/parameters.ts';
import type { FormParams } from '../protocol/form-encoding.ts';
import type { ShapeOf } from '../protocol/reader.ts';
import type { Event } from '../store/store.ts';

/**
 * Records an event and, for each webhook endpoint that wants it, a delivery: in the call's own transaction.
 * The object is stored as it is now. Call it in the order Stripe sends them.
 */
export function emit(call: Call, type: string, object: object, previousAttributes?: object): Event {
  const endpoints = wantedBy(call, type);
  const event: Event = {
    id: newId('evt'),
    object: 'event',
    api_version: API_VERSION,
    created: call.now,
    data: previousAttributes ? { object, previous_attributes: previousAttributes } : { object },
    livemode: false,
    pending_webhooks: endpoints.length,
    request: { ...call.request },
    type,
  };
  call.store.events.insert(event, {});
  const delivery = deliveryStatement(call);
  for (const endpoint of endpoints) delivery.run(event.id, endpoint);
  return event;
}

function deliveryStatement(call: Call): { run(event: string, endpoint: string): unknown } {
  let statement = statements.get(call.store);
  if (!statement) {
    statement = call.store.database.prepare(
      "INSERT INTO deliveries (event, endpoint, attempt, due_ms, state) VALUES (?, ?, 0, 0, 'waiting')",
    );
    statements.set(call.store, statement);
  }
  return statement;
}
const statements = new WeakMap<object, ReturnType<Call['store']['database']['prepare']>>();

function wantedBy(call: Call, type: string): string[] {
  const endpoints = call.store.webhookEndpoints.select({ limit: 100 })?.data ?? [];
  return endpoints
    .filter((endpoint) => endpoint.status === 'enabled')
    .filter(({ enabled_events: wanted }) => wanted.some((one) => fitsType(one, type)))
    .map((endpoint) => endpoint.id);
}

/** GET /v1/events/:id */
export function retrieveEvent(call: Call, id: string): Event {
  const found = call.store.events.find(id);
  if (!found) throw missing('event', id);
  return found.object;
}

const listShape = {
  ...listParams,
  created: createdRange(),
  delivery_success: boolean(),
  type: text(),
  types: listOf(text()),
} satisfies ShapeOf<Stripe.EventListParams>;

/** Stripe lists no older ones. */
const LISTED_SECONDS = 30 * 86_400;

/** GET /v1/events of the last 30 days, newest first, by type, types and created. */
export function listEvents(call: Call, params: FormParams): object {
  const read = readParams(listShape, params);
  if (read.type !== undefined && read.types !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: type, types.', { param: 'types' });
  }
  if (read.types && read.types.length > 20)
    throw invalidRequest('You may specify at most 20 types.', { param: 'types' });
  const types = read.types ?? (read.type === undefined ? undefined : [read.type]);
  const { delivery_success: delivered } = read;
  const matches = ({ created, type, pending_webhooks }: Event): boolean =>
    created > call.now - LISTED_SECONDS &&
    (types === undefined || types.some((wanted) => fitsType(wanted, type))) &&
    (delivered === undefined || (pending_webhooks === 0) === delivered);
  return listAnswer(call.store.events, '/v1/events', read, {}, matches);
}
