/** The end of a change that is not applied. Each step is safe to repeat. */

import { sql } from 'kysely';
import type { ChangeEndReason } from '../../../domain/order-change.ts';
import type { CapturedPayment } from '../../../domain/payment.ts';
import type { Standing } from '../../../domain/standing.ts';
import type { Shortage } from '../../catalog/stock/stock.ts';
import type { Database } from '../../database.ts';
import { literals, query, run, selectOne, selectRows } from '../../sql.ts';
import { ChangeEntity, ChangePayerEntity, type ChangeRow } from '../entities/change.ts';
import type { OrderRow } from '../entities/order.ts';
import { PaymentEntity } from '../entities/payment.ts';
import { changeOrder, type OrdersManager } from '../orders/change-order.ts';
import { bookCaptured } from '../payments/book-captured.ts';
import { runParts, voidShares } from '../payments/change-shares.ts';
import { reopenQuestion } from '../questions/open-questions.ts';
import { reserve } from '../refunds/refunds.ts';
import { aboutChange } from './about-change.ts';
import { tellAsked } from './asked.ts';
import { refundOfChange } from './change-ids.ts';
import { isWaitedFor } from './hold-change.ts';

const CLOSABLE = ['requested', 'held', 'closing'] as const satisfies readonly ChangeRow['status'][];

/**
 * Decides to give a change up, before anything of it is undone: from then on no payment of it begins or counts. The first
 * reason stays. Resolves with what it is: it may be applied, or over.
 */
export async function closeChange(
  orders: Database,
  { orderId, changeId, reason }: { orderId: string; changeId: string; reason?: ChangeEndReason },
): Promise<{ closed: 'closing' | 'applied' | 'given_up'; order: Standing }> {
  const { order } = await changeOrder(orders, orderId, `change:${changeId}:closing`, async (_order, em) => {
    await run(
      em,
      sql`update changes set status = 'closing', reason = coalesce(reason, ${reason ?? null})
          where id = ${changeId} and status in (${literals(CLOSABLE)})`,
    );
    return undefined;
  });
  const { status } = await selectOne(orders.em.fork(), ChangeEntity, sql`id = ${changeId}`);
  return { closed: status === 'applied' || status === 'given_up' ? status : 'closing', order };
}

/** How a change ends without being applied. */
export interface ChangeEnd {
  readonly orderId: string;
  readonly changeId: string;
  /** Unless somebody else's was first. */
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
  const { orderId, changeId, shortages, captured = [] } = end;
  const { order } = await changeOrder(orders, orderId, `change:${changeId}:given-up`, async (order, em) => {
    const change = await selectOne(em, ChangeEntity, sql`id = ${changeId} for no key update`);
    if (!CLOSABLE.some((status) => status === change.status)) return undefined;
    const reason = change.reason ?? end.reason;
    await run(
      em,
      sql`update changes set status = 'given_up', reason = ${reason}, shortages = ${shortages ? JSON.stringify(shortages) : null}::jsonb
          where id = ${changeId}`,
    );
    if (captured.length > 0) await returnCaptured(em, order, changeId, captured);
    await voidUnpaid(em, orderId, changeId);
    if (order.changeId === changeId) order.changeId = null;
    if (change.questionId) await reopenQuestion(em, order, change.questionId);
    if (
      change.deadline &&
      isWaitedFor(change, await selectRows(em, ChangePayerEntity, sql`change_id = ${changeId}`))
    )
      await tellAsked(em, order, change, { type: 'change_over', follows: `change:${changeId}:given-up` });
    return { type: 'change_given_up', data: { ...aboutChange(change), reason } };
  });
  const refunds = captured.map(({ paymentId }) => refundOfChange(changeId, paymentId));
  return { order, refundIds: refunds };
}

/** Gives up the shares that were to pay it; those that were captured nevertheless stay, and are refunded. */
async function voidUnpaid(em: OrdersManager, orderId: string, changeId: string): Promise<void> {
  const shares = await query<{ id: string }>(
    em,
    sql`select share_id as id from change_payers where change_id = ${changeId} and share_id is not null`,
  );
  if (shares.length === 0) return;
  await runParts(em, orderId, [voidShares(shares.map(({ id }) => id))], 'before');
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
