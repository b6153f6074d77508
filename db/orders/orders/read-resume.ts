import type { OrderStatus } from '../../../domain/order.ts';
import type { Database } from '../../database.ts';

/** Where an order stands by its record, as far as a workflow needs it to go on from there. */
export interface OrderToResume {
  readonly status: OrderStatus;
  readonly totalAmount: number;
  readonly currency: string;
  readonly deadline: Date | null;
  /** The last try to pay that may still succeed, or cash that was recorded, and the how-manieth it is. */
  readonly tryToPay: { readonly payRequestId: string; readonly shareId: string } | null;
  readonly attempt: number;
}

/** Reads it; undefined for an order that does not exist. */
export async function readOrderToResume(
  orders: Database,
  orderId: string,
): Promise<OrderToResume | undefined> {
  const em = orders.em.fork();
  const [order] = await em.execute<
    { status: OrderStatus; totalAmount: number; currency: string; deadline: string | null; taken: number }[]
  >(
    `select status, total_amount as "totalAmount", currency, deadline,
       (select count(*)::int from pay_requests where order_id = o.id and payment_id is not null) as taken
     from orders o where id = ?`,
    [orderId],
  );
  if (!order) return undefined;
  const [last] = await em.execute<{ id: string; shareId: string; paymentId: string | null }[]>(
    `select r.id, r.share_id as "shareId", r.payment_id as "paymentId"
     from pay_requests r left join payments p on p.id = r.payment_id
     where r.order_id = ? and (r.method = 'card' or r.payment_id is not null) and r.status <> 'declined' and coalesce(p.status, '') not in ('declined', 'canceled')
     order by r.created_at desc limit 1`,
    [orderId],
  );
  return {
    status: order.status,
    totalAmount: order.totalAmount,
    currency: order.currency,
    deadline: order.deadline === null ? null : new Date(order.deadline),
    tryToPay: last ? { payRequestId: last.id, shareId: last.shareId } : null,
    attempt: last && last.paymentId === null ? order.taken + 1 : Math.max(1, order.taken),
  };
}
