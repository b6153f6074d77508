/** The bill of a round that is paid after, as a change of it needs it: what of each line is paid, or being paid. */

import { sql } from 'kysely';
import {
  planOwedChange,
  type OwedChanger,
  type OwedLine,
  type OwedRound,
} from '../../../domain/change-owed.ts';
import type { ChangeableLine, ChangePlan, PlannedChange } from '../../../domain/change.ts';
import type { ChangeDraft, ChangeEndReason } from '../../../domain/order-change.ts';
import type { DividedLine } from '../../../domain/round-parts.ts';
import { CLAIM_STATUSES } from '../../../domain/settlement.ts';
import { hasTabEnded } from '../../../domain/tab.ts';
import { literals, query, run, selectRow, selectRows } from '../../sql.ts';
import type { AddedLine, ChangeRow } from '../entities/change.ts';
import { LineEntity, type LineRow, type OrderRow } from '../entities/order.ts';
import { TabEntity, type TabRow } from '../entities/tab.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { addedOf, type OrderBill } from './read-bill.ts';

/** The bill, with the rows of its lines. Such a round has no shares. */
export interface OwedBill extends OwedRound<LineRow & OwedLine> {
  readonly shares: readonly never[];
}

/** Locks the tab of a round that this transaction has locked: under its lock, nobody claims a part of it. */
export async function lockTabOf(em: OrdersManager, order: OrderRow): Promise<TabRow> {
  await run(em, sql`select id from tabs where id = ${order.tabId ?? null} for no key update`);
  return (await selectRow(em, TabEntity, sql`id = ${order.tabId ?? null}`))!;
}

/** Reads the bill, under the locks of the round and its tab. */
export async function readOwedBill(em: OrdersManager, { id, currency }: OrderRow): Promise<OwedBill> {
  const lines = await selectRows(em, LineEntity, sql`order_id = ${id} order by position`);
  const claims = await query<{ lineId: string; by: string; amount: number }>(
    em,
    sql`select a.line_id as "lineId", min(o.host_participant_id::text) as by, sum(a.amount)::int as amount
        from lines l join allocations a on a.line_id = l.id join shares s on s.id = a.share_id
          join orders o on o.id = s.order_id and o.kind = 'settlement' and o.status in (${literals(CLAIM_STATUSES)})
        where l.order_id = ${id} and l.settled_amount > 0 group by a.line_id`,
  );
  const claimed = new Map(claims.map(({ lineId, ...claim }) => [lineId, claim]));
  return {
    currency,
    lines: lines.map((line) => ({
      ...line,
      discountAmount: line.discountAmount ?? 0,
      ...{ returnedQuantity: line.canceledQuantity ?? 0, settledAmount: line.settledAmount ?? 0 },
      claimed: claimed.get(line.id) ?? null,
    })),
    shares: [],
  };
}

/** Returns whether a tab takes a change that costs so much more: one that is closing owes less, one that has ended the same. */
export function mayTabOwe({ status }: Pick<TabRow, 'status'>, differenceAmount: number): boolean {
  if (status === 'open' || differenceAmount === 0) return true;
  return differenceAmount < 0 && !hasTabEnded(status);
}

/** Returns the lines that stay, with their new amounts. */
function linesAfter<Line extends ChangeableLine & { readonly amount: number }>(
  lines: readonly Line[],
  { quantities }: Pick<ChangePlan, 'quantities'>,
): Line[] {
  const changed = new Map(quantities.map((line) => [line.lineId, line]));
  return lines.flatMap((line) => {
    const { quantity, discountAmount } = changed.get(line.id) ?? line;
    if (quantity === 0) return [];
    return [{ ...line, quantity, discountAmount, amount: quantity * line.unitAmount - discountAmount }];
  });
}

/** Plans a change of such a round, under its lock, and returns its bill and tab, too. Locks the tab. */
export async function planOwed(
  em: OrdersManager,
  order: OrderRow,
  by: OwedChanger,
  { set, add, waived }: ChangeDraft<AddedLine>,
): Promise<{ readonly tab: TabRow; readonly bill: OwedBill; readonly plan: PlannedChange }> {
  const tab = await lockTabOf(em, order);
  const bill = await readOwedBill(em, order);
  const changes = { set, add: addedOf(bill, add), isWaived: waived !== undefined };
  return { tab, bill, plan: planOwedChange(bill, by, changes) };
}

/** Returns the lines of a bill as a plan leaves them, with those that it adds. */
export function linesOfPlan(
  bill: Pick<OrderBill, 'currency' | 'lines'>,
  plan: Pick<ChangePlan, 'quantities' | 'parts'>,
  add: readonly AddedLine[],
): (DividedLine & { readonly participantId: string })[] {
  const parts = new Map(plan.parts?.map((line) => [line.lineId, line.parts]));
  const added = addedOf(bill, add).map(({ id, amount, sharedBetween }, index) => ({
    ...{ id, amount, participantId: add[index]!.participantId },
    sharedBetween: sharedBetween.map(({ participantId }) => participantId),
    weights: sharedBetween.map(({ weight }) => weight),
  }));
  return [...linesAfter(bill.lines, plan), ...added].map((line) => ({
    ...line,
    parts: parts.get(line.id) ?? ('parts' in line ? line.parts : null),
  }));
}

/** Plans a change of such a round that is to be applied; or returns why it is to be given up. */
export async function planOwedAgain(
  em: OrdersManager,
  order: OrderRow,
  { participantId, draft, differenceAmount, questionId }: ChangeRow,
): Promise<{ readonly bill: OwedBill; readonly plan: ChangePlan } | { readonly refused: ChangeEndReason }> {
  const by = participantId ? { participantId } : 'staff';
  const { tab, bill, plan } = await planOwed(em, order, questionId ? 'staff' : by, draft);
  if ('refused' in plan) {
    const isPaid = plan.refused === 'already_claimed' || plan.refused === 'already_paid';
    return { refused: isPaid ? 'already_claimed' : 'bill_changed' };
  }
  if (plan.differenceAmount !== differenceAmount) return { refused: 'bill_changed' };
  return mayTabOwe(tab, differenceAmount) ? { bill, plan } : { refused: 'tab_ended' };
}
