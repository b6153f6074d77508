/** Plans changes of orders as they are in the record, under the order's lock. */

import { sql } from 'kysely';
import { planChange, waivedAmount, type ChangePlan, type PlannedChange } from '../../../domain/change.ts';
import { findTransition } from '../../../domain/order.ts';
import type { SoldOutAnswer } from '../../../domain/sold-out-answer.ts';
import type { ChangeDraft, ChangeEndReason, ChangeMaker } from '../../../domain/order-change.ts';
import { LIMITS } from '../../../domain/limits.ts';
import { TAB_LIMITS } from '../../../domain/tab.ts';
import { query, queryFirst, selectRows } from '../../sql.ts';
import {
  ChangePayerEntity,
  type AddedLine,
  type ChangePayerRow,
  type ChangeRow,
} from '../entities/change.ts';
import type { OrderRow } from '../entities/order.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { readToAnswer } from '../questions/answer.ts';
import { assertMayOweMore, owedMore, type ChangeBounds } from './bound-change.ts';
import { ChangeRefused } from './change-refused.ts';
import { findObstacle, isUnpaid, planUnpaid } from './unpaid-bill.ts';
import { linesOfPlan, mayTabOwe, planOwed, planOwedAgain } from './owed-bill.ts';
import { addedOf, readBill, type OrderBill } from './read-bill.ts';

/** A change to plan: who wants it, and what. */
export interface ChangeToPlan {
  readonly by: ChangeMaker;
  /** The guest; null if staff or the shop want it. */
  readonly participantId: string | null;
  readonly ifVersion: number;
  readonly draft: ChangeDraft<AddedLine>;
  /** What limits a guest's change of a round that is paid after. */
  readonly bounds?: ChangeBounds | undefined;
  /** The question about what has run out that it answers: what is missing is missing, whoever shares it. */
  readonly answers?: { readonly questionId: string; readonly answer: SoldOutAnswer } | undefined;
}

/** Returns whether this maker may change the bill of an order that is confirmed: guests until the kitchen has started, staff until it ends. */
export function mayChange(
  { status, kind }: Pick<OrderRow, 'status' | 'kind'>,
  by: ChangeMaker,
  questionId?: string | null,
): boolean {
  if (questionId) return kind === 'goods' && findTransition(status, 'answer', 'host') !== undefined;
  const actor = by === 'guest' ? 'host' : 'agent';
  return (
    kind === 'goods' && status !== 'awaiting_payment' && findTransition(status, 'change', actor) !== undefined
  );
}

/** Plans a change that somebody asks for. Throws ChangeRefused. */
export async function planWanted(
  em: OrdersManager,
  order: OrderRow,
  wanted: ChangeToPlan,
): Promise<Planned & { readonly plan: ChangePlan }> {
  const { by, ifVersion, draft, answers } = wanted;
  if (answers) await readToAnswer(em, order, answers.questionId);
  if (!mayPlan(order, by, answers?.questionId) || (await isCancelWanted(em, order.id)))
    throw new ChangeRefused('not_now');
  if (order.changeId) throw new ChangeRefused('one_is_open');
  if (order.version !== ifVersion) throw new ChangeRefused('stale');
  const planned = await planByKind(em, order, wanted);
  const { plan } = planned;
  if ('refused' in plan) throw new ChangeRefused(plan.refused, plan);
  const isSomething =
    plan.quantities.length > 0 ||
    draft.add.length > 0 ||
    draft.place !== undefined ||
    draft.set.some(({ note }) => note !== undefined);
  if (!isSomething) throw new ChangeRefused('nothing_changed');
  await assertPlaceable(em, order, plan, draft);
  return { ...planned, plan };
}

/** Guests and staff also change what is not paid yet. */
function mayPlan(order: OrderRow, by: ChangeMaker, questionId: string | undefined): boolean {
  return mayChange(order, by, questionId) || (by !== 'shop' && isUnpaid(order));
}

/** A plan of the bill of now. */
interface Planned {
  readonly plan: PlannedChange;
  readonly bill: Pick<OrderBill, 'lines'>;
  /** Of a round that is paid after: what it costs more, by whoever ordered the lines. */
  readonly owes?: Readonly<Record<string, number>> | undefined;
}

async function planByKind(em: OrdersManager, order: OrderRow, wanted: ChangeToPlan): Promise<Planned> {
  const { participantId, draft, answers } = wanted;
  if (isUnpaid(order)) {
    const { bill, planned } = await planUnpaid(em, order, { participantId, draft });
    if ('refused' in planned) return { bill, plan: planned };
    const obstacle = await findObstacle(em, planned.shares, (payerId) => payerId === participantId);
    return { bill, plan: obstacle && 'refused' in obstacle ? obstacle : planned.plan };
  }
  if (order.paidAfter) return planWithinBounds(em, order, wanted);
  return planDraft(await readBill(em, order), answers ? null : participantId, draft);
}

/** Throws if no order could be placed that is as large as this one would be. */
async function assertPlaceable(
  em: OrdersManager,
  { id, tabId, totalAmount }: OrderRow,
  { quantities, differenceAmount }: ChangePlan,
  { add }: ChangeToPlan['draft'],
): Promise<void> {
  if (differenceAmount > 0 && totalAmount + differenceAmount > LIMITS.amount)
    throw new ChangeRefused('too_dear');
  const more = add.length - quantities.filter(({ quantity }) => quantity === 0).length;
  if (more <= 0) return;
  const lines = await query(em, sql`select from lines where order_id = ${id}`);
  if (lines.length + more > (tabId === null ? LIMITS.linesPerOrder : TAB_LIMITS.lines))
    throw new ChangeRefused('too_many_lines');
}

/** Plans a change of a round that is paid after, whose tab must allow it. Throws as `assertMayOweMore` does. */
async function planWithinBounds(
  em: OrdersManager,
  order: OrderRow,
  { participantId, draft, bounds, answers }: ChangeToPlan,
): Promise<Planned> {
  const by = participantId === null || answers ? 'staff' : { participantId };
  const { tab, bill, plan } = await planOwed(em, order, by, draft);
  if ('refused' in plan) return { plan, bill };
  const { differenceAmount } = plan;
  if (!mayTabOwe(tab, differenceAmount)) throw new ChangeRefused('tab_ended');
  if (participantId === null) return { plan, bill };
  const moved = { before: bill.lines, after: linesOfPlan(bill, plan, draft.add) };
  await assertMayOweMore(em, tab, { orderId: order.id, differenceAmount, ...moved }, bounds);
  return { plan, bill, owes: owedMore(moved) };
}

/** What an open change makes of the bill of now. */
export interface AgreedChange {
  readonly bill: Pick<OrderBill, 'lines'>;
  readonly plan: ChangePlan;
  readonly payers: readonly ChangePayerRow[];
}

/** Plans an open change again; or returns why it is to be given up: it costs somebody another amount than she agreed to. */
export async function planAgreed(
  em: OrdersManager,
  order: OrderRow,
  change: ChangeRow,
): Promise<AgreedChange | { readonly refused: ChangeEndReason }> {
  const payers = await selectRows(em, ChangePayerEntity, sql`change_id = ${change.id}`);
  const planned = order.paidAfter
    ? await planOwedAgain(em, order, change)
    : planDraft(
        await readBill(em, order),
        change.questionId ? null : (change.participantId ?? null),
        change.draft,
      );
  if ('refused' in planned) return planned;
  const { plan, bill } = planned;
  if ('refused' in plan || !isAsAgreed(change, plan, payers)) return { refused: 'bill_changed' };
  return { bill, plan, payers };
}

/** Whether a plan costs each payer what she has agreed to, or is asked to agree to. */
export function isAsAgreed(
  { draft, differenceAmount: agreedAmount }: ChangeRow,
  plan: ChangePlan,
  payers: readonly ChangePayerRow[],
): boolean {
  const isSame = plan.byPayer.every(({ participantId: payer, differenceAmount, toPay }) =>
    payers.some(
      (agreed) =>
        agreed.participantId === payer &&
        agreed.differenceAmount === differenceAmount &&
        agreed.payAmount === (toPay?.amount ?? 0),
    ),
  );
  const isWaived = waivedAmount(plan) === (draft.waived?.amount ?? 0);
  return (
    isSame && isWaived && plan.byPayer.length === payers.length && plan.differenceAmount === agreedAmount
  );
}

function planDraft(
  bill: OrderBill,
  asker: string | null,
  { set, add, waived }: ChangeDraft<AddedLine>,
): { readonly plan: PlannedChange; readonly bill: OrderBill } {
  const changes = { set, add: addedOf(bill, add), isWaived: waived !== undefined };
  return { bill, plan: planChange(bill, asker, changes) };
}

/** Whether somebody has asked to cancel it, and it is not decided yet. */
async function isCancelWanted(em: OrdersManager, orderId: string): Promise<boolean> {
  const wish = await queryFirst(
    em,
    sql`select from cancel_requests where order_id = ${orderId} and refused_at is null`,
  );
  return wish !== undefined;
}
