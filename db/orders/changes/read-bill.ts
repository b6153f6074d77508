/** Reads the bill of an order as a change of it needs it, under the order's lock. */

import { sql } from 'kysely';
import type { Allocation } from '../../../domain/allocations.ts';
import type { ChangeableBill, ChangeableLine, NewLine, PaidShare } from '../../../domain/change.ts';
import { isBlockedByDispute } from '../../../domain/dispute.ts';
import { payerKeyOf } from '../../../domain/payer-shares.ts';
import { refundedQuantities, type RefundOfLines } from '../../../domain/refunded-lines.ts';
import type { ShareStatus } from '../../../domain/share.ts';
import { query, selectRows } from '../../sql.ts';
import type { AddedLine } from '../entities/change.ts';
import { LineEntity, type LineRow, type OrderRow } from '../entities/order.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { readDisputeState } from '../refunds/dispute-state.ts';

/** The bill, with the rows of its lines. */
export interface OrderBill extends ChangeableBill<LineRow & ChangeableLine> {
  readonly shares: readonly (PaidShare & { readonly status: ShareStatus })[];
}

/** Reads the lines and the shares of the present bill, in the order in which they were made. */
export async function readBill(em: OrdersManager, order: OrderRow): Promise<OrderBill> {
  const lines = await selectRows(em, LineEntity, sql`order_id = ${order.id} order by position`);
  const rows = await query<{
    id: string;
    participantId: string;
    ownerId: string | null;
    amount: number;
    tipAmount: number;
    refundedAmount: number;
    status: ShareStatus;
    allocations: Allocation[] | null;
    refunds: RefundOfLines['lines'][] | null;
  }>(
    em,
    sql`select s.id, s.participant_id as "participantId", s.owner_participant_id as "ownerId", s.amount, s.tip_amount as "tipAmount",
          p.refunded_amount - s.changed_amount as "refundedAmount", s.status,
          (select json_agg(json_build_object('lineId', a.line_id, 'amount', a.amount) order by a.line_id)
           from allocations a where a.share_id = s.id) as allocations,
          (select json_agg(r.lines) from refunds r
           where r.share_id = s.id and r.payment_id = p.id and r.status <> 'failed') as refunds
        from shares s left join changes c on c.id = s.change_id
          left join payments p on p.share_id = s.id and p.status = 'captured'
        where s.order_id = ${order.id} and s.bill_version = ${order.billVersion}
        order by c.created_at nulls first, s.id for no key update of s`,
  );
  const blocked = await readBlocked(
    em,
    order.id,
    rows.map(({ id }) => id),
  );
  const shares = rows.map(({ allocations, refundedAmount, ...share }) => ({
    ...share,
    // What her bank has taken back is not given back again.
    refundedAmount: blocked.has(share.id) ? share.amount + share.tipAmount : (refundedAmount ?? 0),
    allocations: allocations ?? [],
  }));
  const returned = refundedQuantities(
    lines,
    shares.map((share) => ({
      ...share,
      payerKey: payerKeyOf(share),
      isReturned: share.status === 'refunded',
    })),
    rows.flatMap(({ id, refunds }) => (refunds ?? []).map((of) => ({ shareId: id, lines: of }))),
  );
  return {
    currency: order.currency,
    lines: lines.map((line) => ({
      ...line,
      discountAmount: line.discountAmount ?? 0,
      returnedQuantity: returned.get(line.id) ?? 0,
    })),
    shares,
  };
}

/** Returns those of these shares whose payment is disputed. */
async function readBlocked(
  em: OrdersManager,
  orderId: string,
  shareIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const blocked = new Set<string>();
  for (const shareId of shareIds)
    if (isBlockedByDispute(await readDisputeState(em, { orderId, shareId }))) blocked.add(shareId);
  return blocked;
}

/** Returns lines to add with those who pay them. */
export function addedOf(bill: Pick<OrderBill, 'lines'>, add: readonly AddedLine[]): NewLine[] {
  return add.map(({ id, amount, participantId, likeLineId }) => {
    const like = bill.lines.find((line) => line.id === likeLineId);
    const sharedBetween = like
      ? like.sharedBetween.map((payer, index) => ({
          ...{ participantId: payer, weight: like.weights?.[index] ?? 1 },
        }))
      : [{ participantId, weight: 1 }];
    return { id, amount, sharedBetween };
  });
}
