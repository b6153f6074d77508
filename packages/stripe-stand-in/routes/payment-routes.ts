import { readParams } from '../protocol/parameters.ts';
import { text } from '../protocol/parameter-kinds.ts';
import { cancelIntent, captureIntent } from '../payments/payment-capture.ts';
import { confirmIntent } from '../payments/payment-confirmation.ts';
import {
  browserConfirmShape,
  browserShape,
  confirmShape,
  refusePaymentMethodTypes,
} from '../payments/payment-intent-parameters.ts';
import { createPaymentIntent, listPaymentIntents, readCreateParams } from '../payments/payment-intents.ts';
import { findIntent } from '../payments/payment-intent-access.ts';
import { updatePaymentIntent } from '../payments/payment-intent-update.ts';
import { type Route, simple } from '../protocol/route.ts';

/** Routes below /v1/payment_intents. */
export const paymentRoutes: readonly Route[] = [
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
      return () => findIntent(call, id, client_secret).object;
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
      const shape = { ...confirmShape, client_secret: browserShape.client_secret };
      const read = readParams(call.publishable ? browserConfirmShape : shape, params);
      return () => confirmIntent(call, findIntent(call, id, read.client_secret), read);
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
];
