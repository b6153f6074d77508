import {
  createCustomer,
  deleteCustomer,
  findCustomer,
  listCustomers,
  retrieveCustomer,
  retrieveCustomerPaymentMethod,
  updateCustomer,
} from './customers.ts';
import { readParams, required } from './parameters.ts';
import { text } from './parameter-kinds.ts';
import { attachPaymentMethod, detachPaymentMethod } from './payment-method-attachment.ts';
import {
  createPaymentMethod,
  listPaymentMethods,
  retrievePaymentMethod,
  updatePaymentMethod,
} from './payment-methods.ts';
import { paymentMethodShape } from './payment-method-parameters.ts';
import { noParams, retrieve, type Route, simple } from './route.ts';
import { cancelSetupIntent, createSetupIntent, listSetupIntents } from './setup-intents.ts';
import { confirmSetupIntent, findSetupIntent, setupConfirmShape } from './setup-confirmation.ts';

/** Customers, their payment methods, and how these are set up. */
export const savedCardRoutes: readonly Route[] = [
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
];
