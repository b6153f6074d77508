import type { Call } from './call.ts';
import { invalidRequest } from './errors.ts';
import { emit } from './events.ts';
import { resolvePaymentMethod } from './payment-methods.ts';
import type { PaymentMethod } from './store.ts';

/** POST /v1/payment_methods/:id/attach */
export function attachPaymentMethod(call: Call, id: string, customer: string, setUp = false): PaymentMethod {
  const { object, hidden } = resolvePaymentMethod(call, id);
  if (object.customer !== null && object.customer !== customer) {
    throw invalidRequest('The payment method you provided has already been attached to a customer.', {
      code: 'payment_method_unexpected_state',
    });
  }
  if (hidden.usedUp === true) {
    throw invalidRequest(
      'This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again.',
    );
  }
  if (setUp) hidden.setUp = true;
  const attached = object.customer === null;
  object.customer = customer;
  call.store.paymentMethods.save(object, hidden);
  if (attached) emit(call, 'payment_method.attached', object);
  return object;
}

/** POST /v1/payment_methods/:id/detach. It can never be used again. */
export function detachPaymentMethod(call: Call, id: string): PaymentMethod {
  const { object, hidden } = resolvePaymentMethod(call, id);
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
  hidden.usedUp = true;
  call.store.paymentMethods.save(object, hidden);
  emit(call, 'payment_method.detached', object, { customer });
  return object;
}
