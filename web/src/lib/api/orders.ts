import type { Page } from '#domain/contract/fields.ts';
import type { Order, PlaceOrder } from '#domain/contract/orders.ts';
import type { BodyOf } from '#domain/contract/routes.ts';
import { call, type GivenBody } from './call.ts';
import { whole } from './order-views.ts';
import { guestTokens } from '../session/guest-tokens.ts';

/** What placing an order returns. */
export type PlacedOrder = BodyOf<'POST /api/orders'>;

/** Places a solo order; the same key and body always return the same order. */
export async function placeOrder(body: PlaceOrder, idempotencyKey: string): Promise<PlacedOrder> {
  return rememberGuest(await call('POST /api/orders', { body, idempotencyKey }));
}

/** Finds the order of an attempt whose answer was lost; throws not_found when it has not arrived. Places nothing. */
export async function findOrder(attempt: string, idempotencyKey: string): Promise<PlacedOrder> {
  return rememberGuest(await call('POST /api/orders/find', { body: { attempt }, idempotencyKey }));
}

function rememberGuest(answer: PlacedOrder): PlacedOrder {
  if (answer.guestToken !== undefined) guestTokens.remember(answer.order.id, answer.guestToken);
  return answer;
}

/** An order with its bill, and who is looking. */
export async function readOrder(
  orderId: string,
  signal?: AbortSignal,
): Promise<BodyOf<'GET /api/orders/:id'> & { readonly order: Order }> {
  const params = { id: orderId };
  return whole(await call('GET /api/orders/:id', signal ? { params, signal } : { params }));
}

/** A page of the viewer's orders, newest first; a guest's are those this browser placed. */
export function listOrders(cursor: string | null = null): Promise<Page<Order>> {
  return call('GET /api/orders', { query: { cursor, limit: 20 } });
}

/** An attempt to pay a share. */
export type PayShare = GivenBody<'POST /api/orders/:id/shares/:shareId/pay'>;
export type PayAnswer = BodyOf<'POST /api/orders/:id/shares/:shareId/pay'>;

/** Pays a share with this card; without one it returns the payment that is open, with its client secret. */
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

/** Trades the token of a guest's link for a cookie. */
export async function openGuestSession(orderId: string, guestToken: string): Promise<void> {
  guestTokens.remember(orderId, guestToken);
  await call('POST /api/orders/:id/session', {
    params: { id: orderId },
    authorization: `Guest ${guestToken}`,
  });
}

/** An order's history above version `after`, oldest first. */
export function readEvents(orderId: string, after = 0): Promise<BodyOf<'GET /api/orders/:id/events'>> {
  return call('GET /api/orders/:id/events', { params: { id: orderId }, query: { after } });
}

/** An event of a history; `by` is there for staff. */
export type HistoryEvent = BodyOf<'GET /api/orders/:id/events'>['items'][number] & {
  readonly by?: string | null;
};

/** What went back of an order, oldest first. */
export function readRefunds(orderId: string): Promise<BodyOf<'GET /api/orders/:id/refunds'>> {
  return call('GET /api/orders/:id/refunds', { params: { id: orderId } });
}
