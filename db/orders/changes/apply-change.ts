/** Applies a change: lines, allocations, shares, refunds, version and event, in one transaction. */

import { sql } from 'kysely';
import { storyOf } from '../../../domain/change-story.ts';
import { netUnits, unitsOf, type ChangeEndReason } from '../../../domain/order-change.ts';
import { PAID_STATES } from '../../../domain/payment.ts';
import type { Standing } from '../../../domain/standing.ts';
import type { StockItem } from '../../catalog/stock/stock.ts';
import type { Database } from '../../database.ts';
import { literals, selectOne, selectRows } from '../../sql.ts';
import { ChangeEntity, type ChangePayerRow, type ChangeRow } from '../entities/change.ts';
import type { OrderRow } from '../entities/order.ts';
import { PaymentEntity, type PaymentRow } from '../entities/payment.ts';
import { askForPerson, changeOrder, type OrdersManager } from '../orders/change-order.ts';
import { bookChange } from '../ledger/ledger.ts';
import { tellTab } from '../tabs/tell-tab.ts';
import { aboutChange } from './about-change.ts';
import { startCaptures, takeCashOf } from './pay-change.ts';
import { divideTakenOff } from '../questions/gone-units.ts';
import { fitQuestions } from '../questions/open-questions.ts';
import { mayChange, planAgreed, type AgreedChange } from './plan.ts';
import { actorOf } from './request-change.ts';
import { addChangeMails } from './tell-change.ts';
import {
  keepBill,
  noteApplied,
  reserveRefunds,
  writeDiscount,
  writeLines,
  writeParts,
  writeShares,
} from './write-bill.ts';

/** What is left to do for an applied change; `refused`: why it was not applied. */
export interface AppliedChange {
  readonly order: Standing;
  readonly refused?: ChangeEndReason;
  readonly refundIds: readonly string[];
  /** The units that it took off: they are on sale again. */
  readonly takenOff: readonly StockItem[];
  /** The units of it that have run out, and are not on sale again; absent: none. */
  readonly gone?: readonly StockItem[] | undefined;
}

/**
 * Applies a held change to which everybody has agreed, and that is paid, if the order still allows it and it still costs
 * each payer what was agreed. The order names it until `finishChange`, so that its stock and its captures follow, whatever
 * run is lost. Safe to repeat, even when the order has moved on: the row tells what was done.
 */
export async function recordChangeApplied(
  orders: Database,
  { orderId, changeId }: { orderId: string; changeId: string },
): Promise<AppliedChange> {
  let refused: ChangeEndReason | undefined;
  const key = `change:${changeId}:applied`;
  const { order } = await changeOrder(orders, orderId, key, async (order, em) => {
    const change = await selectOne(em, ChangeEntity, sql`id = ${changeId} for no key update`);
    if (change.status !== 'held' || !mayChange(order, change.madeBy, change.questionId))
      refused = 'order_moved_on';
    const agreed = refused ? { refused } : await planAgreed(em, order, change);
    refused =
      'refused' in agreed
        ? agreed.refused
        : whatIsMissing(change, agreed.payers, await readPaid(em, changeId));
    if (refused !== undefined || 'refused' in agreed) return undefined;
    return apply(em, order, change, { ...agreed, key });
  });
  const change = await selectOne(orders.em.fork(), ChangeEntity, sql`id = ${changeId}`);
  if (change.status !== 'applied') {
    return { order, refused: refused ?? 'order_moved_on', refundIds: [], takenOff: [] };
  }
  const { takenOff, gone, refundIds } = change.outcome!;
  return { order, refundIds, takenOff, gone };
}

/** Returns what is missing before a change may be applied; undefined: nothing. */
function whatIsMissing(
  { settle }: ChangeRow,
  payers: readonly ChangePayerRow[],
  paid: readonly PaymentRow[],
): ChangeEndReason | undefined {
  if (payers.some(({ agreedAt }) => !agreedAt)) return 'not_agreed';
  if (settle === 'cash') return undefined;
  const unpaid = payers.some(
    ({ payAmount, shareId }) => payAmount > 0 && !paid.some((payment) => payment.shareId === shareId),
  );
  return unpaid ? 'payment_declined' : undefined;
}

async function apply(
  em: OrdersManager,
  order: OrderRow,
  change: ChangeRow,
  agreed: AgreedChange & { readonly key: string },
) {
  const { bill, plan, payers, key } = agreed;
  const { draft } = change;
  const story = storyOf(draft, { lines: bill.lines, place: order.place ?? null });
  await keepBill(em, order);
  await writeLines(em, order, change, agreed);
  await writeParts(em, plan);
  await writeDiscount(em, change, plan);
  if (change.settle === 'cash') await takeCashOf(em, order, change, payers);
  await writeShares(em, change, agreed);
  if (order.paidAfter)
    await bookChange(
      em,
      { orderId: order.id, changeId: change.id, currency: order.currency },
      plan.differenceAmount,
    );
  const refunded = await reserveRefunds(em, change, agreed);
  if (refunded.isCash) askForPerson(order, 'cash_to_return');
  const captures = change.settle === 'cash' ? [] : await readPaid(em, change.id);
  await startCaptures(em, captures);
  const { added, takenOff } = netUnits(unitsOf(draft, bill.lines));
  const divided = await divideTakenOff(em, order, change, bill.lines, takenOff);
  await noteApplied(em, change, { ...story, ...divided, refundIds: refunded.ids });
  await fitQuestions(em, order);
  await addChangeMails(em, change, bill.lines);
  order.billVersion = change.billVersion;
  order.totalAmount += plan.differenceAmount;
  if (draft.place) order.place = draft.place;
  if (captures.length === 0 && added.length === 0 && takenOff.length === 0) order.changeId = null;
  const data = { amount: plan.differenceAmount };
  const who = actorOf(change);
  const by = who.actor === 'host' ? 'participant' : (who.actor ?? 'workflow');
  await tellTab(em, order, {
    ...{ type: 'round_changed', follows: key, data },
    ...{
      actor: by,
      actorId: who.actor === 'host' ? (change.participantId ?? null) : (change.actorId ?? null),
    },
  });
  const method =
    change.settle === 'cash' && payers.some(({ payAmount }) => payAmount > 0) ? 'cash' : undefined;
  return {
    type: 'changed' as const,
    ...who,
    data: { ...data, ...aboutChange(change), ...(method && ({ method } as const)) },
  };
}

/** Returns the payments that pay a change. */
async function readPaid(em: OrdersManager, changeId: string): Promise<PaymentRow[]> {
  return selectRows(
    em,
    PaymentEntity,
    sql`share_id in (select share_id from change_payers where change_id = ${changeId})
        and status in (${literals(PAID_STATES)}) order by id`,
  );
}
