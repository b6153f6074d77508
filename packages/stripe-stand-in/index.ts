/** The stand-in for Stripe: a server to start, its faults, and its request log. */

export { createStripeServer, type StripeServer, type StripeServerOptions } from './server/server.ts';
export type { ConfiguredEndpoint } from './webhooks/webhook-configuration.ts';
export type { Fault, Faults } from './faults/faults.ts';
export {
  isWebhookKind,
  REQUEST_KINDS,
  WEBHOOK_KINDS,
  type FaultKind,
  type FaultRequest,
} from './faults/fault-kinds.ts';
export type { LoggedRequest } from './server/request-log.ts';
