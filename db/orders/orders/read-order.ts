/** Reads orders in the form of the contract. */

import { sql } from 'kysely';
import type { Allergies, Order, PublicEvent, Share } from '../../../domain/contract/orders.ts';
import type { Allocation } from '../../../domain/allocations.ts';
import { summarizeTaxes } from '../../../domain/bill.ts';
import { discountsLeft, type GivenDiscount } from '../../../domain/discount.ts';
import { DISPUTE_EVENTS, disputeStateOf, type DisputeStep } from '../../../domain/dispute.ts';
import { payerKeyOf } from '../../../domain/payer-shares.ts';
import { refundedQuantities, type RefundOfLines } from '../../../domain/refunded-lines.ts';
import { wordsOf } from '../../../domain/fold.ts';
import type { OrderStatus } from '../../../domain/order.ts';
import { idsOfCode, orderCode } from '../../../domain/order-code.ts';
import { PAID_STATES, type PaymentMethod } from '../../../domain/payment.ts';
import { paymentStatusOf, SHARES_TO_PAY } from '../../../domain/share.ts';
import type { Database } from '../../database.ts';
import {
  APPLIED_CHANGES,
  OPEN_CHANGE,
  presentAppliedChange,
  presentOpenChange,
  type AppliedChangeSnapshot,
  type OpenChangeSnapshot,
} from '../changes/present-changes.ts';
import { presentQuestion, QUESTIONS_OF_ORDER } from '../questions/present-question.ts';
import { QuestionEntity } from '../entities/question.ts';
import { readTogether } from '../../read-together.ts';
import { anyOf, exactTime, literals, mapRows, query, type Sql } from '../../sql.ts';
import {
  EventEntity,
  LineEntity,
  OrderEntity,
  ParticipantEntity,
  ShareEntity,
  type EventRow,
  type LineRow,
  type OrderRow,
} from '../entities/order.ts';

/** An order with data that one customer may not see of another: the host's contact and account. */
export interface OrderRecord {
  readonly order: Order;
  readonly contact: { readonly name: string; readonly email: string } | null;
  readonly requestHash: string;
  /** Participants' accounts, by participant. */
  readonly userIds: ReadonlyMap<string, string>;
  /** Mail addresses of guests, by participant. */
  readonly guestEmails: ReadonlyMap<string, string>;
  /** Of a round: its tab's host now, and the people who are in the tab now. */
  readonly tab: TabOfRound | null;
  /** What the kitchen must know of its people; for staff. */
  readonly allergies: readonly Allergies[];
}

interface TabOfRound {
  readonly host: string;
  readonly people: readonly { readonly id: string; readonly userId: string | null }[];
}

/** Returns one order, or undefined. A group that pays, or follows its round, asks for the same one at the same moment. */
export const readOrder = readTogether(readOrders, ({ order }) => order.id);

/** Returns the existing orders with these ids, in the order of the ids, from one consistent snapshot. */
export async function readOrders(orders: Database, ids: readonly string[]): Promise<OrderRecord[]> {
  if (ids.length === 0) return [];
  const rows = await query<SnapshotRow>(
    orders.em.fork(),
    sql`select ${SNAPSHOT} as snapshot from orders o where o.id = ${anyOf(ids)}`,
  );
  const byId = new Map(rows.map((row) => [row.snapshot.order.id, presentOrder(orders, row.snapshot)]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/**
 * Selects everything of the order `o` that `presentOrder` needs. One statement sees one snapshot, so a version never
 * comes with another version's shares.
 */
export const SNAPSHOT = sql`
  json_build_object(
    'order', to_json(o),
    'reason_text', (select reason from cancel_requests where id = o.cancel_request_id),
    'participants', (select json_agg(p order by p.created_at, p.id) from participants p where p.order_id = o.id),
    'lines', case o.kind when 'goods' then (select json_agg(l order by l.position) from lines l where l.order_id = o.id)
      else (select json_agg(l order by r.round, l.position) from shares s join allocations a on a.share_id = s.id
        join lines l on l.id = a.line_id left join orders r on r.id = l.order_id where s.order_id = o.id) end,
    'settles', case when o.kind = 'settlement' then
      (select json_build_object('tabId', t.id, 'title', t.title, 'isOnFile', o.tab_card_id is not null)
       from tabs t where t.id = o.tab_id) end,
    'tab', case when o.round is not null then
      (select json_build_object('host', t.host_participant_id, 'title', t.title, 'allergies',
         (select json_agg(json_build_object('participantId', p.id, 'text', p.allergies)) from tab_participants p
          where p.tab_id = t.id and p.allergies is not null), 'people',
         (select json_agg(json_build_object('id', p.id, 'userId', p.user_id)) from tab_participants p
          where p.tab_id = t.id and p.left_at is null))
       from tabs t where t.id = o.tab_id) end,
    'shares', (select json_agg(json_build_object('share', s, 'paid_with', p, 'allocations',
                 (select json_object_agg(a.line_id, a.amount) from allocations a where a.share_id = s.id))
                 order by c.created_at nulls first, s.id)
               from shares s left join changes c on c.id = s.change_id left join lateral (
                 select method, card_brand, card_last4 from payments
                 where share_id = s.id and status in (${literals(PAID_STATES)})) p on true
               where s.order_id = o.id and s.bill_version = o.bill_version),
    'change', ${OPEN_CHANGE},
    'changes', ${APPLIED_CHANGES},
    'discounts', case when o.kind = 'settlement' or o.bill_version > 1 then
      (select json_agg(json_build_object('id', d.id, 'name', d.name, 'changeId', d.change_id, 'lines', d.lines)
         order by d.created_at, d.id)
       from discounts d where d.order_id = any(case o.kind when 'settlement' then array(
         select l.order_id from shares s join allocations a on a.share_id = s.id join lines l on l.id = a.line_id
         where s.order_id = o.id and l.discount_amount > 0) else array[o.id] end)) end,
    'questions', ${QUESTIONS_OF_ORDER},
    'refunds', (select json_agg(json_build_object('share_id', r.share_id, 'lines', r.lines))
                from refunds r join payments p on p.id = r.payment_id and p.status = 'captured'
                where r.order_id = o.id and r.status <> 'failed'),
    'disputes', (select json_agg(json_build_object('share_id', e.data->>'shareId', 'step', e.data->'dispute') order by e.version)
                 from order_events e
                 where e.order_id = o.id and e.type in (${literals(DISPUTE_EVENTS)}))
  )`;

type Raw = Record<string, never>;
export interface SnapshotRow {
  readonly snapshot: {
    readonly order: Raw & { id: string };
    readonly reason_text: string | null;
    readonly participants: readonly Raw[] | null;
    readonly lines: readonly Raw[] | null;
    readonly settles: Order['settles'];
    readonly tab: {
      readonly host: string;
      readonly title: string | null;
      readonly people: TabOfRound['people'] | null;
      readonly allergies: readonly Allergies[] | null;
    } | null;
    readonly shares: readonly ShareSnapshot[] | null;
    readonly change: OpenChangeSnapshot | null;
    readonly changes: readonly AppliedChangeSnapshot[] | null;
    readonly discounts: readonly GivenDiscount[] | null;
    readonly questions: readonly Raw[] | null;
    readonly refunds: readonly { share_id: string; lines: RefundOfLines['lines'] }[] | null;
    readonly disputes: readonly { share_id: string; step: DisputeStep }[] | null;
  };
}

interface ShareSnapshot {
  readonly share: Raw;
  readonly paid_with: PaidWithRow | null;
  /** The amount that it pays for each line, by the line's id. */
  readonly allocations: Readonly<Record<string, number>> | null;
}

interface PaidWithRow {
  readonly method: PaymentMethod;
  readonly card_brand: string | null;
  readonly card_last4: string | null;
}

/** Returns the order of a snapshot. */
export function presentOrder(orders: Database, snapshot: SnapshotRow['snapshot']): OrderRecord {
  const { em } = orders;
  const [order] = mapRows(em, OrderEntity, [snapshot.order]) as [OrderRow];
  const participants = mapRows(em, ParticipantEntity, snapshot.participants ?? []);
  const paid = snapshot.shares ?? [];
  const found = mapRows(em, LineEntity, snapshot.lines ?? []);
  const lines = order.kind === 'goods' ? found : found.map(partOfLine(order, paid[0]?.allocations ?? {}));
  const shares = mapRows(
    em,
    ShareEntity,
    paid.map(({ share }) => share),
  );
  const allocationsOf = paid.map(({ allocations }): Allocation[] =>
    lines.flatMap(({ id }) => {
      const amount = allocations?.[id];
      return amount === undefined ? [] : [{ lineId: id, amount }];
    }),
  );
  const returned = refundedQuantities(
    lines,
    shares.map(({ id, status, participantId, ownerParticipantId }, index) => ({
      id,
      payerKey: payerKeyOf({ id, participantId, ownerId: ownerParticipantId ?? null }),
      allocations: allocationsOf[index]!,
      isReturned: status === 'refunded',
    })),
    (snapshot.refunds ?? []).map((refund) => ({ shareId: refund.share_id, lines: refund.lines })),
  );
  const disputes = snapshot.disputes ?? [];
  const host = participants.find((participant) => participant.id === order.hostParticipantId);
  return {
    order: {
      id: order.id,
      code: orderCode(order.id),
      number: order.number ?? null,
      kind: order.kind === 'settlement' ? 'settlement' : 'solo',
      status: order.status,
      reason: order.reason ?? null,
      reasonText: snapshot.reason_text,
      paymentStatus: paymentStatusOf(shares),
      paidAfter: order.paidAfter,
      version: order.version,
      currency: order.currency,
      totalAmount: order.totalAmount,
      tipsAmount: shares.reduce((sum, share) => sum + share.tipAmount, 0),
      refundedAmount: shares.reduce((sum, share) => sum + share.refundedAmount, 0),
      taxes: [...summarizeTaxes(lines)],
      tab:
        order.tabId && order.round
          ? { id: order.tabId, round: order.round, title: snapshot.tab?.title ?? null }
          : null,
      settles: snapshot.settles,
      place: order.place ?? null,
      movedFrom: order.movedFrom ?? null,
      host: order.hostParticipantId,
      participants: participants.map(({ id, name }) => ({ id, name })),
      lines: lines.map((line, index) => ({
        id: line.id,
        variantId: line.variantId,
        name: line.name,
        options: line.options,
        quantity: line.quantity,
        unitAmount: line.unitAmount,
        amount: line.amount,
        discountAmount: line.discountAmount ?? 0,
        taxRate: line.taxRate,
        note: line.note ?? null,
        refundedQuantity: order.paidAfter ? (line.canceledQuantity ?? 0) : (returned.get(line.id) ?? 0),
        participantId: line.participantId,
        sharedBetween: line.sharedBetween,
        productId: line.productId ?? null,
        category: line.category ?? null,
        taxClass: line.taxClass ?? null,
        wholeAmount: found[index]!.amount === line.amount ? null : found[index]!.amount,
        ifSoldOut: line.ifSoldOut ?? 'leave_out',
      })),
      shares: shares.map((share, index) => ({
        id: share.id,
        participantId: share.participantId,
        ownerId: share.ownerParticipantId ?? null,
        amount: share.amount,
        tipAmount: share.tipAmount,
        refundedAmount: share.refundedAmount,
        changedAmount: share.changedAmount ?? 0,
        status: share.status,
        method: paid[index]?.paid_with?.method ?? null,
        declineCode: share.declineCode ?? null,
        card: presentCard(paid[index]?.paid_with),
        dispute: disputeStateOf(
          disputes.filter((told) => told.share_id === share.id).map(({ step }) => step),
        ),
        allocations: allocationsOf[index]!,
      })),
      change: snapshot.change && presentOpenChange(snapshot.change),
      changes: (snapshot.changes ?? []).map(presentAppliedChange),
      discounts: discountsLeft(
        lines.map(({ id, discountAmount }) => ({ id, discountAmount: discountAmount ?? 0 })),
        snapshot.discounts ?? [],
      ).map(({ lines: parts, ...discount }) => ({ ...discount, lines: [...parts] })),
      questions: mapRows(em, QuestionEntity, snapshot.questions ?? []).map(presentQuestion),
      deadline: order.deadline ? new Date(order.deadline).toISOString() : null,
      needsAttention: order.attention[0] ?? null,
      attention: order.attention,
      confirmedAt: order.confirmedAt ? new Date(order.confirmedAt).toISOString() : null,
      createdAt: new Date(order.createdAt).toISOString(),
      updatedAt: new Date(order.updatedAt).toISOString(),
    },
    contact: host?.email ? { name: host.name, email: host.email } : null,
    requestHash: order.requestHash,
    guestEmails: new Map(
      participants.flatMap((row) => (row.email && !row.userId ? [[row.id, row.email.toLowerCase()]] : [])),
    ),
    tab: snapshot.tab && { host: snapshot.tab.host, people: snapshot.tab.people ?? [] },
    allergies: (snapshot.tab?.allergies ?? []).filter(({ participantId }) =>
      participants.some(({ id }) => id === participantId),
    ),
    userIds: new Map(participants.flatMap((row) => (row.userId ? [[row.id, row.userId]] : []))),
  };
}

/**
 * Returns the part of a line that a settlement pays, as its payer's own line: in units if it is of whole ones, else of
 * the whole line. Units of a line that is discounted are not told apart.
 */
function partOfLine({ hostParticipantId }: OrderRow, amounts: Readonly<Record<string, number>>) {
  return (line: LineRow): LineRow => {
    const amount = amounts[line.id] ?? 0;
    const isWhole = amount === line.amount;
    const isOfUnits = !line.discountAmount && line.unitAmount > 0 && amount % line.unitAmount === 0;
    return {
      ...line,
      amount,
      discountAmount: isWhole ? (line.discountAmount ?? 0) : 0,
      quantity: isOfUnits ? amount / line.unitAmount : line.quantity,
      participantId: hostParticipantId,
      sharedBetween: [hostParticipantId],
      weights: null,
    };
  };
}

function presentCard(row: PaidWithRow | null | undefined): Share['card'] {
  return row?.card_brand && row.card_last4 ? { brand: row.card_brand, last4: row.card_last4 } : null;
}

export interface OrderFilter {
  readonly status?: readonly OrderStatus[] | undefined;
  /** An order's number or code, or words that must each occur in its place or a name, compared as in domain/fold.ts. */
  readonly q?: string | undefined;
  /** Only orders that need a person. */
  readonly needsAttention?: boolean;
  /** Only orders with a share that still has to be paid and has no card payment in progress. */
  readonly toPay?: boolean;
  /** Only these. */
  readonly ids?: readonly string[];
  /** Orders of this account, or of these participants (a guest's). Absent: all. */
  readonly of?:
    | {
        readonly userId?: string | undefined;
        /** Her verified address: orders that a guest placed with it are hers, too. */
        readonly email?: string | undefined;
        readonly participantIds: readonly string[];
      }
    | undefined;
  /** The end of the previous page, with the exact `createdAt` returned for it. */
  readonly before?: { readonly createdAt: string; readonly id: string } | undefined;
  readonly limit: number;
}

/**
 * A card payment that came with the order starts within moments: until then nobody has to act. No hold lasts longer
 * than a day (config.ts), so the orders of two days suffice.
 */
export const TO_PAY = sql`o.status = 'awaiting_payment' and o.kind = 'goods' and o.created_at > now() - interval '2 days' and exists
  (select 1 from shares s where s.order_id = o.id and s.bill_version = o.bill_version
    and s.status in (${literals(SHARES_TO_PAY)})
    and (o.pays_later or exists (select 1 from payments p where p.order_id = o.id and p.share_id = s.id)))`;

/** Returns the ids of a page of orders, newest first, and the exact creation time of each. */
export async function listOrderIds(
  orders: Database,
  filter: OrderFilter,
): Promise<{ id: string; createdAt: string }[]> {
  const conditions: Sql[] = [];
  // A payment of a tab is seen there; here only if somebody must look at it.
  if (!filter.needsAttention) conditions.push(sql`o.kind = 'goods'`);
  if (filter.status) conditions.push(sql`o.status = any(${filter.status})`);
  if (filter.needsAttention) conditions.push(sql`o.attention <> '{}'`);
  if (filter.toPay) conditions.push(TO_PAY);
  if (filter.ids) conditions.push(sql`o.id = ${anyOf(filter.ids)}`);
  if (filter.q !== undefined) conditions.push(isFoundBy(filter.q));
  if (filter.of)
    conditions.push(
      sql`o.id in (select order_id from participants
           where user_id = ${filter.of.userId ?? null} or id = ${anyOf(filter.of.participantIds)}
         union all select order_id from participants
           where user_id is null and lower(email) = ${filter.of.email ?? null})`,
    );
  if (filter.before)
    conditions.push(
      sql`(o.created_at, o.id) < (${filter.before.createdAt}::timestamptz, ${filter.before.id})`,
    );
  return query<{ id: string; createdAt: string }>(
    orders.em.fork(),
    sql`select o.id, ${exactTime('o.created_at')} as "createdAt" from orders o
     ${conditions.length > 0 ? sql`where ${sql.join(conditions, sql` and `)}` : sql``}
     order by o.created_at desc, o.id desc limit ${filter.limit}`,
  );
}

/** Matches a number or code, or words that each occur in the order's place or a name. */
function isFoundBy(typed: string): Sql {
  const words = wordsOf(typed);
  const said = words.join('');
  const coded = idsOfCode(said);
  const number = /^\d{1,9}$/.test(said) ? Number(said) : -1;
  return sql`(o.number = ${number} or o.id between ${coded?.first ?? null} and ${coded?.last ?? null} or (
        select bool_and(strpos(o.place_words, word) > 0 is true or exists
          (select 1 from participants p where p.order_id = o.id and strpos(p.name_words, word) > 0))
        from unnest(${words}::text[]) as word))`;
}

/** Returns an order's events above `after` in the form of the contract, oldest first. */
export async function readEvents(orders: Database, orderId: string, after: number): Promise<PublicEvent[]> {
  return (await readEventRows(orders, orderId, after)).map(presentEvent);
}

/** Returns an order's events above `after` with the actor of each, oldest first. */
export async function readEventRows(orders: Database, orderId: string, after: number): Promise<EventRow[]> {
  return orders.em
    .fork()
    .find(EventEntity, { orderId, version: { $gt: after } }, { orderBy: { version: 'asc' } });
}

/** Returns whether the order has the event of the step with this key: whether the step was carried out. */
export async function hasEvent(orders: Database, orderId: string, dedupeKey: string): Promise<boolean> {
  return (await orders.em.fork().count(EventEntity, { orderId, dedupeKey })) > 0;
}

/** Returns ids and versions of the orders changed in the last `seconds`: a listener may have missed these. */
export async function listRecentVersions(
  orders: Database,
  seconds: number,
): Promise<{ id: string; version: number }[]> {
  return query<{ id: string; version: number }>(
    orders.em.fork(),
    sql`select id, version from orders where updated_at > now() - make_interval(secs => ${seconds})`,
  );
}

/** Returns an event in the form of the contract. */
export function presentEvent(
  row: Pick<EventRow, 'orderId' | 'version' | 'type' | 'actor' | 'data'> & { at: Date | string },
): PublicEvent {
  const { status, reason, shareId, amount, method, declineCode, restock } = row.data;
  const { changeId, madeBy, participantId } = row.data;
  return {
    orderId: row.orderId,
    version: row.version,
    type: row.type,
    at: new Date(row.at).toISOString(),
    actor: row.actor,
    status,
    ...(reason !== undefined && { reason }),
    ...(shareId !== undefined && { shareId }),
    ...(amount !== undefined && { amount }),
    ...(method !== undefined && { method }),
    ...(declineCode !== undefined && { declineCode }),
    ...(changeId !== undefined && { changeId }),
    ...(madeBy !== undefined && { madeBy }),
    ...(participantId !== undefined && { participantId }),
    ...(restock !== undefined && { restock }),
  };
}
