import type { Call } from './call.ts';
import { missing } from './errors.ts';
import { emit } from './events.ts';
import type { FormParams } from './form-encoding.ts';
import { newId } from './ids.ts';
import { createdRange, listAnswer, listParams } from './lists.ts';
import { applyMetadata, metadata } from './metadata.ts';
import { anyHash, clearable, hash, readParams } from './parameters.ts';
import { email, notHere, text } from './parameter-kinds.ts';
import { attachPaymentMethod } from './payment-method-attachment.ts';
import { resolvePaymentMethod } from './payment-methods.ts';
import type { Customer, PaymentMethod } from './store.ts';

const shape = {
  address: clearable(anyHash()),
  description: clearable(text()),
  email: clearable(email()),
  invoice_settings: hash({ default_payment_method: clearable(text()) }),
  metadata: metadata(),
  name: clearable(text(256)),
  phone: clearable(text(20)),
  shipping: clearable(anyHash()),
  payment_method: text(),
  source: notHere(),
  balance: notHere(),
  tax: notHere(),
  tax_exempt: notHere(),
  test_clock: notHere(),
};

type Deleted = { id: string; object: 'customer'; deleted: true };

/** POST /v1/customers */
export function createCustomer(call: Call, params: FormParams): Customer {
  const read = readParams(shape, params);
  const customer: Customer = {
    id: `cus_${newId('c').slice(3, 17)}`,
    object: 'customer',
    address: (read.address ?? null) as NonNullable<Customer['address']> | null,
    balance: 0,
    created: call.now,
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: read.description ?? null,
    email: read.email ?? null,
    invoice_prefix: newId('i').slice(-8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: applyMetadata({}, read.metadata),
    name: read.name ?? null,
    next_invoice_sequence: 1,
    phone: read.phone ?? null,
    preferred_locales: [],
    shipping: read.shipping ?? null,
    tax_exempt: 'none',
    test_clock: null,
  };
  call.store.customers.insert(customer, {});
  emit(call, 'customer.created', customer);
  if (read.payment_method !== undefined) attachPaymentMethod(call, read.payment_method, customer.id);
  return customer;
}

/** The customer; 404 when there is none, or when it was deleted and `deletedToo` is not set. */
export function findCustomer(call: Call, id: string, param = 'id'): Customer {
  const found = call.store.customers.find(id);
  if (!found || isDeleted(found.object)) throw missing('customer', id, param);
  return found.object;
}

function isDeleted(customer: Customer | Deleted): boolean {
  return (customer as { deleted?: unknown }).deleted === true;
}

/** GET /v1/customers/:id. A deleted one still answers, as `{ deleted: true }`. */
export function retrieveCustomer(call: Call, id: string): Customer {
  const found = call.store.customers.find(id);
  if (!found) throw missing('customer', id);
  return found.object;
}

/** POST /v1/customers/:id */
export function updateCustomer(call: Call, id: string, params: FormParams): Customer {
  const read = readParams(shape, params);
  const customer = findCustomer(call, id);
  for (const name of ['description', 'email', 'name', 'phone', 'address', 'shipping'] as const) {
    if (read[name] !== undefined) Object.assign(customer, { [name]: read[name] });
  }
  const preferred = read.invoice_settings?.default_payment_method;
  if (preferred !== undefined) {
    customer.invoice_settings.default_payment_method =
      preferred === null ? null : resolvePaymentMethod(call, preferred).object.id;
  }
  customer.metadata = applyMetadata(customer.metadata, read.metadata);
  call.store.customers.save(customer, {});
  emit(call, 'customer.updated', customer);
  return customer;
}

/** DELETE /v1/customers/:id. Its payment methods are detached. */
export function deleteCustomer(call: Call, id: string): Deleted {
  const customer = findCustomer(call, id);
  for (const method of call.store.paymentMethods.all('customer', id)) {
    const stored = call.store.paymentMethods.find(method.id);
    if (stored) call.store.paymentMethods.save({ ...stored.object, customer: null }, stored.hidden);
  }
  const deleted: Deleted = { id, object: 'customer', deleted: true };
  call.store.customers.save(deleted as unknown as Customer, {});
  emit(call, 'customer.deleted', customer);
  return deleted;
}

/** GET /v1/customers, by email and created. */
export function listCustomers(call: Call, params: FormParams): object {
  const read = readParams({ ...listParams, created: createdRange(), email: text() }, params);
  return listAnswer(
    call.store.customers,
    '/v1/customers',
    read,
    { email: read.email },
    (customer) => !isDeleted(customer),
  );
}

/** GET /v1/customers/:id/payment_methods/:id */
export function retrieveCustomerPaymentMethod(call: Call, id: string, methodId: string): PaymentMethod {
  findCustomer(call, id, 'customer');
  const found = call.store.paymentMethods.find(methodId)?.object;
  if (found?.customer !== id) throw missing('PaymentMethod', methodId, 'payment_method');
  return found;
}
