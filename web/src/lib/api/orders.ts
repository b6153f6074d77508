import type { z } from 'zod';
import type { PlaceOrder } from '#domain/contract/orders.ts';
import type { payShareSchema } from '#domain/contract/payments.ts';
import type {
  HistoryEvent,
  ListedRefund,
  Order,
  OrderAnswer,
  Page,
  PaymentAnswer,
  PlacedOrderAnswer,
} from './answers.ts';
import { guestTokens } from '../session/guest-tokens.ts';
import { request } from './request.ts';

/** Places a solo order; the same key and body always answer the same order. */
export async function placeOrder(body: PlaceOrder, idempotencyKey: string): Promise<PlacedOrderAnswer> {
  return rememberGuest(await request('POST', '/api/orders', { body, idempotencyKey }));
}

/** Finds the order of an attempt whose answer was lost; throws not_found when it has not arrived. Places nothing. */
export async function findOrder(attempt: string, idempotencyKey: string): Promise<PlacedOrderAnswer> {
  return rememberGuest(await request('POST', '/api/orders/find', { body: { attempt }, idempotencyKey }));
}

function rememberGuest(answer: PlacedOrderAnswer): PlacedOrderAnswer {
  if (answer.guestToken !== undefined) guestTokens.remember(answer.order.id, answer.guestToken);
  return answer;
}

export function readOrder(orderId: string, signal?: AbortSignal): Promise<OrderAnswer> {
  return request('GET', `/api/orders/${orderId}`, signal ? { signal } : {});
}

/** A page of the viewer's orders, newest first; a guest's are those this browser placed. */
export function listOrders(cursor: string | null = null): Promise<Page<Order>> {
  return request('GET', '/api/orders', { query: { cursor, limit: 20 } });
}

/** A wish to pay a share. */
export type PayShare = z.input<typeof payShareSchema>;

/** Pays a share with this card; without one it answers the payment that is open, with its client secret. */
export function payShare(
  orderId: string,
  shareId: string,
  body: PayShare,
  idempotencyKey: string,
): Promise<PaymentAnswer> {
  return request('POST', `/api/orders/${orderId}/shares/${shareId}/pay`, { body, idempotencyKey });
}

export function cancelOrder(
  orderId: string,
  body: { reason?: string; restock?: boolean },
  idempotencyKey: string,
): Promise<OrderAnswer> {
  return request('POST', `/api/orders/${orderId}/cancel`, { body, idempotencyKey });
}

/** Trades the token of a guest's link for a cookie. */
export async function openGuestSession(orderId: string, guestToken: string): Promise<void> {
  guestTokens.remember(orderId, guestToken);
  await request('POST', `/api/orders/${orderId}/session`, { authorization: `Guest ${guestToken}` });
}

/** An order's history above version `after`, oldest first. */
export function readEvents(orderId: string, after = 0): Promise<{ items: HistoryEvent[] }> {
  return request('GET', `/api/orders/${orderId}/events`, { query: { after } });
}

/** What went back of an order, oldest first. */
export function readRefunds(orderId: string): Promise<{ items: ListedRefund[] }> {
  return request('GET', `/api/orders/${orderId}/refunds`);
}
