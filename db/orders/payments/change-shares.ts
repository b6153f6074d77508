/**
 * The one writer of shares and payments: parts of the statements with which `changeOrder` and `changeOrderAtOnce` write an
 * order's next event. Each part moves only what the table of domain/share.ts lets move, as it is once the order's row is
 * locked; the part `move` has a row for each payment that did, or for the share of a new one.
 */

import { sql } from 'kysely';
import type { PaymentMethod } from '../../../domain/payment.ts';
import {
  shareTransitions,
  type ShareAction,
  type ShareMover,
  type ShareStatus,
  type ShareTransition,
} from '../../../domain/share.ts';
import type { OrdersManager, SqlPart } from '../orders/change-order.ts';

/** Thrown where a step would move a share or payment as the table does not allow; nothing is written. */
export class ShareMoveRefused extends Error {
  constructor(orderId: string, action: ShareAction) {
    super(`no share or payment of order ${orderId} can ${action} now`);
  }
}

/** What is done, and by whom; `to`, where the table has several ends for that. */
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
} as const;

type Columns = Readonly<Record<string, readonly [name: string, type: string]>>;

/** One payment that moves, and its share with it; what else becomes of them. */
interface Move {
  readonly paymentId: string;
  readonly payment?: Partial<Record<keyof typeof PAYMENT_COLUMNS, string | number | null>>;
  readonly share?: Partial<Record<keyof typeof SHARE_COLUMNS, string | number | null>>;
}

/** Moves payments that are there, and their shares. All `moves` change the same columns. */
export function movePayments(step: Step, moves: readonly Move[]): SqlPart[] {
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
  const assignments = (of: 'payment' | 'share') =>
    columns
      .filter((column) => column.of === of)
      .map(({ name, alias }) => `, ${name} = move."${alias}"`)
      .join('');
  return [
    {
      sql: `move as materialized (
        select p.id as payment_id, p.share_id, way.share_to, way.payment_to, given.*
        from before, json_to_recordset(?::json) as given
            ("paymentId" uuid${columns.map(({ alias, type }) => `, "${alias}" ${type}`).join('')}),
          payments p, shares s, ${waysOf(rows)}
        where p.id = given."paymentId" and p.order_id = before.id and s.id = p.share_id
          and way.share_from = s.status and way.payment_from = p.status
        for no key update of p${movesShares ? ', s' : ''})`,
      values: [JSON.stringify(given)],
    },
    {
      sql: `payment as (
        update payments p set status = move.payment_to, updated_at = now()${assignments('payment')}
        from move where p.id = move.payment_id returning p.*)`,
      values: [],
    },
    ...(movesShares
      ? [
          {
            sql: `share as (
              update shares s set status = move.share_to${assignments('share')} from move where s.id = move.share_id)`,
            values: [],
          },
        ]
      : []),
  ];
}

/** A payment of a share that is new. */
export interface NewPayment {
  readonly id: string;
  readonly shareId: string;
  readonly tipAmount: number;
  readonly method: PaymentMethod;
  readonly stripeCustomerId: string | null;
}

/** Writes a payment over a share's amount and tip, and moves the share. */
export function insertPayment(step: Step, payment: NewPayment): SqlPart[] {
  const rows = rowsOf(step).filter((row) => row.payment !== 'none' && row.payment.from.includes(null));
  return [
    {
      sql: `move as materialized (
        select s.id as share_id, s.bill_version, s.amount, way.share_to, way.payment_to
        from before, shares s, ${waysOf(rows)}
        where s.id = ? and s.order_id = before.id and way.share_from = s.status and way.payment_from is null
        for no key update of s)`,
      values: [payment.shareId],
    },
    {
      sql: `payment as (
        insert into payments (id, order_id, share_id, bill_version, amount, tip_amount, currency, method,
          stripe_customer_id, fee_booked, status)
        select ?::uuid, before.id, move.share_id, move.bill_version, move.amount + ?::int, ?::int, before.currency,
          ?, ?, ?::boolean, move.payment_to
        from before, move returning *)`,
      // Cash has no fee.
      values: [
        ...[payment.id, payment.tipAmount, payment.tipAmount],
        ...[payment.method, payment.stripeCustomerId, payment.method === 'cash'],
      ],
    },
    {
      sql: `share as (
        update shares s set status = move.share_to, tip_amount = ?, decline_code = null from move
        where s.id = move.share_id)`,
      values: [payment.tipAmount],
    },
  ];
}

/** A share of a bill that is fixed. */
export interface NewShare {
  readonly id: string;
  readonly participantId: string;
  readonly amount: number;
}

/** Writes the shares of a bill. `first`: one of them is being paid already, by a payment that is written with it. */
export function fixShares(shares: readonly NewShare[], first?: NewPayment): SqlPart[] {
  const fixed = shares.map(({ id, participantId, amount }) => {
    const isBegun = id === first?.shareId;
    const owed = amount > 0 ? 'due' : 'authorized';
    const [row] = isBegun
      ? rowsOf({ action: 'begin', by: 'payer' })
      : rowsOf({ action: 'fix', by: 'workflow', to: owed });
    return { id, participantId, amount, status: row!.to, tipAmount: isBegun ? first.tipAmount : 0 };
  });
  const share = {
    sql: `share as (
      insert into shares (id, order_id, bill_version, participant_id, amount, tip_amount, status)
      select share.id, before.id, before.bill_version, share."participantId", share.amount, share."tipAmount",
        share.status
      from before, json_to_recordset(?::json) as share (id uuid, "participantId" uuid, amount int, "tipAmount" int,
        status text))`,
    values: [JSON.stringify(fixed)],
  };
  if (!first) return [share];
  const amount = shares.find(({ id }) => id === first.shareId)!.amount + first.tipAmount;
  const [row] = rowsOf({ action: 'begin', by: 'payer' });
  return [
    share,
    {
      sql: `payment as (
        insert into payments (id, order_id, share_id, bill_version, amount, tip_amount, currency, method,
          stripe_customer_id, status)
        select ?::uuid, before.id, ?::uuid, before.bill_version, ?::int, ?::int, before.currency, ?, ?, ?
        from before)`,
      values: [
        ...[first.id, first.shareId, amount, first.tipAmount, first.method, first.stripeCustomerId],
        (row!.payment as { to: string }).to,
      ],
    },
  ];
}

/** Moves all shares of the bill that no payment is about; `unowed`: only those that owe nothing. */
export function moveShares(step: Step, { unowed = false } = {}): SqlPart[] {
  return [
    {
      sql: `${unowed ? 'unowed' : 'share'} as (
        update shares s set status = way.share_to from before, ${waysOf(rowsOf(step).filter(({ payment }) => payment === 'none'))}
        where s.order_id = before.id and s.bill_version = before.bill_version and s.status = way.share_from
          ${unowed ? 'and s.amount = 0' : ''})`,
      values: [],
    },
  ];
}

/** Writes for which Customer a payment's PaymentIntent is made. */
export function setCustomer(paymentId: string, stripeCustomerId: string | null): SqlPart {
  return {
    sql: `payment as (update payments set stripe_customer_id = ? where id = ?)`,
    values: [stripeCustomerId, paymentId],
  };
}

/** Runs one part by itself: what is no move, and so no event. */
export async function runPart(em: OrdersManager, { sql, values }: SqlPart): Promise<void> {
  await em.execute(`with ${sql} select`, [...values], 'run');
}

/** Changes by `amount` what refunds have reserved of a payment. */
export function reserveOfPayment(paymentId: string, amount: number): SqlPart {
  return {
    sql: `payment as (update payments set refunded_amount = refunded_amount + ?, updated_at = now() where id = ?)`,
    values: [amount, paymentId],
  };
}

/** The payments that a move has given up, as bookings of the ledger take them. */
export const VOIDED: SqlPart = {
  sql: `voided as (select id from payment where status = 'canceled')`,
  values: [],
};

/** Notes of the payments of the part `due` that their fee is in the ledger. */
export const FEES_BOOKED = sql`payment as (
  update payments set fee_booked = true where id in (select id from due) returning id, order_id)`;

/** Runs parts on an order that this transaction has locked, and returns the payments that moved. */
export async function runParts<Row extends object>(
  em: OrdersManager,
  orderId: string,
  parts: readonly SqlPart[],
): Promise<Row[]> {
  const hasPayments = parts.some(({ sql }) => sql.startsWith('payment as'));
  return em.execute<Row[]>(
    `with before as (select * from orders where id = ?), ${parts.map(({ sql }) => sql).join(', ')}
     select * from ${hasPayments ? 'payment' : 'before'}`,
    [orderId, ...parts.flatMap(({ values }) => values)],
  );
}

/** The same of one payment. Throws ShareMoveRefused when it did not move. */
export async function runMove<Row extends object>(
  em: OrdersManager,
  orderId: string,
  step: Step,
  parts: readonly SqlPart[],
): Promise<Row> {
  const [row] = await runParts<Row>(em, orderId, parts);
  if (!row) throw new ShareMoveRefused(orderId, step.action);
  return row;
}

function rowsOf({ action, by, to }: Step): ShareTransition[] {
  return shareTransitions(action, by === 'payer' ? ['payer', 'workflow'] : [by], to);
}

/** Rows of the table as a table of the statement: every status that a share and its payment may have before and then. */
function waysOf(rows: readonly ShareTransition[]): string {
  const text = (value: string | null) => (value === null ? 'null' : `'${value}'`);
  const ways = rows.flatMap(({ from, to, payment }) =>
    from.flatMap((share) => {
      const shareTo = to === 'unchanged' ? share : to;
      const move = payment === 'none' ? { from: [null], to: null } : payment;
      return move.from.map((state) => [share, state, shareTo, move.to]);
    }),
  );
  const values = ways
    .filter(([share]) => share !== null)
    .map((way) => `(${way.map((value) => text(value)).join(', ')})`);
  return `(values ${values.join(', ')}) as way (share_from, payment_from, share_to, payment_to)`;
}

function assigned(of: 'payment' | 'share', columns: Columns, change: object | undefined) {
  return Object.keys(change ?? {}).map((key) => {
    const [name, type] = columns[key]!;
    return { of, key, name, type, alias: `${of}_${name}` };
  });
}
