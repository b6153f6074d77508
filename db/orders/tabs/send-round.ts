/** Sends lines of a tab's basket as a round: an order of its own. */

import { sql } from 'kysely';
import type { EventData } from '../../../domain/events.ts';
import { splitBill } from '../../../domain/split.ts';
import type { Split } from '../../../domain/split-rule.ts';
import type { OwedBound, UnpaidBound } from '../../../domain/unpaid.ts';
import type { PricedLine } from '../../catalog/products/pricing.ts';
import type { Database } from '../../database.ts';
import { anyOf, mapRows, queryFirst, selectRow, type Sql } from '../../sql.ts';
import { OrderEntity, type LineRow, type OrderRow } from '../entities/order.ts';
import { TabEntity, type TabParticipantRow, type TabRow } from '../entities/tab.ts';
import { PRICED_ANEW, PRICED_FIELDS } from '../orders/line-columns.ts';
import { sharersOf } from '../orders/sharers.ts';
import { asksForCard } from '../../../domain/tab-card.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { partsOf, readBasket, repriceLines } from './basket-lines.ts';
import { readLiveCard, readPromisedAmount } from './live-card.ts';
import { readOwedBound } from './bound-owed.ts';
import { holderOfRound, judgeRound, type RoundBounds } from './bound-round.ts';
import { changeTab, type TabCommand } from './change-tab.ts';
import { IS_ADDRESS_PROVEN, peopleOfRound, readPeople, unready, unreadyAll } from './tab-people.ts';
import { TabRefused } from './tab-refused.ts';

/** A line of the basket as it was read, with its price as it is now. */
export type RepricedLine = PricedLine & { readonly id: string; readonly version: number };

export interface NewRound extends RoundBounds {
  /** The order's id. */
  readonly id: string;
  readonly tabId: string;
  readonly requestHash: string;
  readonly command: Omit<TabCommand, 'key' | 'requestHash'>;
  /** The lines to send. */
  readonly lines: readonly RepricedLine[];
  /** They are to be all that is in the basket, or all that somebody has in it; null: neither. */
  readonly all: 'basket' | { readonly of: string } | null;
  /** Null: everybody pays her own, or the tab is paid after. */
  readonly split: Split | null;
  /** The total that the sender was shown. */
  readonly expectedAmount?: number | undefined;
  /** How long the hold may still be decided, in milliseconds from now by the database's clock. */
  readonly acceptForMs: number;
}

/**
 * `isOutdated`: the basket was changed after the lines were read; read and price them again. `refused`: the unpaid holds
 * exceed this limit. In both cases nothing was written.
 */
export type SentRound =
  | {
      readonly order: OrderRow;
      readonly isNew: boolean;
      /** The tab's deadline, as it was when the round was sent; as it is now, if it was sent before. */
      readonly deadline: Date | null;
    }
  | { readonly isOutdated: true }
  | { readonly refused: { readonly unpaid: UnpaidBound | OwedBound } };

/**
 * Moves lines from the basket to a new order in `placing`, with the people of the tab, and tells the tab, in one
 * transaction. If the order exists, it changes nothing and returns it: compare its `requestHash`. Throws TabRefused:
 * not_found, tab_ended, card_required, over_spending_limit, split_mismatch with the `problem`, or, if the total is not the expected
 * one, version_conflict with the `totalAmount`; the basket then has the new prices.
 */
export async function sendRound(orders: Database, round: NewRound): Promise<SentRound> {
  const { id, tabId, command } = round;
  let outcome: SentRound | undefined;
  let total: number | undefined;
  await changeTab(orders, tabId, { ...command, key: `sent:${id}` }, async (tab, em) => {
    if (tab.status !== 'open') throw new TabRefused('tab_ended');
    const basket = await readBasket(em, tabId);
    if (!isAsRead(basket, round)) {
      outcome = { isOutdated: true };
      return undefined;
    }
    const lines = withPrices(basket, round.lines);
    const totalAmount = lines.reduce((sum, { amount }) => sum + amount, 0);
    if (lines.length === 0 || (round.expectedAmount ?? totalAmount) !== totalAmount) {
      total = totalAmount;
      return undefined;
    }
    const everybody = await readPeople(em, tabId);
    const people = peopleOfRound(everybody, lines);
    assertSendable(tab, people, lines, round.split);
    // Staff know whom they serve.
    if (tab.settlement === 'after' && command.actor !== 'agent') {
      await assertCard(em, tab, round, totalAmount, everybody);
      const unpaid = await readOwedBound(em, tabId, lines, round.owedBounds);
      if (unpaid) {
        outcome = { refused: { unpaid } };
        return undefined;
      }
    }
    const row = await queryFirst<{ reached: UnpaidBound | null; placed: object | null }>(
      em,
      insertion(tab, round, await judgeRound(em, tab, round, { lines, people: everybody }), {
        ...{ lines, people, totalAmount },
      }),
    );
    if (!row?.placed) {
      outcome = { refused: { unpaid: row!.reached! } };
      return undefined;
    }
    const order = mapRows(em, OrderEntity, [row.placed])[0]!;
    outcome = { order, isNew: true, deadline: tab.deadline ?? null };
    // Whoever sends her own does not speak for the others.
    if (command.actor === 'participant') await unready(em, [command.actorId!]);
    else await unreadyAll(em, tabId);
    return { type: 'round_sent', data: { orderId: id, amount: totalAmount } };
  });
  if (total !== undefined) {
    await refreshPrices(orders, round);
    throw new TabRefused('version_conflict', { totalAmount: total });
  }
  if (outcome) return outcome;
  const order = await selectRow(orders.em.fork(), OrderEntity, sql`id = ${id}`);
  const tab = await selectRow(orders.em.fork(), TabEntity, sql`id = ${tabId}`);
  return { order: order!, isNew: false, deadline: tab!.deadline ?? null };
}

/** Throws card_required if the shop wants a card on file first. */
async function assertCard(
  em: OrdersManager,
  tab: TabRow,
  { cardRules, hasAccount }: NewRound,
  wantedAmount: number,
  people: readonly TabParticipantRow[],
): Promise<void> {
  if (cardRules.cardOnFile === 'never') return;
  const host = people.find(({ id }) => id === tab.hostParticipantId);
  const question = {
    ...{ settlement: tab.settlement, wantedAmount, owedAmount: await readPromisedAmount(em, tab.id) },
    hasCard: (await readLiveCard(em, tab.id))?.refused === null,
    hasAccount: hasAccount ?? host?.userId != null,
  };
  if (asksForCard(cardRules, question)) throw new TabRefused('card_required');
}

/** Returns whether the lines are still as they were when they were read. */
function isAsRead(basket: readonly LineRow[], { lines, all }: NewRound): boolean {
  const versions = new Map(basket.map((line) => [line.id, line.version]));
  const whole =
    all === null || all === 'basket' ? basket : basket.filter((line) => line.participantId === all.of);
  if (all !== null && lines.length !== whole.length) return false;
  return lines.every((line) => versions.get(line.id) === line.version);
}

function withPrices(basket: readonly LineRow[], priced: readonly RepricedLine[]): LineRow[] {
  const prices = new Map(priced.map((line) => [line.id, line]));
  return basket.flatMap((line) => {
    const price = prices.get(line.id);
    return price ? [{ ...line, unitAmount: price.unitAmount, amount: price.amount }] : [];
  });
}

function assertSendable(
  tab: TabRow,
  people: readonly TabParticipantRow[],
  lines: readonly LineRow[],
  split: Split | null,
): void {
  const limit = tab.spendingLimit ?? null;
  for (const [participantId, amount] of limit === null ? [] : partsOf(tab.currency, lines)) {
    if (amount > limit!) throw new TabRefused('over_spending_limit', { participantId, amount, limit });
  }
  if (!split) return;
  const result = splitBill({
    currency: tab.currency,
    lines: lines.map((line) => ({ id: line.id, amount: line.amount, sharedBetween: sharersOf(line) })),
    participantIds: people.map((one) => one.id),
    split,
  });
  if (!result.ok)
    throw new TabRefused('split_mismatch', { problem: result.problem, totalAmount: result.totalAmount });
}

/** Writes the order with its people and its first event, and moves the lines to it, if `bound` allows it. */
function insertion(
  tab: TabRow,
  round: NewRound,
  bound: Sql,
  of: {
    readonly lines: readonly LineRow[];
    readonly people: readonly TabParticipantRow[];
    readonly totalAmount: number;
  },
): Sql {
  const { id, split, command } = round;
  const holder = holderOfRound(tab, round);
  const { totalAmount } = of;
  const place = tab.place ? JSON.stringify(tab.place) : null;
  const host = tab.hostParticipantId;
  const isPaidAfter = tab.settlement === 'after';
  const userId = of.people.find((person) => person.id === host)?.userId ?? null;
  const placed = { status: 'placing', amount: totalAmount } satisfies EventData;
  const actor = command.actor === 'agent' || command.actor === 'workflow' ? command.actor : 'host';
  return sql`with ${bound},
  placed as (
    insert into orders (id, status, version, bill_version, currency, total_amount, place, host_participant_id, user_id,
      request_hash, accept_before, pays_later, held_by, network, tab_id, round, split, on_deadline, paid_after)
    select ${id}::uuid, 'placing', 1, 1, ${tab.currency}, ${totalAmount}::int, ${place}::jsonb, ${host}::uuid,
      ${userId}, ${round.requestHash}, clock_timestamp() + make_interval(secs => ${round.acceptForMs / 1000}), ${!isPaidAfter}::boolean,
      ${holder.guest}, ${holder.network}, ${tab.id}::uuid,
      (select coalesce(max(round), 0) + 1 from orders where tab_id = ${tab.id}),
      ${split && JSON.stringify(split)}::jsonb, ${isPaidAfter ? null : tab.onDeadline}, ${isPaidAfter}::boolean
    from bound where bound.reached is null
    returning *),
  person as (
    insert into participants (id, order_id, name, email, email_proven, language, user_id, created_at)
    select p.id, placed.id, p.shown_name, p.email, ${IS_ADDRESS_PROVEN}, p.language, p.user_id, p.joined_at
    from placed, tab_participants p where p.id = ${anyOf(of.people.map((person) => person.id))}),
  line as (
    update lines set order_id = placed.id, tab_id = null, if_sold_out = coalesce((
        select p.if_sold_out from tab_participants p where p.id = lines.participant_id), 'leave_out'), ${PRICED_ANEW}
    from placed, json_to_recordset(${JSON.stringify(round.lines)}::json) as given (id uuid, ${PRICED_FIELDS})
    where lines.id = given.id and lines.tab_id = ${tab.id}),
  event as (
    insert into order_events (order_id, version, type, at, actor, actor_id, dedupe_key, data)
    select id, 1, 'placed', created_at, ${actor}, ${command.actorId}, 'placed', ${JSON.stringify(placed)}::jsonb
    from placed)
  select bound.reached, (select to_json(placed) from placed) as placed from bound`;
}

/** Gives the lines in the basket their present prices, if these differ. */
async function refreshPrices(orders: Database, round: NewRound): Promise<void> {
  await changeTab(orders, round.tabId, { actor: 'workflow', actorId: null }, async (tab, em) => {
    if (tab.status !== 'open') return undefined;
    const isChanged = await repriceLines(em, tab.id, round.lines);
    return isChanged ? { type: 'prices_changed' } : undefined;
  });
}
