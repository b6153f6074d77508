/**
 * Refunds: reserved under the order's row lock before Stripe is called, so that parallel requests never refund more
 * than was captured.
 */

import { sql } from 'kysely';
import {
  DISPUTE_EVENTS,
  disputeStateOf,
  isBlockedByDispute,
  type DisputeStep,
} from '../../../domain/dispute.ts';
import type { PaymentMethod } from '../../../domain/payment.ts';
import { linesOfShare, priceRefund, type RefundCause, type RefundRefusal } from '../../../domain/refund.ts';
import type { Database } from '../../database.ts';
import { selectRows, literals, query, selectOne, selectRow, run } from '../../sql.ts';
import { changeOrder, type OrdersManager } from '../orders/change-order.ts';
import { AllocationEntity, LineEntity } from '../entities/order.ts';
import { PaymentEntity, RefundEntity, type PaymentRow, type RefundRow } from '../entities/payment.ts';
import { reserveOfPayment } from '../payments/change-shares.ts';

export interface RefundDraft {
  readonly id: string;
  readonly orderId: string;
  /** Required if the order has several captured shares. */
  readonly shareId?: string | undefined;
  /** Only of this payment. */
  readonly paymentId?: string;
  /** By lines, by amount, or, with neither, all that is left. */
  readonly lines?: readonly { lineId: string; quantity: number }[] | undefined;
  readonly amount?: number | undefined;
  /** Absent: requested by staff. */
  readonly cause?: RefundCause;
  /** The reason in the requester's words. */
  readonly reason: string | null;
  readonly restock: boolean;
  readonly requestHash: string;
  readonly actorId: string;
  /** The maximum of all the order's refunds together, this one included; null or absent: all that was paid. */
  readonly limit?: number | null;
}

/** Why a draft was not reserved, and the most that its payment may refund. */
interface RefusedDraft {
  readonly refused: RefundRefusal | 'above_limit';
  readonly refundable: number;
}

/** Reserves a refund and writes it as pending. Repeated with the same id, it returns the first one. */
export async function reserveRefund(
  orders: Database,
  draft: RefundDraft,
): Promise<{ refund: RefundRow } | RefusedDraft> {
  let refused: RefusedDraft | undefined;
  await changeOrder(orders, draft.orderId, `refund:${draft.id}`, async (_order, em) => {
    const found = await findPayment(em, draft);
    const priced = 'refused' in found ? found : await price(em, draft, found.payment);
    const payment = 'payment' in found ? found.payment : undefined;
    if ('refused' in priced || !payment) {
      const refundable = payment ? payment.capturedAmount - payment.refundedAmount : 0;
      refused = { refused: 'refused' in priced ? priced.refused : 'nothing_captured', refundable };
      return undefined;
    }
    const { amount } = priced;
    if (draft.limit != null && (await sumRefunded(em, draft.orderId)) + amount > draft.limit) {
      refused = { refused: 'above_limit', refundable: payment.capturedAmount - payment.refundedAmount };
      return undefined;
    }
    await reserve(em, payment, {
      ...draft,
      cause: draft.cause ?? 'requested',
      lines: draft.lines ?? (draft.amount === undefined ? null : []),
      amount,
      origin: 'staff',
    });
    return {
      type: 'refund_started',
      actor: 'agent',
      actorId: draft.actorId,
      data: {
        refundId: draft.id,
        shareId: payment.shareId,
        amount,
        ...(draft.restock && { restock: true as const }),
      },
    };
  });
  if (refused) return refused;
  return { refund: await selectOne(orders.em.fork(), RefundEntity, sql`id = ${draft.id}`) };
}

/**
 * Returns the draft's payment, locked: the one it names, the captured one of its share, or the only one. Money of a
 * payment that was given up is refunded only by naming the payment.
 */
async function findPayment(
  em: OrdersManager,
  draft: RefundDraft,
): Promise<{ payment: PaymentRow } | { refused: RefundRefusal }> {
  const taken = await selectRows(
    em,
    PaymentEntity,
    sql`order_id = ${draft.orderId} and captured_amount > 0 for no key update`,
  );
  const captured = taken.filter(({ status }) => status === 'captured');
  const own =
    draft.paymentId === undefined
      ? captured.filter(({ shareId }) => draft.shareId === undefined || shareId === draft.shareId)
      : taken.filter(({ id }) => id === draft.paymentId);
  const [payment, another] = own;
  if (!payment) return { refused: 'nothing_captured' };
  if (!another && isBlockedByDispute(await readDisputeState(em, payment))) return { refused: 'disputed' };
  if (another) return { refused: 'choose_share' };
  // With several shares, the draft must name the one whose goods are restocked.
  if (draft.restock && !draft.lines && captured.length > 1) return { refused: 'choose_lines' };
  return { payment };
}

/** Returns the refunds of an order, pending ones included, of the payments that pay its shares. */
async function sumRefunded(em: OrdersManager, orderId: string): Promise<number> {
  const captured = await selectRows(em, PaymentEntity, sql`order_id = ${orderId} and status = 'captured'`);
  return captured.reduce((sum, { refundedAmount }) => sum + refundedAmount, 0);
}

async function readDisputeState(em: OrdersManager, { orderId, shareId }: PaymentRow) {
  const steps = await query<{ step: DisputeStep }>(
    em,
    sql`select data->'dispute' as step from order_events
     where order_id = ${orderId} and type in (${literals(DISPUTE_EVENTS)}) and data->>'shareId' = ${shareId}
     order by version`,
  );
  return disputeStateOf(steps.map(({ step }) => step));
}

async function price(em: OrdersManager, draft: RefundDraft, payment: PaymentRow) {
  const { shareId } = payment;
  const lines = await selectRows(em, LineEntity, sql`order_id = ${draft.orderId}`);
  const allocations = await selectRows(em, AllocationEntity, sql`share_id = ${shareId}`);
  const before = await selectRows(em, RefundEntity, sql`share_id = ${shareId} and status <> 'failed'`);
  const returned = new Map<string, number>();
  for (const { lineId, quantity } of before.flatMap((refund) => refund.lines ?? [])) {
    returned.set(lineId, (returned.get(lineId) ?? 0) + quantity);
  }
  return priceRefund(draft, {
    currency: payment.currency,
    lines: linesOfShare(lines, { allocations }),
    returned,
    refundableAmount: payment.capturedAmount - payment.refundedAmount,
  });
}

/**
 * Reserves an amount of a captured payment for a refund, and writes the refund as pending, in the caller's transaction.
 */
export async function reserve(
  em: OrdersManager,
  payment: PaymentRow,
  refund: Pick<RefundRow, 'id' | 'amount' | 'cause' | 'restock' | 'requestHash' | 'actorId' | 'origin'> & {
    reason: string | null;
    lines: readonly { lineId: string; quantity: number }[] | null;
  },
): Promise<void> {
  const { id, amount, cause, reason, restock, requestHash, actorId, origin } = refund;
  const lines = refund.lines && JSON.stringify(refund.lines);
  await run(
    em,
    sql`with ${reserveOfPayment(payment.id, amount)}
     insert into refunds (id, order_id, share_id, payment_id, amount, currency, cause, reason, status, lines,
       restock, request_hash, actor_id, origin)
     values (${id}, ${payment.orderId}, ${payment.shareId}, ${payment.id}, ${amount}, ${payment.currency}, ${cause},
       ${reason}, 'pending', ${lines}, ${restock}, ${requestHash}, ${actorId}, ${origin})`,
  );
}

/** Moves a share to captured, partly refunded or refunded, by its payment's refunds. */
export function settleShare(share: { amount: number; tipAmount: number; refundedAmount: number }) {
  if (share.refundedAmount <= 0) return 'captured';
  return share.refundedAmount >= share.amount + share.tipAmount ? 'refunded' : 'partly_refunded';
}

/** Returns a refund, or undefined. */
export async function readRefund(orders: Database, id: string): Promise<RefundRow | undefined> {
  return selectRow(orders.em.fork(), RefundEntity, sql`id = ${id}`);
}

/**
 * Returns refunds that are pending for at least `seconds`, oldest first: their workflow was never started, or Stripe
 * has not finished them.
 */
export async function listHangingRefunds(
  orders: Database,
  options: { seconds: number; limit: number },
): Promise<RefundRow[]> {
  return selectRows(
    orders.em.fork(),
    RefundEntity,
    sql`status = 'pending' and updated_at < now() - make_interval(secs => ${options.seconds}) order by updated_at limit ${options.limit}`,
  );
}

/** Returns the refunds of an order, oldest first. */
export async function listRefunds(orders: Database, orderId: string): Promise<RefundRow[]> {
  return selectRows(orders.em.fork(), RefundEntity, sql`order_id = ${orderId} order by created_at, id`);
}

/** Returns the method of each payment of an order, and whether it was given up, so that it pays no share; by its id. */
export async function readPaymentMethods(
  orders: Database,
  orderId: string,
): Promise<ReadonlyMap<string, { readonly method: PaymentMethod; readonly isGivenUp: boolean }>> {
  const rows = await query<{ id: string; method: PaymentMethod; isGivenUp: boolean }>(
    orders.em.fork(),
    sql`select id, method, status = 'canceled' as "isGivenUp" from payments where order_id = ${orderId}`,
  );
  return new Map(rows.map(({ id, ...payment }) => [id, payment]));
}
