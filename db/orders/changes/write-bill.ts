/** Writes the next version of an order's bill: lines, allocations, shares and refunds. */

import { sql } from 'kysely';
import { waivedAmount, type ChangePlan } from '../../../domain/change.ts';
import type { SoldOutChoice } from '../../../domain/sold-out.ts';
import { deriveId } from '../../ids.ts';
import { anyOf, run, selectOne } from '../../sql.ts';
import type { AddedLine, ChangeRow } from '../entities/change.ts';
import type { OrderRow } from '../entities/order.ts';
import { PaymentEntity } from '../entities/payment.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { PRICED_COLUMNS, PRICED_FIELDS, PRICED_VALUES } from '../orders/line-columns.ts';
import { liftShares, runParts } from '../payments/change-shares.ts';
import { reserve } from '../refunds/refunds.ts';
import { changeShareIdOf, refundOfChange } from './change-ids.ts';
import type { AgreedChange } from './plan.ts';
import { addedOf, type OrderBill } from './read-bill.ts';
import { takeLinesOff } from './take-lines-off.ts';

/** Keeps the bill as it is until now. */
export async function keepBill(em: OrdersManager, { id, billVersion, totalAmount }: OrderRow): Promise<void> {
  await run(
    em,
    sql`insert into bills (order_id, version, total_amount, lines)
        select ${id}, ${billVersion}, ${totalAmount}, coalesce(json_agg(json_build_object('id', l.id, 'name', l.name,
          'options', (select coalesce(json_agg(o->>'name'), '[]') from json_array_elements(to_json(l.options)) as o),
          'quantity', l.quantity, 'unitAmount', l.unit_amount, 'discountAmount', l.discount_amount, 'amount', l.amount, 'taxRate', l.tax_rate,
          'allocations', (select json_object_agg(a.share_id, a.amount) from allocations a
            join shares s on s.id = a.share_id and s.order_id = ${id} where a.line_id = l.id)) order by l.position), '[]')
        from lines l where l.order_id = ${id}`,
  );
}

export async function writeLines(
  em: OrdersManager,
  order: OrderRow,
  { id: changeId, draft }: ChangeRow,
  { bill, plan: { quantities, discounts } }: Pick<AgreedChange, 'bill' | 'plan'>,
): Promise<void> {
  const { lines } = bill;
  const { id: orderId } = order;
  const gone = quantities.flatMap(({ lineId, quantity }) => (quantity === 0 ? [lineId] : []));
  const kept = draft.set.flatMap((set) => {
    if (gone.includes(set.lineId)) return [];
    const { discountAmount } =
      quantities.find(({ lineId }) => lineId === set.lineId) ?? lines.find(({ id }) => id === set.lineId)!;
    return [{ ...set, discountAmount, hasNote: set.note !== undefined }];
  });
  const position = Math.max(-1, ...lines.map((line) => line.position)) + 1;
  const added = draft.add.map((line, index) => {
    const discountAmount = discounts.find(({ lineId }) => lineId === line.id)?.amount ?? 0;
    const payers = addedOf(bill, [line])[0]!.sharedBetween;
    return {
      ...line,
      ...{ position: position + index, amount: line.amount - discountAmount, discountAmount },
      ifSoldOut: choiceOf(lines, line),
      sharedBetween: payers.map((payer) => payer.participantId),
      weights: payers.every(({ weight }) => weight === 1) ? null : payers.map(({ weight }) => weight),
    };
  });
  await takeLinesOff(em, order, changeId, gone);
  await run(
    em,
    sql`update lines l set quantity = given.quantity, discount_amount = given."discountAmount",
          amount = given.quantity * l.unit_amount - given."discountAmount",
          note = case when given."hasNote" then given.note else l.note end
        from json_to_recordset(${JSON.stringify(kept)}::json)
          as given ("lineId" uuid, quantity int, "discountAmount" int, note text, "hasNote" boolean)
        where l.id = given."lineId" and l.order_id = ${orderId}`,
  );
  await run(
    em,
    sql`insert into lines (id, order_id, position, participant_id, shared_between, weights, discount_amount, if_sold_out, ${PRICED_COLUMNS})
        select given.id, ${orderId}::uuid, given.position, given."participantId", given."sharedBetween", given.weights,
          given."discountAmount", coalesce(given."ifSoldOut", (
            select p.if_sold_out from tab_participants p where p.id = given."participantId"), 'leave_out'), ${PRICED_VALUES}
        from json_to_recordset(${JSON.stringify(added)}::json) as given (id uuid, position int, "participantId" uuid,
          "sharedBetween" uuid[], weights int[], "discountAmount" int, "ifSoldOut" text, ${PRICED_FIELDS})`,
  );
}

/** Returns what whoever gets a further line has chosen for what runs out, with her others; undefined: she has none. */
function choiceOf(
  lines: OrderBill['lines'],
  { participantId, likeLineId }: Pick<AddedLine, 'participantId' | 'likeLineId'>,
): SoldOutChoice | undefined {
  const like = lines.find(({ id }) => id === likeLineId);
  return (like ?? lines.find((line) => line.participantId === participantId))?.ifSoldOut;
}

/** Writes what each pays from now on of shared lines of a round that is paid after. */
export async function writeParts(
  em: OrdersManager,
  { parts = [] }: Pick<ChangePlan, 'parts'>,
): Promise<void> {
  if (parts.length === 0) return;
  await run(
    em,
    sql`update lines set parts = given.parts
        from json_to_recordset(${JSON.stringify(parts)}::json) as given ("lineId" uuid, parts int[])
        where lines.id = given."lineId"`,
  );
}

/** Writes what is waived, as a discount with its name. */
export async function writeDiscount(
  em: OrdersManager,
  { id: changeId, orderId, draft, actorId }: ChangeRow,
  { discounts }: Pick<ChangePlan, 'discounts'>,
): Promise<void> {
  if (!draft.waived || discounts.length === 0) return;
  const id = deriveId('discount', changeId);
  await run(
    em,
    sql`insert into discounts (id, order_id, change_id, name, amount, lines, user_id)
        values (${id}, ${orderId}, ${changeId}, ${draft.waived.name}, ${waivedAmount({ discounts })},
          ${JSON.stringify(discounts)}::jsonb, ${actorId!})`,
  );
}

/** Writes what each share pays from now on. That of nobody who has no part in the change is touched, but for its version. */
export async function writeShares(
  em: OrdersManager,
  { id: changeId, orderId, billVersion }: ChangeRow,
  { plan: { byPayer } }: AgreedChange,
): Promise<void> {
  const shares = byPayer.flatMap((payer) => payer.shares);
  const added = byPayer.flatMap(({ participantId, toPay }) =>
    toPay ? [{ ...toPay, id: changeShareIdOf(changeId, participantId) }] : [],
  );
  const changed = shares.map(({ id, amount, returnedAmount }) => ({ id, amount, returnedAmount }));
  const paidBy = added.map(({ id }) => id);
  await runParts(em, orderId, [liftShares(billVersion, changed, paidBy)], 'before');
  const allocations = [...shares, ...added].flatMap((share) =>
    share.allocations.map((allocation) => ({ ...allocation, shareId: share.id })),
  );
  await run(em, sql`delete from allocations where share_id = ${anyOf(shares.map(({ id }) => id))}`);
  await run(
    em,
    sql`insert into allocations (share_id, line_id, amount)
        select "shareId", "lineId", amount from json_to_recordset(${JSON.stringify(allocations)}::json)
          as given ("shareId" uuid, "lineId" uuid, amount int)`,
  );
}

/** Notes that a change is applied, and what is left to do for it. */
export async function noteApplied(
  em: OrdersManager,
  { id }: ChangeRow,
  outcome: NonNullable<ChangeRow['outcome']>,
): Promise<void> {
  await run(
    em,
    sql`update changes set status = 'applied', applied_at = now(), outcome = ${JSON.stringify(outcome)}::jsonb where id = ${id}`,
  );
}

/** Reserves what goes back of each share. Resolves with the refunds, and whether cash is to be handed out. */
export async function reserveRefunds(
  em: OrdersManager,
  { id: changeId, orderId, actorId, participantId }: ChangeRow,
  { plan: { byPayer } }: AgreedChange,
): Promise<{ ids: string[]; isCash: boolean }> {
  const ids: string[] = [];
  let isCash = false;
  for (const { id: shareId, returnedAmount } of byPayer.flatMap(({ shares }) => shares)) {
    if (returnedAmount === 0) continue;
    const payment = await selectOne(
      em,
      PaymentEntity,
      sql`order_id = ${orderId} and share_id = ${shareId} and status = 'captured' for no key update`,
    );
    const id = refundOfChange(changeId, payment.id);
    await reserve(em, payment, {
      ...{ id, amount: returnedAmount, cause: 'changed', reason: null, lines: [], restock: false },
      ...{ requestHash: '', actorId: actorId ?? participantId ?? 'workflow', origin: 'order' },
    });
    isCash ||= payment.method === 'cash';
    ids.push(id);
  }
  return { ids, isCash };
}
