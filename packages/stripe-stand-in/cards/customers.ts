import { addressOf } from '../protocol/addresses.ts';
import type { Call } from '../protocol/call.ts';
import { assertAttached, type DeletedCustomer, findCustomer, isDeleted } from './customer-access.ts';
import { createShape, listShape, updateShape } from './customer-parameters.ts';
import { missing } from '../protocol/errors.ts';
import { emit } from '../webhooks/events.ts';
import type { FormParams } from '../protocol/form-encoding.ts';
import { newId } from '../protocol/ids.ts';
import { listAnswer } from '../protocol/lists.ts';
import { applyMetadata } from '../protocol/metadata.ts';
import { readParams } from '../protocol/parameters.ts';
import { attachPaymentMethod } from './payment-method-attachment.ts';
import { spend } from './payment-method-use.ts';
import type { Values } from '../protocol/reader.ts';
import type { Customer, PaymentMethod } from '../store/store.ts';

const DEFAULT_METHOD = 'invoice_settings[default_payment_method]';

/** POST /v1/customers */
export function createCustomer(call: Call, params: FormParams): Customer {
  const read = readParams(createShape, params);
  const customer: Customer = {
    id: `cus_${newId('c').slice(3, 17)}`,
    object: 'customer',
    address: null,
    balance: 0,
    created: call.now,
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    email: null,
    invoice_prefix: newId('i').slice(-8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  };
  describe(customer, read);
  call.store.customers.insert(customer, {});
  const attached =
    read.payment_method === undefined
      ? undefined
      : attachPaymentMethod(call, read.payment_method, customer.id).id;
  const preferred = read.invoice_settings?.default_payment_method;
  prefer(call, customer, preferred === read.payment_method ? attached : preferred);
  call.store.customers.save(customer, {});
  emit(call, 'customer.created', customer);
  return customer;
}

/** The parts that create and update share. */
function describe(customer: Customer, read: Partial<Values<typeof updateShape>>): void {
  for (const name of ['description', 'email', 'name', 'phone', 'preferred_locales'] as const) {
    if (read[name] !== undefined) Object.assign(customer, { [name]: read[name] });
  }
  if (read.address !== undefined)
    customer.address = read.address && addressOf(read.address, customer.address ?? null);
  if (read.shipping !== undefined)
    customer.shipping = read.shipping && {
      name: read.shipping.name,
      phone: read.shipping.phone ?? '',
      address: addressOf(read.shipping.address),
    };
  customer.metadata = applyMetadata(customer.metadata, read.metadata);
}

/** Null means no default; undefined leaves the default as it is. */
function prefer(call: Call, customer: Customer, method: string | null | undefined): void {
  if (method === undefined) return;
  if (method !== null) assertAttached(call, customer.id, method, DEFAULT_METHOD);
  customer.invoice_settings.default_payment_method = method;
}

/** GET /v1/customers/:id. A deleted customer is returned as `{ deleted: true }`. */
export function retrieveCustomer(call: Call, id: string): Customer {
  const found = call.store.customers.find(id);
  if (!found) throw missing('customer', id);
  return found.object;
}

/** POST /v1/customers/:id */
export function updateCustomer(call: Call, id: string, params: FormParams): Customer {
  const read = readParams(updateShape, params);
  const customer = findCustomer(call, id);
  describe(customer, read);
  prefer(call, customer, read.invoice_settings?.default_payment_method);
  call.store.customers.save(customer, {});
  emit(call, 'customer.updated', customer);
  return customer;
}

/** DELETE /v1/customers/:id. Its payment methods are detached. */
export function deleteCustomer(call: Call, id: string): DeletedCustomer {
  const customer = findCustomer(call, id);
  for (const method of call.store.paymentMethods.all('customer', id)) {
    const stored = call.store.paymentMethods.find(method.id);
    if (!stored) continue;
    stored.object.customer = null;
    spend(call, stored);
  }
  const deleted: DeletedCustomer = { id, object: 'customer', deleted: true };
  call.store.customers.save(deleted as unknown as Customer, {});
  emit(call, 'customer.deleted', customer);
  return deleted;
}

/** GET /v1/customers, by email and created. */
export function listCustomers(call: Call, params: FormParams): object {
  const read = readParams(listShape, params);
  const { email } = read;
  return listAnswer(
    call.store.customers,
    '/v1/customers',
    read,
    { email },
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
