/** Where a settlement stands whose payer waits for the answer: read at each of its steps, so by one small statement. */

import { sql } from 'kysely';
import type { OrderStatus } from '../../../domain/order.ts';
import { readTogether } from '../../read-together.ts';
import { anyOf, query } from '../../sql.ts';
import type { PaymentAttemptRow } from '../entities/payment.ts';
import { withOrderAttemptOf } from '../orders/place-order.ts';

export interface CardStanding {
  readonly status: OrderStatus;
  /** The card that came with it; null if none did. */
  readonly attempt: PaymentAttemptRow['status'] | null;
}

/** Returns where a settlement stands, or undefined. Those of a group that pays at the same moment are read together. */
export const readCardStanding = readTogether<CardStanding & { readonly id: string }>(
  (orders, ids) =>
    query(
      orders.em.fork(),
      sql`select o.id, o.status, a.status as attempt from orders o
          left join payment_attempts a on a.order_id = o.id and a.id = ${anyOf(ids.map(withOrderAttemptOf))}
          where o.id = ${anyOf(ids)}`,
    ),
  ({ id }) => id,
);
