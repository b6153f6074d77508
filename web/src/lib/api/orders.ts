import type { Page } from '#domain/contract/fields.ts';
import type { Order, PlaceOrder } from '#domain/contract/orders.ts';
import type { BodyOf } from '#domain/contract/routes.ts';
import { call, type GivenBody } from './call.ts';
import { whole } from './order-views.ts';
import { guestTokens } from '../people/guest-tokens.ts';

/** The result of placing an order. */
export type PlacedOrder = BodyOf<'POST /api/orders'>;

/** Places a solo order. Idempotent per key and body. */
export async function placeOrder(body: PlaceOrder, idempotencyKey: string): Promise<PlacedOrder> {
  return rememberGuest(await call('POST /api/orders', { body, idempotencyKey }));
}

/** Finds the order of an attempt whose response was lost; throws not_found if it has not arrived. Places nothing. */
export async function findOrder(attempt: string, idempotencyKey: string): Promise<PlacedOrder> {
  return rememberGuest(await call('POST /api/orders/find', { body: { attempt }, idempotencyKey }));
}

function rememberGuest(answer: PlacedOrder): PlacedOrder {
  if (answer.guestToken !== undefined) guestTokens.remember(answer.order.id, answer.guestToken);
  return answer;
}

/** Reads an order with its bill, and the viewer's relation to it. */
export async function readOrder(
  orderId: string,
  signal?: AbortSignal,
): Promise<BodyOf<'GET /api/orders/:id'> & { readonly order: Order }> {
  const params = { id: orderId };
  return whole(await call('GET /api/orders/:id', signal ? { params, signal } : { params }));
}

/** Reads a page of the viewer's orders, newest first; for a guest, those of this browser. */
export function listOrders(cursor: string | null = null): Promise<Page<Order>> {
  return call('GET /api/orders', { query: { cursor, limit: 20 } });
}

/** An attempt to pay a share. */
export type PayShare = GivenBody<'POST /api/orders/:id/shares/:shareId/pay'>;
export type PayAnswer = BodyOf<'POST /api/orders/:id/shares/:shareId/pay'>;

/** Pays a share with this card; without one, returns the open payment with its client secret. */
export function payShare(
  orderId: string,
  shareId: string,
  body: PayShare,
  idempotencyKey: string,
): Promise<PayAnswer> {
  return call('POST /api/orders/:id/shares/:shareId/pay', {
    params: { id: orderId, shareId },
    body,
    idempotencyKey,
  });
}

export function cancelOrder(
  orderId: string,
  body: GivenBody<'POST /api/orders/:id/cancel'>,
  idempotencyKey: string,
): Promise<BodyOf<'POST /api/orders/:id/cancel'>> {
  return call('POST /api/orders/:id/cancel', { params: { id: orderId }, body, idempotencyKey });
}

/** Exchanges the token of a guest's link for a cookie. */
export async function openGuestSession(orderId: string, guestToken: string): Promise<void> {
  guestTokens.remember(orderId, guestToken);
  await call('POST /api/orders/:id/session', {
    params: { id: orderId },
    authorization: `Guest ${guestToken}`,
  });
}

/** Reads an order's history above version `after`, oldest first. */
export function readEvents(orderId: string, after = 0): Promise<BodyOf<'GET /api/orders/:id/events'>> {
  return call('GET /api/orders/:id/events', { params: { id: orderId }, query: { after } });
}

/** An event of a history; `by` is for staff. */
export type HistoryEvent = BodyOf<'GET /api/orders/:id/events'>['items'][number] & {
  readonly by?: string | null;
};

/** Reads the bills of an order as they were before its changes, newest first. */
export function readBills(orderId: string): Promise<BodyOf<'GET /api/orders/:id/bills'>> {
  return call('GET /api/orders/:id/bills', { params: { id: orderId }, query: {} });
}
export type EarlierBill = BodyOf<'GET /api/orders/:id/bills'>['items'][number];

/** Reads the refunds of an order, oldest first. */
export function readRefunds(orderId: string): Promise<BodyOf<'GET /api/orders/:id/refunds'>> {
  return call('GET /api/orders/:id/refunds', { params: { id: orderId } });
}
