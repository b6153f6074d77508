/** Writes what somebody wants to change of an order, before anything has moved. */

import { sql } from 'kysely';
import { waivedAmount, type ChangePlan } from '../../../domain/change.ts';
import { storyOf } from '../../../domain/change-story.ts';
import type { ChangeMaker, ChangeSettlement } from '../../../domain/order-change.ts';
import type { Database } from '../../database.ts';
import { query, run, selectRow, selectRows } from '../../sql.ts';
import { ChangeEntity, ChangePayerEntity, type ChangePayerRow, type ChangeRow } from '../entities/change.ts';
import type { OrderRow } from '../entities/order.ts';
import { changeOrder, type EventDraft, type OrdersManager } from '../orders/change-order.ts';
import { noteAnswered } from '../questions/answer.ts';
import { aboutChange } from './about-change.ts';
import { ChangeRefused } from './change-refused.ts';
import { planWanted, type ChangeToPlan } from './plan.ts';

/** A change as it was asked for, priced by the catalog of now. */
export interface WantedChange extends ChangeToPlan {
  readonly id: string;
  readonly orderId: string;
  readonly requestHash: string;
  /** The account or participant in the order's history. */
  readonly actorId: string;
  /** Why, in the words of staff. */
  readonly reasonText?: string | undefined;
  /** How more is paid that staff add. */
  readonly settle?: ChangeSettlement | undefined;
  /** Absent, of an answer that adds nothing: whatever it gives back. */
  readonly expectedDifference: number | undefined;
  /** How long the hold may still be decided. */
  readonly acceptForMs: number;
}

/**
 * Writes a change as requested, under the order's lock, if the order allows it, it costs what is expected, and no other
 * change is open. Whoever has a part in it, but did not make it, is to agree, unless staff make it. Repeated with the same
 * id, it returns the first one. Throws ChangeRefused.
 */
export async function requestChange(orders: Database, wanted: WantedChange): Promise<ChangeRow> {
  await changeOrder(orders, wanted.orderId, `change:${wanted.id}`, async (order, em) => {
    const { plan, bill, owes } = await planWanted(em, order, wanted);
    const { waived } = wanted.draft;
    const amount = waivedAmount(plan);
    // What is expected is what it costs before any of it is waived.
    const differenceAmount = plan.differenceAmount + amount;
    const { answers } = wanted;
    const isOnlyLess = wanted.draft.add.length === 0;
    const expected = wanted.expectedDifference ?? (isOnlyLess ? differenceAmount : undefined);
    if (differenceAmount !== expected) throw new ChangeRefused('difference_changed', { differenceAmount });
    const isToPay = plan.byPayer.some(({ toPay }) => toPay !== null);
    if (wanted.by !== 'guest' && isToPay && !wanted.settle) throw new ChangeRefused('settle_needed');
    const story = storyOf(wanted.draft, { lines: bill.lines, place: order.place ?? null });
    await writeChange(
      em,
      order,
      {
        ...wanted,
        draft: {
          ...wanted.draft,
          story,
          ...(owes && { owes }),
          ...(waived && { waived: { ...waived, amount } }),
        },
      },
      plan,
    );
    if (answers) await noteAnswered(em, order, answers.questionId, { ...answers, changeId: wanted.id });
    return {
      type: answers ? 'sold_out_answered' : 'change_requested',
      ...actorOf({ madeBy: wanted.by, actorId: wanted.actorId }),
      data: { ...aboutChange({ ...wanted, madeBy: wanted.by }), amount: plan.differenceAmount },
    };
  });
  return (await readChange(orders, wanted.id))!;
}

/** Writes a change as requested, as the open one of an order that this transaction has locked. */
export async function writeChange(
  em: OrdersManager,
  order: OrderRow,
  wanted: Omit<WantedChange, 'orderId' | 'ifVersion' | 'expectedDifference' | 'answers'> & {
    readonly answers?: { readonly questionId: string } | undefined;
  },
  { differenceAmount, byPayer }: ChangePlan,
): Promise<void> {
  const { id, requestHash, by, participantId, actorId, reasonText, settle, draft, acceptForMs } = wanted;
  const { id: orderId, billVersion } = order;
  const questionId = wanted.answers?.questionId ?? null;
  await run(
    em,
    sql`insert into changes (id, order_id, request_hash, made_by, participant_id, actor_id, reason_text, settle, bill_version,
          difference_amount, draft, accept_before, question_id)
        select ${id}, ${orderId}, ${requestHash}, ${by}, ${participantId}::uuid, ${actorId}, ${reasonText ?? null}, ${settle ?? null},
          1 + greatest(${billVersion}, (select max(bill_version) from changes where order_id = ${orderId})),
          ${differenceAmount}, ${JSON.stringify(draft)}::jsonb,
          clock_timestamp() + make_interval(secs => ${acceptForMs / 1000}), ${questionId}::uuid`,
  );
  const payers = byPayer.map((payer) => ({
    participantId: payer.participantId,
    differenceAmount: payer.differenceAmount,
    payAmount: payer.toPay?.amount ?? 0,
    hasAgreed: by !== 'guest' || questionId !== null || payer.participantId === participantId,
  }));
  await run(
    em,
    sql`insert into change_payers (change_id, participant_id, difference_amount, pay_amount, agreed_at)
        select ${id}::uuid, "participantId", "differenceAmount", "payAmount", case when "hasAgreed" then now() end
        from json_to_recordset(${JSON.stringify(payers)}::json) as given ("participantId" uuid, "differenceAmount" int,
          "payAmount" int, "hasAgreed" boolean)`,
  );
  order.changeId = id;
}

/** Returns who an event of a change names. */
export function actorOf(change: {
  readonly madeBy: ChangeMaker;
  readonly actorId?: string | null | undefined;
}): Pick<EventDraft, 'actor' | 'actorId'> &
  ({ actor: 'agent'; actorId: string } | { actor: 'host' | 'workflow' }) {
  const { madeBy, actorId = null } = change;
  if (madeBy === 'shop') return { actor: 'workflow' };
  return madeBy === 'staff' ? { actor: 'agent', actorId: actorId! } : { actor: 'host', actorId };
}

/** Plans a change of an order as it is now; writes nothing. Throws ChangeRefused. */
export async function previewChange(
  orders: Database,
  wanted: ChangeToPlan & { readonly orderId: string },
): Promise<ChangePlan> {
  return orders.em.fork().transactional(async (em) => {
    const [order] = await query<OrderRow>(
      em,
      sql`select id, status, version, closing, currency, bill_version as "billVersion", change_id as "changeId",
            paid_after as "paidAfter", kind, tab_id as "tabId", total_amount as "totalAmount"
          from orders where id = ${wanted.orderId} for no key update`,
    );
    return (await planWanted(em, order!, wanted)).plan;
  });
}

/** Returns a change, or undefined. */
export async function readChange(orders: Database, id: string): Promise<ChangeRow | undefined> {
  return selectRow(orders.em.fork(), ChangeEntity, sql`id = ${id}`);
}

/** Returns everybody whose part of the bill a change moves. */
export async function readChangePayers(orders: Database, id: string): Promise<ChangePayerRow[]> {
  return selectRows(orders.em.fork(), ChangePayerEntity, sql`change_id = ${id} order by participant_id`);
}
