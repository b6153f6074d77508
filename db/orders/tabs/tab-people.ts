/** The people of a tab, read under its lock. */

import { sql } from 'kysely';
import { nameApart } from '../../../domain/participant-name.ts';
import { anyOf, queryFirst, run, selectRows } from '../../sql.ts';
import type { LineRow } from '../entities/order.ts';
import { TabParticipantEntity, type TabParticipantRow } from '../entities/tab.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { TabRefused } from './tab-refused.ts';

/** Returns everybody who was ever in the tab, in the order of joining. */
export async function readPeople(em: OrdersManager, tabId: string): Promise<TabParticipantRow[]> {
  return selectRows(em, TabParticipantEntity, sql`tab_id = ${tabId} order by position`);
}

/** Returns those who are in the tab. */
export function presentOf(people: readonly TabParticipantRow[]): TabParticipantRow[] {
  return people.filter(({ leftAt }) => !leftAt);
}

/** Whoever was added by others was never seen (see `addPerson`). */
export function hasJoinedHerself({ seenAt }: TabParticipantRow): boolean {
  return seenAt.getTime() > 0;
}

/** Returns the person who is in the tab with this id. Throws TabRefused: not_found. */
export function presentPerson(people: readonly TabParticipantRow[], id: string): TabParticipantRow {
  const person = presentOf(people).find((one) => one.id === id);
  if (!person) throw new TabRefused('not_found');
  return person;
}

/**
 * Returns the people of a round: everybody who is in the tab, so that each may follow it and pay for others, and whoever
 * has or shares one of its lines. An even split divides it among all of them.
 */
export function peopleOfRound(
  people: readonly TabParticipantRow[],
  lines: readonly Pick<LineRow, 'participantId' | 'sharedBetween'>[],
): TabParticipantRow[] {
  const concerned = new Set(lines.flatMap((line) => [line.participantId, ...line.sharedBetween]));
  return people.filter(({ id, leftAt }) => !leftAt || concerned.has(id));
}

/** Returns the name under which somebody is shown beside the others: the second Mia is `Mia 2`. */
export function shownNameAmong(people: readonly TabParticipantRow[], name: string): string {
  return nameApart(
    name,
    people.map(({ shownName }) => shownName),
  );
}

/** Whoever's lines were touched has not chosen yet. */
export async function unready(em: OrdersManager, participantIds: Iterable<string>): Promise<void> {
  await run(
    em,
    sql`update tab_participants set is_ready = false where id = ${anyOf([...participantIds])} and is_ready`,
  );
}

/** After a round was sent, everybody chooses anew. */
export async function unreadyAll(em: OrdersManager, tabId: string): Promise<void> {
  await run(em, sql`update tab_participants set is_ready = false where tab_id = ${tabId} and is_ready`);
}

/**
 * Whether the address of the person `p` of a tab is proven: by her account, or by what she paid herself of an earlier
 * round, with this address.
 */
export const IS_ADDRESS_PROVEN = sql`(p.email_proven or exists (
  select from participants before join orders o on o.id = before.order_id
  where o.tab_id = p.tab_id and before.id = p.id and lower(before.email) = lower(p.email)
    and (before.email_proven or has_paid(o.id, before.id))))`;

/**
 * Makes somebody who is in the tab now a participant of its round, too, if she joined after it was sent. Returns whether
 * she is one.
 */
export async function admitToRound(
  em: OrdersManager,
  order: { readonly id: string; readonly tabId?: string | null | undefined },
  participantId: string,
): Promise<boolean> {
  await run(
    em,
    sql`insert into participants (id, order_id, name, email, email_proven, language, user_id, created_at)
        select p.id, ${order.id}, p.shown_name, p.email, ${IS_ADDRESS_PROVEN}, p.language, p.user_id, p.joined_at
        from tab_participants p
        where p.tab_id = ${order.tabId ?? null} and p.id = ${participantId} and p.left_at is null
        on conflict do nothing`,
  );
  const found = await queryFirst(
    em,
    sql`select from participants where order_id = ${order.id} and id = ${participantId}`,
  );
  return found !== undefined;
}
