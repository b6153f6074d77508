import type Stripe from 'stripe';
import { API_VERSION, type Call } from '../protocol/call.ts';
import { missing } from '../protocol/errors.ts';
import type { FormParams } from '../protocol/form-encoding.ts';
import { newId, randomText } from '../protocol/ids.ts';
import { listAnswer, listParams } from '../protocol/lists.ts';
import { applyMetadata, metadata } from '../protocol/metadata.ts';
import { boolean, eventType, notHere, text, url } from '../protocol/parameter-kinds.ts';
import { clearable, listOf, readParams, required } from '../protocol/parameters.ts';
import type { ShapeOf } from '../protocol/reader.ts';
import type { WebhookEndpoint } from '../store/store.ts';

const described = { description: clearable(text(5000)), metadata: metadata() };
/** `charge.refunded` and the like, or all. */
const eventTypes = listOf(eventType());

/** POST /v1/webhook_endpoints. Only this response contains the secret. */
export function createWebhookEndpoint(call: Call, params: FormParams): WebhookEndpoint {
  const shape = {
    ...described,
    api_version: text(),
    connect: notHere(),
    enabled_events: required(eventTypes),
    url: required(url()),
  } satisfies ShapeOf<Stripe.WebhookEndpointCreateParams>;
  const read = readParams(shape, params);
  const endpoint: WebhookEndpoint = {
    id: newId('we'),
    object: 'webhook_endpoint',
    api_version: read.api_version ?? API_VERSION,
    application: null,
    created: call.now,
    description: read.description ?? null,
    enabled_events: read.enabled_events,
    livemode: false,
    metadata: applyMetadata({}, read.metadata),
    status: 'enabled',
    url: read.url,
  };
  const secret = `whsec_${randomText(32)}`;
  call.store.webhookEndpoints.insert(endpoint, { secret });
  return { ...endpoint, secret };
}

function find(
  call: Call,
  id: string,
): { object: WebhookEndpoint; hidden: { secret: string; deleted?: boolean } } {
  const found = call.store.webhookEndpoints.find(id);
  if (!found || found.hidden.deleted === true) throw missing('webhook endpoint', id, 'webhook_endpoint');
  return found;
}

/** GET /v1/webhook_endpoints/:id */
export function retrieveWebhookEndpoint(call: Call, id: string): WebhookEndpoint {
  return find(call, id).object;
}

/** POST /v1/webhook_endpoints/:id */
export function updateWebhookEndpoint(call: Call, id: string, params: FormParams): WebhookEndpoint {
  const shape = {
    ...described,
    disabled: boolean(),
    enabled_events: eventTypes,
    url: url(),
  } satisfies ShapeOf<Stripe.WebhookEndpointUpdateParams>;
  const read = readParams(shape, params);
  const { object, hidden } = find(call, id);
  if (read.url !== undefined) object.url = read.url;
  if (read.enabled_events !== undefined) object.enabled_events = read.enabled_events;
  if (read.description !== undefined) object.description = read.description;
  if (read.disabled !== undefined) object.status = read.disabled ? 'disabled' : 'enabled';
  object.metadata = applyMetadata(object.metadata, read.metadata);
  call.store.webhookEndpoints.save(object, hidden);
  return object;
}

/** DELETE /v1/webhook_endpoints/:id. Its pending deliveries are dropped. */
export function deleteWebhookEndpoint(call: Call, id: string): object {
  const { object, hidden } = find(call, id);
  call.store.webhookEndpoints.save({ ...object, status: 'disabled', url: '' }, { ...hidden, deleted: true });
  return { id, object: 'webhook_endpoint', deleted: true };
}

/** GET /v1/webhook_endpoints */
export function listWebhookEndpoints(call: Call, params: FormParams): object {
  const read = readParams(listParams, params);
  return listAnswer(
    call.store.webhookEndpoints,
    '/v1/webhook_endpoints',
    read,
    {},
    (endpoint) => endpoint.url !== '',
  );
}
