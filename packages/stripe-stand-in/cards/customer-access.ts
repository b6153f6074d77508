import type { Call } from '../protocol/call.ts';
import { invalidRequest, missing } from '../protocol/errors.ts';
import type { Customer } from '../store/store.ts';

/** The stub of a deleted customer. */
export interface DeletedCustomer {
  id: string;
  object: 'customer';
  deleted: true;
}

/** Returns true for a deleted customer. */
export function isDeleted(customer: Customer | DeletedCustomer): customer is DeletedCustomer {
  return 'deleted' in customer;
}

/** Returns the customer. Throws Stripe's 404 when there is none, or when it was deleted. */
export function findCustomer(call: Call, id: string, param = 'id'): Customer {
  const found = call.store.customers.find(id);
  if (!found || isDeleted(found.object)) throw missing('customer', id, param);
  return found.object;
}

/** Throws unless the payment method is attached to that customer. */
export function assertAttached(call: Call, customer: string, method: string, param: string): void {
  if (call.store.paymentMethods.find(method)?.object.customer === customer) return;
  throw invalidRequest(
    `The customer does not have a payment method with the ID ${method}. The payment method must be attached to the customer.`,
    { code: 'resource_missing', param },
  );
}
