/** What a tab that is settled after has had, what was paid of it, and what it still owes. */

import { sql } from 'kysely';
import { chargeStep } from '../../../domain/currency.ts';
import type { OwedLine } from '../../../domain/contract/tab-payments.ts';
import type { Tab } from '../../../domain/contract/tabs.ts';
import type { OrderStatus } from '../../../domain/order.ts';
import { dueParts, type SettledPart } from '../../../domain/owed.ts';
import { PAID_STATES, type PaymentMethod } from '../../../domain/payment.ts';
import { partsOfRound } from '../../../domain/round-parts.ts';
import { CLAIM_STATUSES, SETTLING_STATUSES, type SettlementWish } from '../../../domain/settlement.ts';
import { literals, query, type Runner, type Sql } from '../../sql.ts';

/** Of the payments that count, those that are not paid yet. */
const IS_CLAIM = sql`s.status in (${literals(CLAIM_STATUSES)})`;

/**
 * What is read of the tab `t`, step by step, so that it costs what this tab has, whatever the planner knows of the
 * others: `offset 0` has a line's rows found by their index. Payments that ended unpaid have given back what they had set
 * aside. Rounds of which nothing is open or being paid are left out, so that it stays small however long the tab is.
 */
const STEPS = sql`
  billed as materialized (
    select o.id, o.round, o.total_amount from orders o
    where o.tab_id = t.id and o.paid_after and o.confirmed_at is not null),
  settlement as materialized (
    select s.id, s.host_participant_id, s.status, s.what, s.total_amount, s.deadline, s.confirmed_at, s.created_at, s.tab_card_id,
      share.id as share_id, share.refunded_amount
    from orders s join shares share on share.order_id = s.id
    where s.tab_id = t.id and s.kind = 'settlement' and s.status in (${literals(SETTLING_STATUSES)})),
  open_line as materialized (
    select l.*, o.round
    from billed o cross join lateral (select * from lines where order_id = o.id offset 0) l
    where exists (select from lines open where open.order_id = o.id and open.settled_amount < open.amount offset 0)
      or o.id in (select claimed.order_id from settlement s join allocations a on a.share_id = s.share_id
        join lines claimed on claimed.id = a.line_id where ${IS_CLAIM})),
  settled as materialized (
    select part.line_id, json_agg(json_build_object('by', part.by, 'amount', part.amount, 'isClaim', part.is_claim)
      order by part.at, part.id) as parts
    from (select a.line_id, s.host_participant_id as by, a.amount, ${IS_CLAIM} as is_claim, s.created_at as at, s.id
          from open_line l cross join lateral (select * from allocations where line_id = l.id offset 0) a
            join settlement s on s.share_id = a.share_id
          where l.settled_amount > 0
          union all
          select r.line_id, null, r.amount, false, r.created_at, r.id
          from open_line l cross join lateral (select * from reductions where line_id = l.id offset 0) r
          where l.settled_amount > 0) part
    group by part.line_id)`;

/** The lines that are open or being paid, with whatever else belongs to their rounds. */
const LINES = sql`
  (select json_agg(json_build_object('lineId', l.id, 'orderId', l.order_id, 'participantId', l.participant_id,
      'name', l.name, 'options', (select coalesce(json_agg(option->>'name'), '[]') from jsonb_array_elements(l.options) option),
      'note', l.note, 'quantity', l.quantity, 'unitAmount', l.unit_amount, 'discountAmount', l.discount_amount, 'amount', l.amount, 'taxRate', l.tax_rate,
      'sharedBetween', l.shared_between, 'weights', l.weights, 'parts', l.parts, 'settledAmount', l.settled_amount, 'settled', settled.parts)
      order by l.round, l.position)
    from open_line l left join settled on settled.line_id = l.id)`;

const settlementsWhere = (condition: Sql) => sql`
  (select json_agg(json_build_object('orderId', s.id, 'participantId', s.host_participant_id,
      'status', s.status, 'what', s.what, 'amount', s.total_amount, 'until', s.deadline, 'at', s.confirmed_at,
      'refundedAmount', s.refunded_amount, 'method', paid.method,
      'isOnFile', s.tab_card_id is not null) order by s.created_at, s.id)
    from settlement s left join payments paid on paid.share_id = s.share_id and paid.status in (${literals(PAID_STATES)})
    where ${condition})`;

/** Selects everything of the tab `t` that `presentOwing` needs. */
export const OWING = sql`
  (with ${STEPS}
  select json_build_object(
    'confirmedAmount', (select coalesce(sum(total_amount), 0) from billed),
    'canceledAmount', (select coalesce(sum(amount), 0) from reductions where tab_id = t.id and cause = 'canceled'),
    'writtenOffAmount', (select coalesce(sum(amount), 0) from reductions where tab_id = t.id and cause = 'written_off'),
    'settlements', ${settlementsWhere(sql`true`)},
    'lines', ${LINES}))`;

/** Selects what decides the next claim: what is open, and which claims and equal parts there are. */
const OPEN_PARTS = sql`
  (with ${STEPS}
  select json_build_object(
    'settlements', ${settlementsWhere(sql`${IS_CLAIM} or s.what->>'kind' = 'even'`)},
    'lines', ${LINES}))`;

interface SettlementSnapshot {
  readonly orderId: string;
  readonly participantId: string;
  readonly status: OrderStatus;
  readonly what: SettlementWish;
  readonly amount: number;
  readonly until: string | null;
  readonly at: string | null;
  readonly refundedAmount: number;
  readonly method: PaymentMethod | null;
  readonly isOnFile: boolean;
}

interface LineSnapshot extends Omit<OwedLine, 'openAmount' | 'due' | 'claimed'> {
  readonly sharedBetween: readonly string[];
  readonly weights: readonly number[] | null;
  readonly parts: readonly number[] | null;
  readonly discountAmount: number;
  readonly settledAmount: number;
  readonly settled: readonly (SettledPart & { readonly isClaim: boolean })[] | null;
}

/** What `OWING` selects. */
export interface OwingSnapshot {
  readonly confirmedAmount: number;
  readonly canceledAmount: number;
  readonly writtenOffAmount: number;
  readonly settlements: readonly SettlementSnapshot[] | null;
  readonly lines: readonly LineSnapshot[] | null;
}

/** What a tab owes, in the form of the contract. */
export type TabOwing = Pick<
  Tab,
  'totalAmount' | 'paidAmount' | 'writtenOffAmount' | 'owedAmount' | 'claims' | 'payments' | 'owed'
>;

/** What decides the next claim. Of the payments, those in equal parts. */
export type OpenParts = Pick<TabOwing, 'claims' | 'payments' | 'owed'>;

/**
 * Reads what decides the next claim. In a transaction that has locked the tab's row, nobody claims a part of it
 * meanwhile.
 */
export async function readOpenParts(em: Runner, tab: { id: string; currency: string }): Promise<OpenParts> {
  const [row] = await query<{ open: Pick<OwingSnapshot, 'settlements' | 'lines'> }>(
    em,
    sql`select ${OPEN_PARTS} as open from tabs t where t.id = ${tab.id}`,
  );
  return presentParts(tab.currency, row!.open);
}

/** Returns what a tab owes. A refund lowers what it has had as well as what was paid. */
export function presentOwing(currency: string, snapshot: OwingSnapshot): TabOwing {
  const { confirmedAmount, canceledAmount, writtenOffAmount } = snapshot;
  const parts = presentParts(currency, snapshot);
  const givenBack = sumOf(parts.payments.map((payment) => payment.refundedAmount));
  const paidAmount = sumOf(parts.payments.map(({ amount }) => amount)) - givenBack;
  const totalAmount = confirmedAmount - canceledAmount - givenBack;
  return {
    ...{ totalAmount, paidAmount, writtenOffAmount },
    owedAmount: totalAmount - paidAmount - writtenOffAmount,
    ...parts,
  };
}

function presentParts(
  currency: string,
  { settlements, lines }: Pick<OwingSnapshot, 'settlements' | 'lines'>,
): OpenParts {
  const all = settlements ?? [];
  const paid = all.filter(({ status }) => status === 'completed');
  const claims = all.filter(({ status }) => status !== 'completed');
  return {
    claims: claims.map(({ orderId, participantId, what, amount, until, status }) => ({
      ...{ orderId, participantId, what: chosenOf(what), amount },
      until: status === 'awaiting_payment' && until !== null ? timeOf(until) : null,
    })),
    payments: paid.map(({ orderId, participantId, what, amount, refundedAmount, method, isOnFile, at }) => ({
      ...{ orderId, participantId, what: chosenOf(what), amount },
      // Refunds give the goods back before the tip.
      refundedAmount: Math.min(amount, refundedAmount),
      method: method ?? 'card',
      isOnFile: isOnFile && method !== 'cash',
      at: timeOf(at!),
    })),
    owed: owedLines(currency, lines ?? []),
  };
}

function chosenOf(what: SettlementWish): Tab['payments'][number]['what'] {
  return what.kind === 'even' ? { kind: what.kind, of: what.of } : { kind: what.kind };
}

/** The lines that are not wholly paid, each with whose its open part is. Each round's lines are split once, together. */
function owedLines(currency: string, lines: readonly LineSnapshot[]): OwedLine[] {
  const rounds = Map.groupBy(lines, ({ orderId }) => orderId);
  const parts = new Map(
    [...rounds.values()].flatMap((round) => [
      ...partsOfRound(
        currency,
        round.map((line) => ({ ...line, id: line.lineId })),
      ),
    ]),
  );
  return lines.flatMap((line) => {
    const {
      sharedBetween: _,
      weights: __,
      parts: ____,
      discountAmount: ___,
      settledAmount,
      settled: all,
      ...shown
    } = line;
    const settled = all ?? [];
    const claimed = settled.flatMap(({ by, amount, isClaim }) =>
      isClaim ? [{ participantId: by!, amount }] : [],
    );
    const openAmount = line.amount - settledAmount;
    if (openAmount === 0 && claimed.length === 0) return [];
    const due = dueParts(parts.get(line.lineId) ?? [], settled, currency);
    return [{ ...shown, unitAmount: priceOfUnit(line, currency), openAmount, due, claimed }];
  });
}

/** Returns what one unit is paid with: of a discounted line its part, rounded up, so that the last one costs the rest. */
function priceOfUnit(
  { amount, quantity, unitAmount, discountAmount }: LineSnapshot,
  currency: string,
): number {
  const step = chargeStep(currency);
  return discountAmount === 0 ? unitAmount : Math.ceil(amount / quantity / step) * step;
}

function timeOf(time: string): string {
  return new Date(time).toISOString();
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
