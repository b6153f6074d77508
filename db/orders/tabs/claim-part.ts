/**
 * Claims a part of what a tab owes for one payer, by writing its settlement: an order of its own kind, with one share,
 * that pays parts of lines (ADR 23).
 */

import { sql } from 'kysely';
import type { EventData } from '../../../domain/events.ts';
import { takeOwed, type Taken } from '../../../domain/owed.ts';
import type { SettlementWish } from '../../../domain/settlement.ts';
import { hasTabEnded } from '../../../domain/tab.ts';
import type { Database } from '../../database.ts';
import { list, mapRows, queryFirst, selectRow, type Sql } from '../../sql.ts';
import { OrderEntity, type OrderRow } from '../entities/order.ts';
import type { TabRow } from '../entities/tab.ts';
import { shareIdOf, withOrderAttemptOf } from '../orders/place-order.ts';
import { fixShares } from '../payments/change-shares.ts';
import { judgeCard, type CardRefusal, type CardSource } from '../payments/card-attempts.ts';
import type { PayingAccount } from '../payments/attempts.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { changeTab, type TabCommand } from './change-tab.ts';
import { readOpenParts } from './owing.ts';
import { TabRefused } from './tab-refused.ts';

/** What somebody is to pay, validated by the API. */
export interface NewClaim {
  /** The settlement's id, derived from the key of whoever asks. */
  readonly id: string;
  readonly tabId: string;
  readonly payerId: string;
  readonly requestHash: string;
  readonly command: Omit<TabCommand, 'key' | 'requestHash'>;
  readonly wish: SettlementWish;
  /** The amount that the payer was shown. */
  readonly expectedAmount?: number | undefined;
  readonly tipAmount: number;
  /** How long the part is set aside. */
  readonly claimMs: number;
  /** The payment that starts at once. */
  readonly payment?:
    | {
        readonly paymentMethodId: string;
        readonly account: PayingAccount;
        readonly card: CardSource;
        /** It is the tab's card on file, which is charged in its giver's absence. `assertStill` throws if it is not to be. */
        readonly ofTabCard?: {
          readonly id: string;
          readonly assertStill: (tab: TabRow, em: OrdersManager) => Promise<void>;
        };
      }
    | undefined;
  /** Throws if this amount cannot be paid. */
  readonly assertPayable: (amount: number, currency: string) => void;
}

/** `card`: no card may be tried now. `own`: a claim of the same payer is running. In both cases nothing was written. */
export type Claimed =
  | { readonly order: OrderRow; readonly isNew: boolean }
  | { readonly refused: { readonly card: CardRefusal } | { readonly own: string } };

/** Returns the one share of a settlement. */
export function settlementShareOf(orderId: string, payerId: string): string {
  return shareIdOf(orderId, 1, payerId);
}

/**
 * Writes the settlement and its first event, sets its parts aside on their lines, and tells the tab, in one transaction
 * under the tab's lock. If the settlement exists, it changes nothing and returns it: compare its `requestHash`. Throws
 * TabRefused: not_found, tab_ended, illegal_transition, already_claimed with `by`, nothing_owed with `openAmount`, or, if
 * the amount is not the expected one, version_conflict with the `amount`.
 */
export async function claimPart(orders: Database, claim: NewClaim): Promise<Claimed> {
  const { id, tabId, payerId, command, requestHash } = claim;
  let outcome: Claimed | undefined;
  await changeTab(orders, tabId, { ...command, key: `claimed:${id}`, requestHash }, async (tab, em) => {
    assertTakesPayments(tab);
    await claim.payment?.ofTabCard?.assertStill(tab, em);
    const open = await readOpenParts(em, tab);
    // One that is being charged is as good as paid.
    const running = open.claims.find(
      ({ participantId, until }) => participantId === payerId && until !== null,
    );
    if (running) {
      outcome = { refused: { own: running.orderId } };
      return undefined;
    }
    const { amount, allocations } = assertTaken(
      takeOwed({ ...open, currency: tab.currency }, claim.wish, payerId),
    );
    if ((claim.expectedAmount ?? amount) !== amount) throw new TabRefused('version_conflict', { amount });
    claim.assertPayable(amount, tab.currency);
    const row = await queryFirst<{ refused: CardRefusal | null; placed: object | null }>(
      em,
      insertion(tab, claim, { amount, allocations }),
    );
    if (row?.refused) {
      outcome = { refused: { card: row.refused } };
      return undefined;
    }
    // Only somebody who is, or was, in the tab pays for it.
    if (!row?.placed) throw new TabRefused('not_found');
    outcome = { order: mapRows(em, OrderEntity, [row.placed])[0]!, isNew: true };
    const shareId = settlementShareOf(id, payerId);
    return { type: 'payment_claimed', data: { orderId: id, participantId: payerId, shareId, amount } };
  });
  if (outcome) return outcome;
  const order = await selectRow(orders.em.fork(), OrderEntity, sql`id = ${id}`);
  return { order: order!, isNew: false };
}

function assertTakesPayments({ status, settlement }: TabRow): void {
  if (settlement !== 'after') throw new TabRefused('illegal_transition');
  if (hasTabEnded(status)) throw new TabRefused('tab_ended');
}

function assertTaken(taken: Taken): Extract<Taken, { amount: number }> {
  if (!('refused' in taken)) return taken;
  const { refused, ...details } = taken;
  throw new TabRefused(refused, details);
}

/** Writes the settlement with all its rows, if `card` allows it. */
function insertion(tab: TabRow, claim: NewClaim, taken: Extract<Taken, { amount: number }>): Sql {
  const { id, payerId, payment, command, tipAmount } = claim;
  const { amount, allocations } = taken;
  const shareId = settlementShareOf(id, payerId);
  const claimed = { status: 'awaiting_payment', amount, shareId } satisfies EventData;
  const { actor: asker } = command;
  const actor = asker === 'agent' || asker === 'workflow' ? asker : 'host';
  const parts = JSON.stringify(allocations);
  return sql`with ${judgeCard(payment?.card ?? NO_CARD)},
  placed as (
    insert into orders (id, kind, status, version, bill_version, currency, total_amount, host_participant_id, user_id,
      request_hash, accept_before, deadline, pays_later, tab_id, tab_card_id, what, created_at, updated_at)
    select ${id}::uuid, 'settlement', 'awaiting_payment', 1, 1, ${tab.currency}, ${amount}::int, p.id, p.user_id,
      ${claim.requestHash}, clock_timestamp(), clock_timestamp() + make_interval(secs => ${claim.claimMs / 1000}),
      ${payment === undefined}::boolean, ${tab.id}::uuid, ${payment?.ofTabCard?.id ?? null}::uuid, ${JSON.stringify(claim.wish)}::jsonb, clock_timestamp(),
      clock_timestamp()
    from card, tab_participants p
    where card.refused is null and p.tab_id = ${tab.id} and p.id = ${payerId}
    returning *),
  before as (select * from placed),
  person as (
    insert into participants (id, order_id, name, email, email_proven, language, user_id, created_at)
    select p.id, placed.id, p.shown_name, p.email, p.email_proven, p.language, p.user_id, p.joined_at
    from placed, tab_participants p where p.tab_id = ${tab.id} and p.id = placed.host_participant_id),
  ${list(fixShares([{ id: shareId, participantId: payerId, amount, tipAmount }]))},
  allocation as (
    insert into allocations (share_id, line_id, amount)
    select ${shareId}::uuid, given."lineId", given.amount
    from placed, json_to_recordset(${parts}::json) as given ("lineId" uuid, amount int)),
  line as (
    update lines set settled_amount = lines.settled_amount + given.amount
    from placed, json_to_recordset(${parts}::json) as given ("lineId" uuid, amount int)
    where lines.id = given."lineId"),
  attempt as (
    insert into payment_attempts (id, order_id, share_id, participant_id, request_hash, payment_method_id, tip_amount,
      user_id, stripe_customer_id, save_card, off_session, network, created_at)
    select ${withOrderAttemptOf(id)}::uuid, id, ${shareId}::uuid, host_participant_id, request_hash,
      ${payment?.paymentMethodId ?? null}, ${tipAmount}::int, ${payment?.account.userId ?? null},
      ${payment?.account.stripeCustomerId ?? null}, ${payment?.account.saveCard ?? false}::boolean,
      ${payment?.ofTabCard !== undefined}::boolean, ${payment?.card.network ?? null}, created_at
    from placed where ${sql.lit(payment !== undefined)}),
  event as (
    insert into order_events (order_id, version, type, at, actor, actor_id, dedupe_key, data)
    select id, 1, 'claimed', created_at, ${actor}, ${command.actorId}, 'claimed', ${JSON.stringify(claimed)}::jsonb
    from placed)
  select card.refused, (select to_json(placed) from placed) as placed from card`;
}

/** A claim without a payment has no card. */
const NO_CARD: CardSource = { network: null, bounds: { perPayer: 1, perNetwork: 1 } };
