import type { Call } from '../protocol/call.ts';
import { findCustomer } from './customer-access.ts';
import { cardError, invalidRequest } from '../protocol/errors.ts';
import { emit } from '../webhooks/events.ts';
import { assertAttachable, spend } from './payment-method-use.ts';
import { resolvePaymentMethod, testCardOf } from './payment-methods.ts';
import type { PaymentMethod } from '../store/store.ts';

/** POST /v1/payment_methods/:id/attach. The bank checks the card; a decline is thrown. */
export function attachPaymentMethod(call: Call, id: string, customer: string): PaymentMethod {
  findCustomer(call, customer, 'customer');
  const { decline } = testCardOf(resolvePaymentMethod(call, id).hidden);
  if (decline && decline.blocked !== true) throw cardError({ ...decline });
  return keepForCustomer(call, id, customer);
}

/** Attaches a payment method that was used to pay or was set up. `setUp`: for payments without the customer present. */
export function keepForCustomer(call: Call, id: string, customer: string, setUp = false): PaymentMethod {
  const method = resolvePaymentMethod(call, id);
  const { object, hidden } = method;
  if (object.customer !== null && object.customer !== customer) {
    throw invalidRequest('The payment method you provided has already been attached to a customer.', {
      code: 'payment_method_unexpected_state',
    });
  }
  assertAttachable(method);
  if (setUp) hidden.setUp = true;
  const attached = object.customer === null;
  object.customer = customer;
  call.store.paymentMethods.save(object, hidden);
  if (attached) emit(call, 'payment_method.attached', object);
  return object;
}

/** POST /v1/payment_methods/:id/detach. It can never be used again, and stops being the customer's default. */
export function detachPaymentMethod(call: Call, id: string): PaymentMethod {
  const method = resolvePaymentMethod(call, id);
  const { object } = method;
  if (object.customer === null) {
    throw invalidRequest(
      'The payment method you provided is not attached to a customer so detachment is impossible.',
      {
        code: 'payment_method_unexpected_state',
      },
    );
  }
  const customer = object.customer;
  object.customer = null;
  spend(call, method);
  emit(call, 'payment_method.detached', object, { customer });
  forgetDefault(call, customer, object.id);
  return object;
}

function forgetDefault(call: Call, customerId: string, methodId: string): void {
  const customer = findCustomer(call, customerId);
  if (customer.invoice_settings.default_payment_method !== methodId) return;
  customer.invoice_settings.default_payment_method = null;
  call.store.customers.save(customer, {});
  emit(call, 'customer.updated', customer, {
    invoice_settings: { default_payment_method: methodId },
  });
}
