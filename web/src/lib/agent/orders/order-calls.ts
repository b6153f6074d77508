import type { AttentionReason } from '#domain/failures.ts';
import type { AdvanceTarget, OrderStatus } from '#domain/order.ts';
import type { OrderAnswer, OrderForAgents, Page, RefundAnswer } from '../../api/answers.ts';
import { newIdempotencyKey } from '../../api/idempotency-key.ts';
import { request } from '../../api/request.ts';

export interface OrderSearch {
  readonly statuses?: readonly OrderStatus[];
  readonly q?: string;
  /** Only orders that need a person. */
  readonly attention?: boolean;
  /** Only orders of which somebody still has to pay a share. */
  readonly toPay?: boolean;
  readonly cursor?: string | null;
  readonly limit?: number;
}

/** A page of all orders, newest first. */
export function searchOrders(search: OrderSearch, signal?: AbortSignal): Promise<Page<OrderForAgents>> {
  return request('GET', '/api/orders', {
    query: {
      status: search.statuses?.join(','),
      q: search.q?.trim().replace(/^#(?=\d)/, ''),
      attention: search.attention ? true : undefined,
      toPay: search.toPay ? true : undefined,
      cursor: search.cursor,
      limit: search.limit ?? 30,
    },
    ...(signal ? { signal } : {}),
  });
}

/** Every order that matches: follows the cursor to the end. */
export async function searchAllOrders(search: OrderSearch): Promise<OrderForAgents[]> {
  const orders: OrderForAgents[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<OrderForAgents> = await searchOrders({ ...search, cursor, limit: 100 });
    orders.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return orders;
}

/** An order with what only agents see: contact and workflow. */
export function readOrderForAgents(orderId: string): Promise<{ order: OrderForAgents }> {
  return request('GET', `/api/orders/${orderId}`);
}

/** Moves an order one step on. One call is one command: its own retries repeat it with one key. */
export function advanceOrder(orderId: string, to: AdvanceTarget): Promise<OrderAnswer> {
  return request('POST', `/api/orders/${orderId}/advance`, {
    body: { to },
    idempotencyKey: newIdempotencyKey(),
  });
}

export interface RefundRequest {
  readonly shareId?: string;
  readonly amount?: number;
  readonly lines?: readonly { readonly lineId: string; readonly quantity: number }[];
  readonly reason: string;
  readonly restock?: boolean;
}

/** Notes that somebody of the staff has seen to one thing that an order needed a person for. */
export function clearAttention(orderId: string, reason: AttentionReason): Promise<OrderAnswer> {
  return request('POST', `/api/orders/${orderId}/clear-attention`, {
    body: { reason },
    idempotencyKey: newIdempotencyKey(),
  });
}

/** Writes down that a share was paid in cash. The same key and body are the same cash. */
export function recordCash(
  orderId: string,
  shareId: string,
  body: { tipAmount?: number },
  idempotencyKey: string,
): Promise<OrderAnswer> {
  return request('POST', `/api/orders/${orderId}/shares/${shareId}/cash`, { body, idempotencyKey });
}

/** Gives money back. The same key and body are the same refund. */
export function refundOrder(
  orderId: string,
  body: RefundRequest,
  idempotencyKey: string,
): Promise<RefundAnswer> {
  return request('POST', `/api/orders/${orderId}/refunds`, { body, idempotencyKey });
}
