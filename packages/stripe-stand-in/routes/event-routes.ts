import { listEvents, retrieveEvent } from '../webhooks/events.ts';
import { retrieve, type Route, simple } from '../protocol/route.ts';
import {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  listWebhookEndpoints,
  retrieveWebhookEndpoint,
  updateWebhookEndpoint,
} from '../webhooks/webhook-endpoints.ts';

/** Routes of events and webhook endpoints. */
export const eventRoutes: readonly Route[] = [
  { method: 'POST', path: '/v1/webhook_endpoints', handler: simple(createWebhookEndpoint) },
  { method: 'GET', path: '/v1/webhook_endpoints', handler: simple(listWebhookEndpoints) },
  { method: 'GET', path: '/v1/webhook_endpoints/:id', handler: retrieve(retrieveWebhookEndpoint) },
  {
    method: 'POST',
    path: '/v1/webhook_endpoints/:id',
    handler: simple((call, params, id) => updateWebhookEndpoint(call, id, params)),
  },
  { method: 'DELETE', path: '/v1/webhook_endpoints/:id', handler: retrieve(deleteWebhookEndpoint) },
  { method: 'GET', path: '/v1/events', handler: simple(listEvents) },
  { method: 'GET', path: '/v1/events/:id', handler: retrieve(retrieveEvent) },
];
