/** The disputes of a payment, by the order's history. */

import { sql } from 'kysely';
import {
  DISPUTE_EVENTS,
  disputeStateOf,
  type DisputeState,
  type DisputeStep,
} from '../../../domain/dispute.ts';
import { literals, query } from '../../sql.ts';
import type { PaymentRow } from '../entities/payment.ts';
import type { OrdersManager } from '../orders/change-order.ts';

/** Returns where the disputes of a share's payment stand; null if it never was disputed. */
export async function readDisputeState(
  em: OrdersManager,
  { orderId, shareId }: Pick<PaymentRow, 'orderId' | 'shareId'>,
): Promise<DisputeState | null> {
  const steps = await query<{ step: DisputeStep }>(
    em,
    sql`select data->'dispute' as step from order_events
     where order_id = ${orderId} and type in (${literals(DISPUTE_EVENTS)}) and data->>'shareId' = ${shareId}
     order by version`,
  );
  return disputeStateOf(steps.map(({ step }) => step));
}
