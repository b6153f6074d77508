/**
 * The one writer of shares and payments: parts of the statements with which `changeOrder` and `changeOrderAtOnce` write
 * an order's next event. Each part makes only the moves that the table of domain/share.ts allows once the order's row
 * is locked; the part `move` has a row for each payment that moved, or for the share of a new one.
 */

import { anyOf, list, query, run, type Sql } from '../../sql.ts';
import { sql } from 'kysely';
import type { PaymentMethod } from '../../../domain/payment.ts';
import {
  shareTransitions,
  type ShareAction,
  type ShareMover,
  type ShareStatus,
  type ShareTransition,
} from '../../../domain/share.ts';
import type { RoundShare } from '../../../domain/share-changes.ts';
import type { OrdersManager } from '../orders/change-order.ts';

/** Thrown when the table doesn't allow a step's move of a share or payment; nothing is written. */
export class ShareMoveRefused extends Error {
  constructor(orderId: string, action: ShareAction) {
    super(`no share or payment of order ${orderId} can ${action} now`);
  }
}

/** The action and its actor; `to`, if the table has several results for it. */
interface Step {
  readonly action: ShareAction;
  readonly by: ShareMover;
  readonly to?: ShareStatus;
}

const PAYMENT_COLUMNS = {
  stripePaymentIntentId: ['stripe_payment_intent_id', 'text'],
  clientSecret: ['client_secret', 'text'],
  declineCode: ['decline_code', 'text'],
  cardBrand: ['card_brand', 'text'],
  cardLast4: ['card_last4', 'text'],
  capturedAmount: ['captured_amount', 'int'],
} as const;

const SHARE_COLUMNS = {
  tipAmount: ['tip_amount', 'int'],
  refundedAmount: ['refunded_amount', 'int'],
  declineCode: ['decline_code', 'text'],
  attemptId: ['attempt_id', 'uuid'],
} as const;

type Columns = Readonly<Record<string, readonly [name: string, type: string]>>;

/** One payment that moves, with its share and further assignments to them. */
interface Move {
  readonly paymentId: string;
  readonly payment?: Partial<Record<keyof typeof PAYMENT_COLUMNS, string | number | null>>;
  readonly share?: Partial<Record<keyof typeof SHARE_COLUMNS, string | number | null>>;
}

/** Moves existing payments, and their shares. All `moves` change the same columns. */
export function movePayments(step: Step, moves: readonly Move[]): Sql[] {
  const rows = rowsOf(step).filter(({ payment }) => payment !== 'none');
  const movesShares = rows.some(({ to }) => to !== 'unchanged');
  const columns = [
    ...assigned('payment', PAYMENT_COLUMNS, moves[0]?.payment),
    ...assigned('share', SHARE_COLUMNS, moves[0]?.share),
  ];
  const given = moves.map((move) => ({
    paymentId: move.paymentId,
    ...Object.fromEntries(
      columns.map(({ of, key, alias }) => [alias, (move[of] as Record<string, unknown>)[key]]),
    ),
  }));
  const fields = sql.join(
    columns.map(({ alias, type }) => sql`, ${sql.id(alias)} ${sql.raw(type)}`),
    sql``,
  );
  const assignments = (of: 'payment' | 'share') =>
    sql.join(
      columns
        .filter((column) => column.of === of)
        .map(({ name, alias }) => sql`, ${sql.id(name)} = move.${sql.id(alias)}`),
      sql``,
    );
  return [
    sql`move as materialized (
        select p.id as payment_id, p.share_id, way.share_to, way.payment_to, given.*
        from before, json_to_recordset(${JSON.stringify(given)}::json) as given
            ("paymentId" uuid${fields}),
          payments p, shares s, ${waysOf(rows)}
        where p.id = given."paymentId" and p.order_id = before.id and s.id = p.share_id
          and way.share_from = s.status and way.payment_from = p.status
        for no key update of p${movesShares ? sql`, s` : sql``})`,
    sql`payment as (
        update payments p set status = move.payment_to, updated_at = now()${assignments('payment')}
        from move where p.id = move.payment_id returning p.*)`,
    ...(movesShares
      ? [
          sql`share as (
              update shares s set status = move.share_to${assignments('share')} from move where s.id = move.share_id)`,
        ]
      : []),
  ];
}

/** A share's new payment. */
export interface NewPayment {
  readonly id: string;
  readonly shareId: string;
  readonly attemptId: string;
  readonly tipAmount: number;
  readonly method: PaymentMethod;
  readonly stripeCustomerId: string | null;
}

/** Writes a payment of a share's amount plus tip, and moves the share. */
export function insertPayment(step: Step, payment: NewPayment): Sql[] {
  const rows = rowsOf(step).filter((row) => row.payment !== 'none' && row.payment.from.includes(null));
  return [
    sql`move as materialized (
        select s.id as share_id, s.bill_version, s.amount, way.share_to, way.payment_to
        from before, shares s, ${waysOf(rows)}
        where s.id = ${payment.shareId} and s.order_id = before.id and way.share_from = s.status and way.payment_from is null
        for no key update of s)`,
    sql`payment as (
        insert into payments (id, order_id, share_id, bill_version, amount, tip_amount, currency, method,
          stripe_customer_id, fee_booked, status)
        select ${payment.id}::uuid, before.id, move.share_id, move.bill_version, move.amount + ${payment.tipAmount}::int, ${payment.tipAmount}::int, before.currency,
          ${payment.method}, ${payment.stripeCustomerId}, ${payment.method === 'cash'}::boolean, move.payment_to
        from before, move returning *)`,
    sql`share as (
        update shares s set status = move.share_to, tip_amount = ${payment.tipAmount}, decline_code = null,
          attempt_id = ${payment.attemptId} from move
        where s.id = move.share_id)`,
  ];
}

/** A share of a fixed bill. */
export interface NewShare {
  readonly id: string;
  readonly participantId: string;
  readonly amount: number;
  /** The tip that its payer means to give. */
  readonly tipAmount?: number;
}

/** Writes the shares of a bill. `first`: a share that starts with a payment, which is written with it. */
export function fixShares(shares: readonly NewShare[], first?: NewPayment): Sql[] {
  const fixed = shares.map(({ id, participantId, amount, tipAmount: meant = 0 }) => {
    const isBegun = id === first?.shareId;
    const owed = amount > 0 ? 'due' : 'authorized';
    const [row] = isBegun
      ? rowsOf({ action: 'begin', by: 'payer' })
      : rowsOf({ action: 'fix', by: 'workflow', to: owed });
    const { tipAmount, attemptId } = isBegun ? first : { tipAmount: meant, attemptId: null };
    return { id, participantId, amount, status: row!.to, tipAmount, attemptId };
  });
  const share = sql`share as (
      insert into shares (id, order_id, bill_version, participant_id, amount, tip_amount, attempt_id, status)
      select share.id, before.id, before.bill_version, share."participantId", share.amount, share."tipAmount",
        share."attemptId", share.status
      from before, json_to_recordset(${JSON.stringify(fixed)}::json) as share (id uuid, "participantId" uuid, amount int, "tipAmount" int,
        "attemptId" uuid, status text))`;
  if (!first) return [share];
  const amount = shares.find(({ id }) => id === first.shareId)!.amount + first.tipAmount;
  const [row] = rowsOf({ action: 'begin', by: 'payer' });
  return [
    share,
    sql`payment as (
        insert into payments (id, order_id, share_id, bill_version, amount, tip_amount, currency, method,
          stripe_customer_id, status)
        select ${first.id}::uuid, before.id, ${first.shareId}::uuid, before.bill_version, ${amount}::int, ${first.tipAmount}::int, before.currency, ${first.method}, ${first.stripeCustomerId}, ${(row!.payment as { to: string }).to}
        from before)`,
  ];
}

/**
 * Writes the shares that pay what a change costs more, to be paid; their bill version is not the order's until it is
 * applied.
 */
export function addChangeShares(
  { billVersion, changeId }: { readonly billVersion: number; readonly changeId: string },
  shares: readonly NewShare[],
): Sql {
  const [row] = rowsOf({ action: 'fix', by: 'workflow', to: 'due' });
  return sql`share as (
      insert into shares (id, order_id, bill_version, participant_id, amount, change_id, status)
      select given.id, before.id, ${billVersion}::int, given."participantId", given.amount, ${changeId}::uuid, ${row!.to}
      from before, json_to_recordset(${JSON.stringify(shares)}::json) as given (id uuid, "participantId" uuid, amount int))`;
}

/** Gives up shares that were to pay a change. */
export function voidShares(shareIds: readonly string[]): Sql {
  const rows = rowsOf({ action: 'void', by: 'workflow' });
  return sql`share as (
      update shares s set status = way.share_to from before, ${waysOf(rows)}
      where s.id = ${anyOf(shareIds)} and s.order_id = before.id and s.status = way.share_from)`;
}

/** A share whose part of the bill a change has moved. */
export interface ChangedShare {
  readonly id: string;
  readonly amount: number;
  /** What of it goes back. */
  readonly returnedAmount: number;
}

/**
 * Makes the shares of the present bill those of its next version, with `paidBy`, the shares that pay a change, and sets
 * the amounts that the change has moved.
 */
export function liftShares(
  billVersion: number,
  changed: readonly ChangedShare[],
  paidBy: readonly string[],
): Sql {
  return sql`share as (
      update shares s set bill_version = ${billVersion}, amount = coalesce(given.amount, s.amount),
        changed_amount = s.changed_amount + coalesce(given."returnedAmount", 0)
      from before, shares same
        left join json_to_recordset(${JSON.stringify(changed)}::json) as given (id uuid, amount int, "returnedAmount" int)
          on given.id = same.id
      where s.id = same.id and s.order_id = before.id and (s.bill_version = before.bill_version or s.id = ${anyOf(paidBy)}))`;
}

/** Gives a share that is to be paid to this payer, with this amount. The part `share` has a row if it moved. */
export function handOverShare(
  action: 'cover' | 'drop',
  share: Pick<RoundShare, 'id' | 'participantId' | 'ownerParticipantId' | 'amount'>,
): Sql[] {
  const rows = rowsOf({ action, by: 'workflow', to: share.amount > 0 ? 'due' : 'authorized' });
  return [
    sql`share as (
        update shares s set status = way.share_to, participant_id = ${share.participantId},
          owner_participant_id = ${share.ownerParticipantId}, amount = ${share.amount}, tip_amount = 0, decline_code = null
        from before, ${waysOf(rows)}
        where s.id = ${share.id} and s.order_id = before.id and s.status = way.share_from returning s.id)`,
  ];
}

/** Sets what is owed of a share that nothing pays yet. The part `share` has a row if it moved. */
export function setOwedAmount({ id, amount }: { readonly id: string; readonly amount: number }): Sql[] {
  const rows = rowsOf({ action: 'change', by: 'workflow', to: amount > 0 ? 'due' : 'authorized' });
  return [
    sql`share as (
        update shares s set status = way.share_to, amount = ${amount}, tip_amount = 0, decline_code = null
        from before, ${waysOf(rows)}
        where s.id = ${id} and s.order_id = before.id and s.status = way.share_from returning s.id)`,
  ];
}

/** Moves all shares of the bill without a payment; `unowed`: only those of 0. */
export function moveShares(step: Step, { unowed = false } = {}): Sql[] {
  return [
    sql`${sql.raw(unowed ? 'unowed' : 'share')} as (
        update shares s set status = way.share_to from before, ${waysOf(rowsOf(step).filter(({ payment }) => payment === 'none'))}
        where s.order_id = before.id and s.bill_version = before.bill_version and s.status = way.share_from
          ${unowed ? sql`and s.amount = 0` : sql``})`,
  ];
}

/** Records the Customer of a payment's PaymentIntent. */
export function setCustomer(paymentId: string, stripeCustomerId: string | null): Sql {
  return sql`payment as (update payments set stripe_customer_id = ${stripeCustomerId} where id = ${paymentId})`;
}

/** Runs a single part that is no move, and so has no event. */
export async function runPart(em: OrdersManager, part: Sql): Promise<void> {
  await run(em, sql`with ${part} select`);
}

/** Adds `amount` to what refunds have reserved of a payment. */
export function reserveOfPayment(paymentId: string, amount: number): Sql {
  return sql`payment as (update payments set refunded_amount = refunded_amount + ${amount}, updated_at = now() where id = ${paymentId})`;
}

/** Returns the payments that a move has given up, in the form that bookings of the ledger take. */
export const VOIDED: Sql = sql`voided as (select id from payment where status = 'canceled')`;

/** Marks the fees of the payments in the part `due` as booked. */
export const FEES_BOOKED = sql`payment as (
  update payments set fee_booked = true where id in (select id from due) returning id, order_id)`;

/**
 * Runs parts on an order that this transaction has locked, and returns the rows of one of them: the payments that
 * moved.
 */
export async function runParts<Row extends object>(
  em: OrdersManager,
  orderId: string,
  parts: readonly Sql[],
  of: 'payment' | 'share' | 'before' = 'payment',
): Promise<Readonly<Row>[]> {
  return query<Row>(
    em,
    sql`with before as (select * from orders where id = ${orderId}), ${list(parts)} select * from ${sql.id(of)}`,
  );
}

/** Like `runParts`, but for one payment or share, whose row it returns. Throws ShareMoveRefused when it did not move. */
export async function runMove<Row extends object>(
  em: OrdersManager,
  orderId: string,
  step: Pick<Step, 'action'>,
  parts: readonly Sql[],
  of: 'payment' | 'share' = 'payment',
): Promise<Row> {
  const [row] = await runParts<Row>(em, orderId, parts, of);
  if (!row) throw new ShareMoveRefused(orderId, step.action);
  return row;
}

function rowsOf({ action, by, to }: Step): ShareTransition[] {
  return shareTransitions(action, by === 'payer' ? ['payer', 'workflow'] : [by], to);
}

/**
 * Returns the table's rows as a relation for the statement: every allowed status of a share and its payment, before and
 * after.
 */
function waysOf(rows: readonly ShareTransition[]): Sql {
  const literal = (value: string | null) => (value === null ? sql`null` : sql.lit(value));
  const ways = rows.flatMap(({ from, to, payment }) =>
    from.flatMap((share) => {
      const shareTo = to === 'unchanged' ? share : to;
      const move = payment === 'none' ? { from: [null], to: null } : payment;
      return move.from.map((state) => [share, state, shareTo, move.to]);
    }),
  );
  const values = ways
    .filter(([share]) => share !== null)
    .map((way) => sql`(${list(way.map((value) => literal(value)))})`);
  return sql`(values ${list(values)}) as way (share_from, payment_from, share_to, payment_to)`;
}

function assigned(of: 'payment' | 'share', columns: Columns, change: object | undefined) {
  return Object.keys(change ?? {}).map((key) => {
    const [name, type] = columns[key]!;
    return { of, key, name, type, alias: `${of}_${name}` };
  });
}
