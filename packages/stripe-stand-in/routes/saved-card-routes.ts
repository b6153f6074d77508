import {
  createCustomer,
  deleteCustomer,
  listCustomers,
  retrieveCustomer,
  retrieveCustomerPaymentMethod,
  updateCustomer,
} from '../cards/customers.ts';
import { readParams, required } from '../protocol/parameters.ts';
import { notHere, text } from '../protocol/parameter-kinds.ts';
import { attachPaymentMethod, detachPaymentMethod } from '../cards/payment-method-attachment.ts';
import {
  createPaymentMethod,
  listCustomerPaymentMethods,
  listPaymentMethods,
  retrievePaymentMethod,
  updatePaymentMethod,
} from '../cards/payment-methods.ts';
import { createShape } from '../cards/payment-method-parameters.ts';
import { noParams, retrieve, type Route, simple } from '../protocol/route.ts';
import { confirmSetupIntent, findSetupIntent } from '../payments/setup-confirmation.ts';
import { browserConfirmShape, confirmShape } from '../payments/setup-intent-parameters.ts';
import {
  cancelSetupIntent,
  createSetupIntent,
  listSetupIntents,
  updateSetupIntent,
} from '../payments/setup-intents.ts';

/** Routes of customers, payment methods and SetupIntents. */
export const savedCardRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/payment_methods',
    browser: true,
    handler: (call, params) => {
      const { key: _, ...given } = params;
      const read = readParams(createShape, call.publishable ? given : params);
      return () => createPaymentMethod(call, read);
    },
  },
  {
    method: 'GET',
    path: '/v1/payment_methods',
    handler: simple(listPaymentMethods),
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
      const shape = { customer: required(text()), customer_account: notHere() };
      const { customer } = readParams(shape, params);
      return () => attachPaymentMethod(call, id, customer);
    },
  },
  { method: 'POST', path: '/v1/payment_methods/:id/detach', handler: retrieve(detachPaymentMethod) },
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
    path: '/v1/setup_intents/:id',
    handler: simple((call, params, id) => updateSetupIntent(call, id, params)),
  },
  {
    method: 'POST',
    path: '/v1/setup_intents/:id/confirm',
    browser: true,
    handler: (call, params, id) => {
      const read = readParams(call.publishable ? browserConfirmShape : confirmShape, params);
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
    handler: simple((call, params, id) => listCustomerPaymentMethods(call, id, params)),
  },
  {
    method: 'GET',
    path: '/v1/customers/:id/payment_methods/:id',
    handler: (call, params, id, methodId) => {
      noParams(params);
      return () => retrieveCustomerPaymentMethod(call, id, methodId);
    },
  },
];
