/** How much a tab's round may hold unpaid (ADR 13): its tab and its sender count as one guest of several people. */

import { sql } from 'kysely';
import {
  boundsOfGroup,
  mostHeldByGroup,
  UNPAID_STATUSES,
  type OwedBounds,
  type UnpaidBounds,
} from '../../../domain/unpaid.ts';
import type { CardRules } from '../../../domain/tab-card.ts';
import { sumByVariant } from '../../catalog/stock/stock.ts';
import { literals, query, type Sql } from '../../sql.ts';
import type { LineRow } from '../entities/order.ts';
import type { TabParticipantRow, TabRow } from '../entities/tab.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { judgeUnpaid, type Holder } from '../stock/unpaid-holds.ts';
import { hasJoinedHerself } from './tab-people.ts';

/** What limits a round. */
export interface RoundBounds {
  /** The guest and network that hold the stock until it is paid; absent: those that have opened the tab. */
  readonly holder?: Holder | undefined;
  readonly bounds: UnpaidBounds;
  /** Of a tab that is paid after. */
  readonly owedBounds: OwedBounds;
  /** Whom the shop asks for a card on file, of such a tab. */
  readonly cardRules: CardRules;
  /** Whether whoever sends it is signed in; absent: whether the tab's host has joined so. */
  readonly hasAccount?: boolean;
  /** How many units of each variant are for sale or held unpaid. */
  readonly onSale: ReadonlyMap<string, number>;
}

/** Returns whom the round counts for: whoever sends it, or has opened its tab, and always the tab itself. */
export function holderOfRound(tab: TabRow, { holder }: Pick<RoundBounds, 'holder'>): Holder {
  if (holder) return holder;
  // Staff who open a tab for others are not counted; its people are.
  return { guest: tab.heldBy ?? tab.id, network: tab.network ?? null };
}

/**
 * Returns the parts of the statement that sends a round which decide whether it may be held (see `judgeUnpaid`). The
 * limits grow with the people who have something in this round or in another unpaid one and joined by themselves: whoever
 * was added by name has no phone, and may be invented. A network's limits never grow.
 */
export async function judgeRound(
  em: OrdersManager,
  tab: TabRow,
  round: RoundBounds,
  of: { readonly people: readonly TabParticipantRow[]; readonly lines: readonly LineRow[] },
): Promise<Sql> {
  const holder = holderOfRound(tab, round);
  if (holder.guest === null) return judgeUnpaid(holder, [], round.bounds);
  const choosing = new Set([
    ...of.lines.map(({ participantId }) => participantId),
    ...(await listUnpaidOwners(em, tab.id)),
  ]);
  const guests = of.people.filter((person) => choosing.has(person.id) && hasJoinedHerself(person)).length;
  const people = Math.max(1, guests);
  const wanted = sumByVariant(of.lines).map((item) => {
    const most = mostHeldByGroup(round.onSale.get(item.variantId) ?? 0, round.bounds, people);
    return { ...item, guestMost: most.perGuest, networkMost: most.perNetwork };
  });
  return judgeUnpaid({ ...holder, tabId: tab.id }, wanted, boundsOfGroup(round.bounds, people));
}

async function listUnpaidOwners(em: OrdersManager, tabId: string): Promise<string[]> {
  const rows = await query<{ id: string }>(
    em,
    sql`select distinct l.participant_id as id from orders o join lines l on l.order_id = o.id
        where o.tab_id = ${tabId} and o.status in (${literals(UNPAID_STATUSES)})`,
  );
  return rows.map(({ id }) => id);
}
