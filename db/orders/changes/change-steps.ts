/** The steps of a change before it is applied, and its end without that. Each is safe to repeat. */

import { sql } from 'kysely';
import type { EventData } from '../../../domain/events.ts';
import type { ChangeEndReason } from '../../../domain/order-change.ts';
import { unitsOf } from '../../../domain/order-change.ts';
import { planChange, type ChangePlan } from '../../../domain/change.ts';
import type { CapturedPayment } from '../../../domain/payment.ts';
import type { Standing } from '../../../domain/standing.ts';
import { sumByVariant, type Shortage, type StockItem } from '../../catalog/stock/stock.ts';
import type { Database } from '../../database.ts';
import { deriveId } from '../../ids.ts';
import { literals, run, selectOne, selectRow, selectRows } from '../../sql.ts';
import { ChangeEntity, type ChangeRow } from '../entities/change.ts';
import { LineEntity, type OrderRow } from '../entities/order.ts';
import { PaymentAttemptEntity, PaymentEntity } from '../entities/payment.ts';
import { changeOrder, type OrdersManager } from '../orders/change-order.ts';
import { bookCaptured } from '../payments/book-captured.ts';
import { addChangeShare, runParts, voidShare } from '../payments/change-shares.ts';
import { reserve } from '../refunds/refunds.ts';
import { planOwedAgain } from './owed-bill.ts';
import { readBill, type OrderBill } from './read-bill.ts';
import { changeAttemptIdOf, changeShareIdOf, mayChange } from './request-change.ts';

/** A change that is to be held, with what it adds; `isLate`: nobody waits for it any more. */
export interface ChangeToHold {
  readonly change: ChangeRow;
  readonly items: readonly StockItem[];
  readonly isLate: boolean;
}

/** Reads what the decision on a change's hold needs. */
export async function readChangeToHold(orders: Database, changeId: string): Promise<ChangeToHold> {
  const em = orders.em.fork();
  const change = await selectOne(em, ChangeEntity, sql`id = ${changeId}`);
  const lines = await selectRows(em, LineEntity, sql`order_id = ${change.orderId}`);
  const { added } = unitsOf(change.draft, lines);
  const isLate = change.status === 'requested' && Date.now() > new Date(change.acceptBefore).getTime();
  return { change, items: sumByVariant(added), isLate };
}

/** A change that is held: `shareId` is to be paid, with the attempt that came with it. */
export interface HeldChange {
  readonly order: Standing;
  readonly change: ChangeRow;
}

/**
 * Books that what a change adds is held, and writes the share that pays the difference. Does nothing unless the change is
 * still requested and the order allows it: the change tells.
 */
export async function recordChangeHeld(
  orders: Database,
  { orderId, changeId, deadline }: { orderId: string; changeId: string; deadline: Date },
): Promise<HeldChange> {
  const { order } = await changeOrder(orders, orderId, `change:${changeId}:held`, async (order, em) => {
    const change = await selectOne(em, ChangeEntity, sql`id = ${changeId}`);
    if (change.status !== 'requested' || !mayChange(order)) return undefined;
    const amount = change.differenceAmount;
    const shareId = amount > 0 && !order.paidAfter ? changeShareIdOf(changeId) : null;
    if (shareId) {
      const attempt = await selectRow(em, PaymentAttemptEntity, sql`id = ${changeAttemptIdOf(changeId)}`);
      // The API died before it wrote how she pays.
      if (!attempt) return undefined;
      const { billVersion, participantId } = change;
      await runParts(
        em,
        orderId,
        [addChangeShare({ id: shareId, participantId, amount, billVersion, changeId })],
        'before',
      );
      await run(em, sql`update change_payers set share_id = ${shareId} where change_id = ${changeId}`);
    }
    await run(
      em,
      sql`update changes set status = 'held', share_id = ${shareId}, deadline = ${deadline} where id = ${changeId}`,
    );
    return undefined;
  });
  return { order, change: await selectOne(orders.em.fork(), ChangeEntity, sql`id = ${changeId}`) };
}

/**
 * Decides to give a change up, before anything of it is undone: from then on no payment of it begins or counts. Resolves
 * with what it is: it may be applied, or over.
 */
export async function closeChange(
  orders: Database,
  { orderId, changeId }: { orderId: string; changeId: string },
): Promise<{ closed: 'closing' | 'applied' | 'given_up'; order: Standing }> {
  const { order } = await changeOrder(orders, orderId, `change:${changeId}:closing`, async (_order, em) => {
    await run(
      em,
      sql`update changes set status = 'closing' where id = ${changeId} and status in (${literals(CLOSABLE)})`,
    );
    return undefined;
  });
  const { status } = await selectOne(orders.em.fork(), ChangeEntity, sql`id = ${changeId}`);
  return { closed: status === 'applied' || status === 'given_up' ? status : 'closing', order };
}

const CLOSABLE = ['requested', 'held', 'closing'] as const satisfies readonly ChangeRow['status'][];

/** How a change ends without being applied. */
export interface ChangeEnd {
  readonly orderId: string;
  readonly changeId: string;
  readonly reason: ChangeEndReason;
  readonly shortages?: readonly Shortage[] | undefined;
  /** What Stripe had taken for it nevertheless: it is refunded. */
  readonly captured?: readonly CapturedPayment[];
}

/** Books that a change was given up: the order is as it was. Resolves with the refunds to make. */
export async function recordChangeGivenUp(
  orders: Database,
  end: ChangeEnd,
): Promise<{ order: Standing; refundIds: readonly string[] }> {
  const { orderId, changeId, reason, shortages, captured = [] } = end;
  const { order } = await changeOrder(orders, orderId, `change:${changeId}:given-up`, async (order, em) => {
    const change = await selectOne(em, ChangeEntity, sql`id = ${changeId} for no key update`);
    if (!CLOSABLE.some((status) => status === change.status)) return undefined;
    await run(
      em,
      sql`update changes set status = 'given_up', reason = ${reason}, shortages = ${shortages ? JSON.stringify(shortages) : null}::jsonb
          where id = ${changeId}`,
    );
    if (captured.length > 0) await returnCaptured(em, order, changeId, captured);
    else if (change.shareId) await runParts(em, orderId, [voidShare(change.shareId)], 'before');
    if (order.changeId === changeId) order.changeId = null;
    return { type: 'change_given_up', data: { ...aboutChange(change), reason } };
  });
  const refunds = captured.map(({ paymentId }) => refundOfChange(changeId, paymentId));
  return { order, refundIds: refunds };
}

/** What the events of a change say of it: ids and codes. */
export function aboutChange({ id, madeBy, participantId }: ChangeRow): Partial<EventData> {
  return { changeId: id, madeBy, ...(madeBy === 'guest' && { participantId }) };
}

/** Returns the id of the refund with which a change gives back money of a payment. */
export function refundOfChange(changeId: string, paymentId: string): string {
  return deriveId('refund', 'change', changeId, paymentId);
}

async function returnCaptured(
  em: OrdersManager,
  order: OrderRow,
  changeId: string,
  captured: readonly CapturedPayment[],
): Promise<void> {
  await runParts(em, order.id, bookCaptured('keep', captured));
  for (const { paymentId, amount } of captured) {
    const payment = await selectOne(em, PaymentEntity, sql`id = ${paymentId}`);
    await reserve(em, payment, {
      ...{ id: refundOfChange(changeId, paymentId), amount, cause: 'changed', reason: null, lines: [] },
      ...{ restock: false, requestHash: '', actorId: 'workflow', origin: 'order' },
    });
  }
}

/**
 * Returns the plan of a change if it still costs what its payer agreed to; or why it is to be given up.
 */
export async function planAgain(
  em: OrdersManager,
  order: OrderRow,
  change: ChangeRow,
): Promise<
  | { readonly bill: Pick<OrderBill, 'lines'>; readonly plan: ChangePlan }
  | { readonly refused: ChangeEndReason }
> {
  if (order.paidAfter) return planOwedAgain(em, order, change);
  const bill = await readBill(em, order);
  const plan = planChange(bill, change.participantId, change.draft);
  if ('refused' in plan || plan.differenceAmount !== change.differenceAmount)
    return { refused: 'bill_changed' };
  return { bill, plan };
}
