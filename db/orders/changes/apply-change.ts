/** Applies a change: lines, allocations, shares, refunds, version and event, in one transaction. */

import { sql } from 'kysely';
import type { ChangePlan } from '../../../domain/change.ts';
import { storyOf } from '../../../domain/change-story.ts';
import { unitsOf, type ChangeEndReason } from '../../../domain/order-change.ts';
import { PAID_STATES, type CapturedPayment } from '../../../domain/payment.ts';
import type { Standing } from '../../../domain/standing.ts';
import type { StockItem } from '../../catalog/stock/stock.ts';
import type { Database } from '../../database.ts';
import { literals, queryFirst, run, selectOne, selectRow } from '../../sql.ts';
import { ChangeEntity, type ChangeRow } from '../entities/change.ts';
import type { OrderRow } from '../entities/order.ts';
import { PaymentEntity, type PaymentRow } from '../entities/payment.ts';
import { askForPerson, changeOrder, type OrdersManager } from '../orders/change-order.ts';
import { PRICED_COLUMNS, PRICED_FIELDS, PRICED_VALUES } from '../orders/line-columns.ts';
import { bookCaptured } from '../payments/book-captured.ts';
import { liftShares, runParts, ShareMoveRefused } from '../payments/change-shares.ts';
import { callKey } from '../payments/stripe-calls.ts';
import { reserve } from '../refunds/refunds.ts';
import { bookChange } from '../ledger/ledger.ts';
import { tellTab } from '../tabs/tell-tab.ts';
import { aboutChange, planAgain, refundOfChange } from './change-steps.ts';
import type { OrderBill } from './read-bill.ts';
import { mayChange } from './request-change.ts';
import { takeLinesOff } from './take-lines-off.ts';
import { addChangeMails } from './tell-change.ts';

/** What is left to do for an applied change; `refused`: why it was not applied. */
export interface AppliedChange {
  readonly order: Standing;
  readonly refused?: ChangeEndReason;
  readonly refundIds: readonly string[];
  /** The units that it took off: they are on sale again. */
  readonly takenOff: readonly StockItem[];
  /** Whether a payment of it is still to be captured. */
  readonly isToCapture: boolean;
}

/**
 * Applies a held change that is paid, if the order still allows it and it still costs what was agreed. Safe to repeat, even
 * when the order has moved on: the row tells what was done.
 */
export async function recordChangeApplied(
  orders: Database,
  { orderId, changeId }: { orderId: string; changeId: string },
): Promise<AppliedChange> {
  let refused: ChangeEndReason | undefined;
  const key = `change:${changeId}:applied`;
  const { order } = await changeOrder(orders, orderId, key, async (order, em) => {
    const change = await selectOne(em, ChangeEntity, sql`id = ${changeId} for no key update`);
    const payment = await readPaid(em, change);
    if (change.status !== 'held' || !mayChange(order)) refused = 'order_moved_on';
    else if (change.shareId && !payment) refused = 'payment_declined';
    const agreed = refused ? { refused } : await planAgain(em, order, change);
    if ('refused' in agreed) {
      refused = agreed.refused;
      return undefined;
    }
    await keepBill(em, order);
    await writeLines(em, order, change, agreed.bill, agreed.plan);
    await writeShares(em, order, change, agreed.plan);
    if (order.paidAfter)
      await bookChange(em, { orderId, changeId, currency: order.currency }, agreed.plan.differenceAmount);
    const refunded = await reserveRefunds(em, order, change, agreed.plan);
    if (refunded.isCash) askForPerson(order, 'cash_to_return');
    if (payment) await startCapture(em, payment);
    const { takenOff } = unitsOf(change.draft, agreed.bill.lines);
    const story = storyOf(change.draft, { lines: agreed.bill.lines, place: order.place ?? null });
    await noteApplied(em, change, { ...story, takenOff, refundIds: refunded.ids });
    await addChangeMails(em, change, agreed.bill.lines);
    order.billVersion = change.billVersion;
    order.totalAmount += agreed.plan.differenceAmount;
    if (change.draft.place) order.place = change.draft.place;
    if (!payment) order.changeId = null;
    const data = { amount: agreed.plan.differenceAmount };
    await tellTab(em, order, {
      ...{ type: 'round_changed', follows: key, actor: 'participant', actorId: change.participantId, data },
    });
    return {
      type: 'changed',
      actor: 'host',
      actorId: change.participantId,
      data: { ...data, ...aboutChange(change) },
    };
  });
  const change = await selectOne(orders.em.fork(), ChangeEntity, sql`id = ${changeId}`);
  if (change.status !== 'applied') {
    return { order, refused: refused ?? 'order_moved_on', refundIds: [], takenOff: [], isToCapture: false };
  }
  const { takenOff, refundIds } = change.outcome!;
  return { order, refundIds, takenOff, isToCapture: await isOpen(orders, change) };
}

/** Returns the payment that pays a change; undefined while there is none. */
async function readPaid(em: OrdersManager, { shareId }: ChangeRow): Promise<PaymentRow | undefined> {
  if (!shareId) return undefined;
  return selectRow(em, PaymentEntity, sql`share_id = ${shareId} and status in (${literals(PAID_STATES)})`);
}

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
  { id: changeId, draft, participantId }: ChangeRow,
  { lines }: Pick<OrderBill, 'lines'>,
  { quantities, discounts }: ChangePlan,
): Promise<void> {
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
    return { ...line, position: position + index, amount: line.amount - discountAmount, discountAmount };
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
    sql`insert into lines (id, order_id, position, participant_id, shared_between, discount_amount, ${PRICED_COLUMNS})
        select given.id, ${orderId}::uuid, given.position, ${participantId}::uuid, array[${participantId}::uuid], given."discountAmount",
          ${PRICED_VALUES}
        from json_to_recordset(${JSON.stringify(added)}::json) as given (id uuid, position int, "discountAmount" int, ${PRICED_FIELDS})`,
  );
}

/** Writes what each share pays from now on. Nobody else's is touched but for its version. */
async function writeShares(
  em: OrdersManager,
  order: OrderRow,
  { billVersion, shareId }: ChangeRow,
  { shares, toPay }: ChangePlan,
): Promise<void> {
  const changed = shares.map(({ id, amount, returnedAmount }) => ({ id, amount, returnedAmount }));
  await runParts(em, order.id, [liftShares(billVersion, changed, shareId ?? null)], 'before');
  const paid = [...shares, ...(toPay && shareId ? [{ id: shareId, ...toPay }] : [])];
  const allocations = paid.flatMap((share) =>
    share.allocations.map((allocation) => ({ ...allocation, shareId: share.id })),
  );
  await run(em, sql`delete from allocations where share_id = any(${shares.map(({ id }) => id)})`);
  await run(
    em,
    sql`insert into allocations (share_id, line_id, amount)
        select "shareId", "lineId", amount from json_to_recordset(${JSON.stringify(allocations)}::json)
          as given ("shareId" uuid, "lineId" uuid, amount int)`,
  );
}

/** Reserves what goes back of each share. */
async function reserveRefunds(
  em: OrdersManager,
  { id: orderId }: OrderRow,
  { id: changeId, participantId }: ChangeRow,
  { shares }: ChangePlan,
): Promise<{ ids: string[]; isCash: boolean }> {
  const ids: string[] = [];
  let isCash = false;
  for (const { id: shareId, returnedAmount } of shares) {
    if (returnedAmount === 0) continue;
    const payment = await selectOne(
      em,
      PaymentEntity,
      sql`order_id = ${orderId} and share_id = ${shareId} and status = 'captured' for no key update`,
    );
    const id = refundOfChange(changeId, payment.id);
    await reserve(em, payment, {
      ...{ id, amount: returnedAmount, cause: 'changed', reason: null, lines: [], restock: false },
      ...{ requestHash: '', actorId: participantId, origin: 'order' },
    });
    isCash ||= payment.method === 'cash';
    ids.push(id);
  }
  return { ids, isCash };
}

/** Writes the key of the coming capture: from here on the payment is taken. */
async function startCapture(em: OrdersManager, payment: PaymentRow): Promise<void> {
  if (payment.method !== 'card') return;
  await run(
    em,
    sql`insert into stripe_calls (idempotency_key, order_id, payment_id, operation, made_for, status)
        values (${callKey(payment, 'capture', payment.id)}, ${payment.orderId}, ${payment.id}, 'capture', ${payment.id}, 'started')
        on conflict do nothing`,
  );
}

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

/** Whether an applied change is not over: its payment is still to be captured, or was captured without us. */
async function isOpen(orders: Database, { id, orderId }: ChangeRow): Promise<boolean> {
  const order = await queryFirst(
    orders.em.fork(),
    sql`select from orders where id = ${orderId} and change_id = ${id}`,
  );
  return order !== undefined;
}

/** Returns the payment that an applied change still has to capture, or to book. */
export async function readChangeToCapture(
  orders: Database,
  changeId: string,
): Promise<PaymentRow | undefined> {
  const em = orders.em.fork();
  const change = await selectOne(em, ChangeEntity, sql`id = ${changeId}`);
  if (change.status !== 'applied' || !(await isOpen(orders, change))) return undefined;
  return readPaid(em, change);
}

/**
 * Books that the difference was captured, or that it can never be: then staff are asked, since the order has changed. Safe
 * to repeat.
 */
export async function recordChangeCaptured(
  orders: Database,
  { orderId, changeId }: { orderId: string; changeId: string },
  captured: readonly CapturedPayment[],
): Promise<Standing> {
  const { order } = await changeOrder(orders, orderId, `change:${changeId}:paid`, async (order, em) => {
    const change = await selectOne(em, ChangeEntity, sql`id = ${changeId}`);
    const { shareId } = change;
    if (order.changeId === changeId) order.changeId = null;
    const data = { ...aboutChange(change), ...(shareId && { shareId }) };
    if (captured.length === 0) {
      askForPerson(order, 'capture_failed');
      return { type: 'attention_raised', data: { ...data, reason: 'capture_failed' } };
    }
    // News from Stripe may have been quicker than this.
    if ((await readPaid(em, change))?.status === 'authorized') {
      const booked = await runParts(em, orderId, bookCaptured('capture', captured));
      if (booked.length !== captured.length) throw new ShareMoveRefused(orderId, 'capture');
    }
    const amount = captured.reduce((sum, payment) => sum + payment.amount, 0);
    return { type: 'change_paid', data: { ...data, amount } };
  });
  return order;
}
