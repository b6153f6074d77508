import { secretKeyRequired } from './api-keys.ts';
import { listBalanceTransactions, retrieveBalanceTransaction } from './balance-transactions.ts';
import type { Call } from './call.ts';
import { findCharge, listCharges, updateCharge } from './charges.ts';
import {
  createCustomer,
  deleteCustomer,
  findCustomer,
  listCustomers,
  retrieveCustomer,
  retrieveCustomerPaymentMethod,
  updateCustomer,
} from './customers.ts';
import { closeDispute, listDisputes, retrieveDispute } from './disputes.ts';
import { unknownRoute } from './errors.ts';
import { listEvents, retrieveEvent } from './events.ts';
import type { FormParams } from './form-encoding.ts';
import { readParams, required, text } from './parameters.ts';
import { cancelIntent, captureIntent } from './payment-capture.ts';
import { confirmIntent } from './payment-confirmation.ts';
import { browserShape, confirmShape, refusePaymentMethodTypes } from './payment-intent-parameters.ts';
import {
  createPaymentIntent,
  findIntent,
  listPaymentIntents,
  presentToBrowser,
  readCreateParams,
  updatePaymentIntent,
} from './payment-intents.ts';
import {
  attachPaymentMethod,
  createPaymentMethod,
  detachPaymentMethod,
  listPaymentMethods,
  paymentMethodShape,
  retrievePaymentMethod,
  updatePaymentMethod,
} from './payment-methods.ts';
import {
  cancelRefund,
  createRefund,
  listRefunds,
  readRefundParams,
  retrieveRefund,
  updateRefund,
} from './refunds.ts';

import {
  cancelSetupIntent,
  confirmSetupIntent,
  createSetupIntent,
  findSetupIntent,
  listSetupIntents,
  setupConfirmShape,
} from './setup-intents.ts';
import {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  listWebhookEndpoints,
  retrieveWebhookEndpoint,
  updateWebhookEndpoint,
} from './webhook-endpoints.ts';

/** Checks the parameters, then gives what carries the call out. What the check refuses, no idempotency key keeps. */
type Handler = (call: Call, params: FormParams, id: string, secondId: string) => () => object;

interface Route {
  method: 'GET' | 'POST' | 'DELETE';
  /** `:id` stands for one part of the path. */
  path: string;
  handler: Handler;
  /** May be called with a publishable key. */
  browser?: true;
}

const noParams = (params: FormParams): void => {
  readParams({}, params);
};

/** A call whose parameters are read while it is carried out: they are strict, but checked before anything is written. */
const simple =
  (work: (call: Call, params: FormParams, id: string) => object): Handler =>
  (call, params, id) =>
  () =>
    work(call, params, id);

const retrieve =
  (work: (call: Call, id: string) => object): Handler =>
  (call, params, id) => {
    noParams(params);
    return () => work(call, id);
  };

const routes: Route[] = [
  {
    method: 'POST',
    path: '/v1/payment_intents',
    handler: (call, params) => {
      const read = readCreateParams(call, params);
      return () => createPaymentIntent(call, read);
    },
  },
  { method: 'GET', path: '/v1/payment_intents', handler: simple(listPaymentIntents) },
  {
    method: 'GET',
    path: '/v1/payment_intents/:id',
    browser: true,
    handler: (call, params, id) => {
      const { client_secret } = readParams({ client_secret: text(), key: text() }, params);
      return () => {
        const { object } = findIntent(call, id, client_secret);
        return call.publishable ? presentToBrowser(object) : object;
      };
    },
  },
  {
    method: 'POST',
    path: '/v1/payment_intents/:id',
    handler: simple((call, params, id) => updatePaymentIntent(call, id, params)),
  },
  {
    method: 'POST',
    path: '/v1/payment_intents/:id/confirm',
    browser: true,
    handler: (call, params, id) => {
      refusePaymentMethodTypes(call, params);
      const shape = call.publishable
        ? { ...confirmShape, ...browserShape }
        : { ...confirmShape, client_secret: browserShape.client_secret };
      const read = readParams(shape, params);
      return () => {
        const intent = confirmIntent(call, findIntent(call, id, read.client_secret), read);
        return call.publishable ? presentToBrowser(intent) : intent;
      };
    },
  },
  {
    method: 'POST',
    path: '/v1/payment_intents/:id/capture',
    handler: simple((call, params, id) => captureIntent(call, findIntent(call, id), params)),
  },
  {
    method: 'POST',
    path: '/v1/payment_intents/:id/cancel',
    handler: simple((call, params, id) => cancelIntent(call, findIntent(call, id), params)),
  },

  {
    method: 'POST',
    path: '/v1/payment_methods',
    browser: true,
    handler: (call, params) => {
      const { key: _, ...given } = params;
      const read = readParams(paymentMethodShape, call.publishable ? given : params);
      return () => createPaymentMethod(call, read);
    },
  },
  {
    method: 'GET',
    path: '/v1/payment_methods',
    handler: simple((call, params) => listPaymentMethods(call, params)),
  },
  { method: 'GET', path: '/v1/payment_methods/:id', handler: retrieve(retrievePaymentMethod) },
  {
    method: 'POST',
    path: '/v1/payment_methods/:id',
    handler: simple((call, params, id) => updatePaymentMethod(call, id, params)),
  },
  {
    method: 'POST',
    path: '/v1/payment_methods/:id/attach',
    handler: (call, params, id) => {
      const { customer } = readParams({ customer: required(text()) }, params);
      return () => attachPaymentMethod(call, id, customer);
    },
  },
  { method: 'POST', path: '/v1/payment_methods/:id/detach', handler: retrieve(detachPaymentMethod) },

  { method: 'GET', path: '/v1/charges', handler: simple(listCharges) },
  { method: 'GET', path: '/v1/charges/:id', handler: retrieve((call, id) => findCharge(call, id).object) },
  {
    method: 'POST',
    path: '/v1/charges/:id',
    handler: simple((call, params, id) => updateCharge(call, id, params)),
  },
  {
    method: 'GET',
    path: '/v1/charges/:id/refunds',
    handler: simple((call, params, id) =>
      listRefunds(call, { ...params, charge: findCharge(call, id).object.id }),
    ),
  },

  {
    method: 'POST',
    path: '/v1/refunds',
    handler: (call, params) => {
      const read = readRefundParams(params);
      return () => createRefund(call, read);
    },
  },
  { method: 'GET', path: '/v1/refunds', handler: simple(listRefunds) },
  { method: 'GET', path: '/v1/refunds/:id', handler: retrieve(retrieveRefund) },
  {
    method: 'POST',
    path: '/v1/refunds/:id',
    handler: simple((call, params, id) => updateRefund(call, id, params)),
  },
  { method: 'POST', path: '/v1/refunds/:id/cancel', handler: retrieve(cancelRefund) },

  { method: 'POST', path: '/v1/setup_intents', handler: simple(createSetupIntent) },
  { method: 'GET', path: '/v1/setup_intents', handler: simple(listSetupIntents) },
  {
    method: 'GET',
    path: '/v1/setup_intents/:id',
    browser: true,
    handler: (call, params, id) => {
      const { client_secret } = readParams({ client_secret: text(), key: text() }, params);
      return () => findSetupIntent(call, id, client_secret).object;
    },
  },
  {
    method: 'POST',
    path: '/v1/setup_intents/:id/confirm',
    browser: true,
    handler: (call, params, id) => {
      const read = readParams(setupConfirmShape, params);
      return () => confirmSetupIntent(call, id, read);
    },
  },
  {
    method: 'POST',
    path: '/v1/setup_intents/:id/cancel',
    handler: simple((call, params, id) => cancelSetupIntent(call, id, params)),
  },

  { method: 'POST', path: '/v1/customers', handler: simple(createCustomer) },
  { method: 'GET', path: '/v1/customers', handler: simple(listCustomers) },
  { method: 'GET', path: '/v1/customers/:id', handler: retrieve(retrieveCustomer) },
  {
    method: 'POST',
    path: '/v1/customers/:id',
    handler: simple((call, params, id) => updateCustomer(call, id, params)),
  },
  { method: 'DELETE', path: '/v1/customers/:id', handler: retrieve(deleteCustomer) },
  {
    method: 'GET',
    path: '/v1/customers/:id/payment_methods',
    handler: simple((call, params, id) => listPaymentMethods(call, params, findCustomer(call, id).id)),
  },
  {
    method: 'GET',
    path: '/v1/customers/:id/payment_methods/:id',
    handler: (call, params, id, methodId) => {
      noParams(params);
      return () => retrieveCustomerPaymentMethod(call, id, methodId);
    },
  },

  { method: 'POST', path: '/v1/webhook_endpoints', handler: simple(createWebhookEndpoint) },
  { method: 'GET', path: '/v1/webhook_endpoints', handler: simple(listWebhookEndpoints) },
  { method: 'GET', path: '/v1/webhook_endpoints/:id', handler: retrieve(retrieveWebhookEndpoint) },
  {
    method: 'POST',
    path: '/v1/webhook_endpoints/:id',
    handler: simple((call, params, id) => updateWebhookEndpoint(call, id, params)),
  },
  { method: 'DELETE', path: '/v1/webhook_endpoints/:id', handler: retrieve(deleteWebhookEndpoint) },

  { method: 'GET', path: '/v1/disputes', handler: simple(listDisputes) },
  { method: 'GET', path: '/v1/disputes/:id', handler: retrieve(retrieveDispute) },
  { method: 'POST', path: '/v1/disputes/:id/close', handler: retrieve(closeDispute) },

  { method: 'GET', path: '/v1/events', handler: simple(listEvents) },
  { method: 'GET', path: '/v1/events/:id', handler: retrieve(retrieveEvent) },
  { method: 'GET', path: '/v1/balance_transactions', handler: simple(listBalanceTransactions) },
  { method: 'GET', path: '/v1/balance_transactions/:id', handler: retrieve(retrieveBalanceTransaction) },
];

interface Leaf {
  parts: string[];
  route: Route;
}
const leaves: Leaf[] = [];

function leavesOf(): Leaf[] {
  if (leaves.length === 0) leaves.push(...routes.map((route) => ({ parts: route.path.split('/'), route })));
  return leaves;
}

/** The route of a request and the ids in its path; Stripe's 404 when there is none, 403 when the key may not. */
export function findRoute(
  method: string,
  path: string,
  publishable: boolean,
): { route: Route; ids: [string, string] } {
  const given = path.split('/');
  for (const { parts, route } of leavesOf()) {
    if (route.method !== method || parts.length !== given.length) continue;
    const ids: string[] = [];
    const fits = parts.every((part, index) => {
      const value = given[index] ?? '';
      if (part !== ':id') return part === value;
      ids.push(decodeURIComponent(value));
      return value !== '';
    });
    if (!fits) continue;
    if (publishable && route.browser !== true) throw secretKeyRequired();
    return { route, ids: [ids[0] ?? '', ids[1] ?? ''] };
  }
  const error = unknownRoute(method, path);
  error.beforeExecution = true;
  throw error;
}
