/** Builders that write rows of orders and products directly, for tests of the databases alone. */

import { randomUUID } from 'node:crypto';
import { createProduct } from '../../db/catalog/products/products.ts';
import type { Database } from '../../db/database.ts';
import { recordConfirmed } from '../../db/orders/orders/finish-order.ts';
import { beginPayment } from '../../db/orders/payments/begin-payment.ts';
import { recordCaptureStarted } from '../../db/orders/payments/start-capture.ts';
import { recordPaymentOutcome } from '../../db/orders/payments/payments.ts';
import {
  hostOf,
  insertOrder,
  readHoldRequest,
  recordHeld,
  shareIdOf,
  type NewOrder,
} from '../../db/orders/orders/place-order.ts';
import { insertAttempt } from '../../db/orders/payments/attempts.ts';

/** Puts a product with one variant on sale and returns the variant's id. */
export async function addVariant(catalog: Database, of: { available: number; unitAmount?: number }) {
  const product = await createProduct(
    catalog,
    {
      name: `Product ${randomUUID().slice(0, 8)}`,
      description: '',
      category: 'Coffee',
      allergens: [],
      taxRate: 1900,
      active: true,
      variants: [{ name: 'Regular', unitAmount: of.unitAmount ?? 390, available: of.available }],
      optionGroups: [],
    },
    { currency: 'eur' },
  );
  return product!.variants[0]!.id;
}

/** No rate limit applies. */
export const NO_BOUNDS = {
  ordersPerGuest: 1,
  piecesPerGuest: 1,
  ordersPerNetwork: 1,
  piecesPerNetwork: 1,
  stockPercent: 0,
};

/** An order row, with the ids tests need to continue with it. */
export interface RecordedOrder {
  readonly id: string;
  readonly shareId: string;
  readonly totalAmount: number;
}

/** Writes an order in `placing`: one line (or so many `lines`) of `quantity` units at `unitAmount`. */
export async function recordOrder(
  orders: Database,
  of: {
    variantId?: string;
    quantity?: number;
    unitAmount?: number;
    lines?: number;
    acceptForMs?: number;
    payment?: NewOrder['payment'];
  } = {},
): Promise<RecordedOrder> {
  const id = randomUUID();
  const { quantity = 2, unitAmount = 500 } = of;
  const inserted = await insertOrder(orders, {
    id,
    requestHash: 'hash',
    userId: null,
    contact: { name: 'Ada', email: 'ada@example.test', isProven: false, language: 'de' },
    holder: { guest: null, network: null, bounds: NO_BOUNDS, wanted: [] },
    place: { kind: 'table', label: '7' },
    currency: 'eur',
    lines: Array.from({ length: of.lines ?? 1 }, () => ({
      productId: randomUUID(),
      category: 'Coffee',
      variantId: of.variantId ?? randomUUID(),
      name: 'Flat white',
      options: [],
      quantity,
      unitAmount,
      amount: quantity * unitAmount,
      taxRate: 1900,
      taxClass: null,
      note: null,
    })),
    acceptForMs: of.acceptForMs ?? 15_000,
    ...(of.payment && { payment: of.payment }),
  });
  if ('refused' in inserted) throw new Error('nobody is counted, so nothing is refused');
  return { id, shareId: shareIdOf(id, 1, hostOf(id)), totalAmount: inserted.order.totalAmount };
}

/** Writes an order in `awaiting_payment`. */
export async function recordHeldOrder(
  orders: Database,
  of?: Parameters<typeof recordOrder>[1],
): Promise<RecordedOrder> {
  const order = await recordOrder(orders, of);
  const wanted = (await readHoldRequest(orders, order.id))!;
  await recordHeld(orders, order.id, { ...wanted, deadline: new Date(Date.now() + 60_000), payLater: false });
  return order;
}

/** Writes an order in `awaiting_payment` whose share is authorized; no Stripe is asked. */
export async function recordAuthorizedOrder(
  orders: Database,
  of: Parameters<typeof recordOrder>[1] & { tipAmount?: number } = {},
): Promise<RecordedOrder & { paymentId: string; paidAmount: number }> {
  const order = await recordHeldOrder(orders, of);
  const attempt = { orderId: order.id, shareId: order.shareId, attemptId: randomUUID() };
  await insertAttempt(orders, {
    id: attempt.attemptId,
    orderId: order.id,
    shareId: order.shareId,
    requestHash: 'hash',
    paymentMethodId: 'pm_card_visa',
    tipAmount: of.tipAmount ?? 0,
  });
  const begun = await beginPayment(orders, attempt);
  if ('refused' in begun) throw new Error(`order ${order.id} is ${begun.refused.status}`);
  const { payment } = begun;
  await recordPaymentOutcome(orders, attempt, payment, {
    status: 'authorized',
    stripePaymentIntentId: `pi_${randomUUID()}`,
    clientSecret: null,
    declineCode: null,
    card: { brand: 'visa', last4: '4242' },
  });
  return { ...order, paymentId: payment.id, paidAmount: payment.amount };
}

/** Writes a confirmed order whose share was captured in full; no Stripe is asked. */
export async function recordConfirmedOrder(
  orders: Database,
  of: Parameters<typeof recordAuthorizedOrder>[1] = {},
): Promise<RecordedOrder & { paymentId: string; paidAmount: number }> {
  const order = await recordAuthorizedOrder(orders, of);
  await recordCaptureStarted(orders, order.id);
  await recordConfirmed(orders, order.id, [{ paymentId: order.paymentId, amount: order.paidAmount }], []);
  return order;
}
