import type { AttentionReason } from '#domain/failures.ts';
import type { AdvanceTarget, OrderStatus } from '#domain/order.ts';
import type { Board } from '#domain/contract/board.ts';
import type { Page } from '#domain/contract/fields.ts';
import type { Order, OrderForAgents } from '#domain/contract/orders.ts';
import type { BodyOf } from '#domain/contract/routes.ts';
import { call, type GivenBody } from '../../api/call.ts';
import { newIdempotencyKey } from '../../api/idempotency-key.ts';
import { isForAgents } from '../../api/order-views.ts';

export interface OrderSearch {
  readonly statuses?: readonly OrderStatus[];
  readonly q?: string;
  /** Only orders that need a person. */
  readonly attention?: boolean;
  /** Only orders with an unpaid share. */
  readonly toPay?: boolean;
  readonly cursor?: string | null;
  readonly limit?: number;
}

/** Reads a page of all orders, newest first. */
export async function searchOrders(search: OrderSearch, signal?: AbortSignal): Promise<Page<OrderForAgents>> {
  const { items, nextCursor } = await call('GET /api/orders', {
    query: {
      status: search.statuses?.join(','),
      q: search.q?.trim().replace(/^#(?=\d)/, ''),
      attention: search.attention ? 'true' : undefined,
      toPay: search.toPay ? 'true' : undefined,
      cursor: search.cursor,
      limit: search.limit ?? 30,
    },
    ...(signal ? { signal } : {}),
  });
  return { items: items.filter(isForAgents), nextCursor };
}

/** Reads every matching order: follows the cursor to the end. */
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

/** Reads the orders that are paid and not handed over yet. */
export function readBoard(): Promise<Board> {
  return call('GET /api/board');
}

/** Moves an order one step. One call is one command: its retries share a key. */
export function advanceOrder(
  orderId: string,
  to: AdvanceTarget,
): Promise<BodyOf<'POST /api/orders/:id/advance'>> {
  return call('POST /api/orders/:id/advance', {
    params: { id: orderId },
    body: { to },
    idempotencyKey: newIdempotencyKey(),
  });
}

/** Resolves a reason for attention of an order. */
export function clearAttention(orderId: string, reason: AttentionReason): Promise<{ order: Order }> {
  return call('POST /api/orders/:id/clear-attention', {
    params: { id: orderId },
    body: { reason },
    idempotencyKey: newIdempotencyKey(),
  });
}

/** Records a cash payment of a share. Idempotent per key and body. */
export function recordCash(
  orderId: string,
  shareId: string,
  body: GivenBody<'POST /api/orders/:id/shares/:shareId/cash'>,
  idempotencyKey: string,
): Promise<{ order: Order }> {
  const params = { id: orderId, shareId };
  return call('POST /api/orders/:id/shares/:shareId/cash', { params, body, idempotencyKey });
}

export type RefundRequest = GivenBody<'POST /api/orders/:id/refunds'>;

/** Makes a refund. Idempotent per key and body. */
export function refundOrder(
  orderId: string,
  body: RefundRequest,
  idempotencyKey: string,
): Promise<BodyOf<'POST /api/orders/:id/refunds'>> {
  return call('POST /api/orders/:id/refunds', { params: { id: orderId }, body, idempotencyKey });
}
