import { sql } from 'kysely';
import { FAILED_STATES } from '../../../domain/payment.ts';
import type { OrderKind, OrderStatus } from '../../../domain/order.ts';
import type { OnDeadline } from '../../../domain/tab.ts';
import type { Database } from '../../database.ts';
import { literals, query } from '../../sql.ts';

/** An order's standing by its record, as far as a workflow needs it to resume. */
export interface OrderToResume {
  readonly status: OrderStatus;
  readonly totalAmount: number;
  readonly currency: string;
  readonly deadline: Date | null;
  /** Of a round: its tab, and what happens at its deadline. */
  readonly tabId: string | null;
  readonly onDeadline: OnDeadline | null;
  readonly paidAfter: boolean;
  readonly kind: OrderKind;
  /** The card on file that a settlement charges. */
  readonly tabCardId: string | null;
  /** Whether a change of it is under way. */
  readonly isChanging: boolean;
  /** For each share, the last attempt that may still succeed, or recorded cash. */
  readonly attempts: readonly { readonly shareId: string; readonly attemptId: string }[];
}

/** Reads an order to resume; undefined for an unknown order. */
export async function readOrderToResume(
  orders: Database,
  orderId: string,
): Promise<OrderToResume | undefined> {
  const em = orders.em.fork();
  const [order] = await query<{
    status: OrderStatus;
    totalAmount: number;
    currency: string;
    deadline: string | null;
    tabId: string | null;
    onDeadline: OnDeadline | null;
    paidAfter: boolean;
    kind: OrderKind;
    tabCardId: string | null;
    isChanging: boolean;
  }>(
    em,
    sql`select status, total_amount as "totalAmount", currency, deadline, tab_id as "tabId",
          on_deadline as "onDeadline", paid_after as "paidAfter", kind, tab_card_id as "tabCardId",
          change_id is not null as "isChanging" from orders where id = ${orderId}`,
  );
  if (!order) return undefined;
  const attempts = await query<{ attemptId: string; shareId: string }>(
    em,
    sql`select distinct on (a.share_id) a.share_id as "shareId", a.id as "attemptId"
     from payment_attempts a left join payments p on p.id = a.payment_id left join shares s on s.id = a.share_id
     where a.order_id = ${orderId} and (a.method = 'card' or a.payment_id is not null) and a.status <> 'declined'
       and (a.payment_id is null or s.attempt_id is null or s.attempt_id = a.id)
       and coalesce(p.status, '') not in (${literals(FAILED_STATES)})
     order by a.share_id, a.created_at desc`,
  );
  return {
    ...order,
    deadline: order.deadline === null ? null : new Date(order.deadline),
    attempts,
  };
}
