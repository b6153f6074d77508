import { API_VERSION, type Call } from './call.ts';
import { missing } from './errors.ts';
import { newId } from './ids.ts';
import { listParams, listAnswer, createdRange } from './lists.ts';
import { boolean, text } from './parameter-kinds.ts';
import { listOf, readParams } from './parameters.ts';
import type { FormParams } from './form-encoding.ts';
import type { Event } from './store.ts';

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
    .filter(({ enabled_events: wanted }) => wanted.includes('*') || wanted.includes(type))
    .map((endpoint) => endpoint.id);
}

/** GET /v1/events/:id */
export function retrieveEvent(call: Call, id: string): Event {
  const found = call.store.events.find(id);
  if (!found) throw missing('event', id);
  return found.object;
}

/** GET /v1/events, newest first, by type, types and created. */
export function listEvents(call: Call, params: FormParams): object {
  const read = readParams(
    {
      ...listParams,
      created: createdRange(),
      type: text(),
      types: listOf(text()),
      delivery_success: boolean(),
    },
    params,
  );
  const types = read.types ?? (read.type === undefined ? undefined : [read.type]);
  const matches = (event: Event): boolean =>
    (types === undefined ||
      types.some(
        (type) => type === event.type || (type.endsWith('.*') && event.type.startsWith(type.slice(0, -1))),
      )) &&
    (read.delivery_success === undefined || (event.pending_webhooks === 0) === read.delivery_success);
  return listAnswer(call.store.events, '/v1/events', read, {}, matches);
}
