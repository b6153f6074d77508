/** Joins a tab: by its code or its link, as herself or as somebody new; or is added by others. */

import { sql } from 'kysely';
import { hasTabEnded, TAB_LIMITS } from '../../../domain/tab.ts';
import type { Database } from '../../database.ts';
import { queryFirst, run } from '../../sql.ts';
import type { TabParticipantRow, TabRow } from '../entities/tab.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { changeTab, type TabChanged, type TabCommand } from './change-tab.ts';
import type { TabPerson } from './open-tab.ts';
import { presentOf, readPeople, shownNameAmong } from './tab-people.ts';
import { TabRefused } from './tab-refused.ts';

/** What somebody has to join a tab: its spoken code, or the secret of its link. */
export type TabKey = { readonly code: string } | { readonly secret: string };

export interface Joining {
  readonly key: TabKey;
  /** The participants that she has proved to be, in any tab, and her account. */
  readonly known: { readonly participantIds: readonly string[]; readonly userId: string | null };
  /** Whom to add if she is not in the tab yet; null: nobody. */
  readonly person: (TabPerson & { readonly id: string }) | null;
}

/** Who joined which tab. */
export interface Joined extends TabChanged {
  readonly participantId: string;
}

/**
 * Adds a person to the tab of a key, or returns her as whom she is in it already, also while joining is locked. Somebody
 * who left comes back as the same person; one who was removed never does. Returns undefined if she is not in and
 * `person` is null. Throws TabRefused: not_found (no tab has this key), tab_ended, tab_locked, tab_full or
 * removed_from_tab.
 */
export async function joinTab(orders: Database, joining: Joining): Promise<Joined | undefined> {
  const { key, known, person } = joining;
  const tabId = await findTab(orders, key);
  if (tabId === undefined) throw new TabRefused('not_found');
  let participantId: string | undefined;
  const command: TabCommand = { actor: 'participant', actorId: person?.id ?? null };
  const changed = await changeTab(orders, tabId, command, async (tab, em) => {
    assertHasKey(tab, key);
    const people = await readPeople(em, tabId);
    const self = findSelf(people, known);
    participantId = self?.id ?? person?.id;
    if (self) return comeBack(em, tab, people, self, known.userId);
    if (!person) return undefined;
    await addTo(em, tab, people, person);
    return { type: 'joined', data: { participantId: person.id } };
  });
  return participantId === undefined ? undefined : { ...changed, participantId };
}

async function findTab(orders: Database, key: TabKey): Promise<string | undefined> {
  const row = await queryFirst<{ id: string }>(
    orders.em.fork(),
    sql`select id from tabs
        where ${'code' in key ? sql`join_code = ${key.code}` : sql`join_secret = ${key.secret}`}`,
  );
  return row?.id;
}

/** The key may have been renewed, or died with the tab, before the tab was locked. */
function assertHasKey(tab: TabRow, key: TabKey): void {
  if (hasTabEnded(tab.status)) throw new TabRefused('tab_ended');
  if ('code' in key ? tab.joinCode !== key.code : tab.joinSecret !== key.secret)
    throw new TabRefused('not_found');
}

/** Returns the person of the tab who somebody has proved to be: among several, the one who is in it now. */
export function findSelf(
  people: readonly TabParticipantRow[],
  { participantIds, userId }: Joining['known'],
): TabParticipantRow | undefined {
  const same = people.filter(
    (one) => participantIds.includes(one.id) || (userId !== null && one.userId === userId),
  );
  return same.find(({ leftAt }) => !leftAt) ?? same.find(({ isRemoved }) => !isRemoved) ?? same[0];
}

async function comeBack(
  em: OrdersManager,
  tab: TabRow,
  people: readonly TabParticipantRow[],
  self: TabParticipantRow,
  userId: string | null,
) {
  if (self.isRemoved) throw new TabRefused('removed_from_tab');
  if (self.leftAt && tab.isLocked) throw new TabRefused('tab_locked');
  leadIfEmpty(tab, people, self.id);
  await run(
    em,
    sql`update tab_participants set left_at = null, seen_at = now(), user_id = coalesce(user_id, ${userId})
        where id = ${self.id}`,
  );
  return self.leftAt ? ({ type: 'came_back', data: { participantId: self.id } } as const) : undefined;
}

/**
 * Adds a person without a phone, for the host or staff. Repeated with the same id, it adds nobody. Throws TabRefused:
 * not_found, tab_ended or tab_full.
 */
export async function addPerson(
  orders: Database,
  tabId: string,
  command: TabCommand,
  person: TabPerson & { readonly id: string },
): Promise<TabChanged> {
  return changeTab(orders, tabId, command, async (tab, em) => {
    if (hasTabEnded(tab.status)) throw new TabRefused('tab_ended');
    const people = await readPeople(em, tabId);
    if (people.some(({ id }) => id === person.id)) return undefined;
    await addTo(em, tab, people, person, { isInvited: true });
    // Somebody without a phone is never seen, so she never becomes the host by herself.
    await run(em, sql`update tab_participants set seen_at = to_timestamp(0) where id = ${person.id}`);
    return { type: 'added_by_other', data: { participantId: person.id } };
  });
}

/** Adds somebody new to the tab. Throws TabRefused: tab_locked or tab_full. */
export async function addTo(
  em: OrdersManager,
  tab: TabRow,
  people: readonly TabParticipantRow[],
  person: TabPerson & { readonly id: string },
  { isInvited = false } = {},
): Promise<void> {
  if (tab.isLocked && !isInvited) throw new TabRefused('tab_locked');
  if (people.length >= TAB_LIMITS.people) throw new TabRefused('tab_full');
  await run(
    em,
    sql`insert into tab_participants (id, tab_id, position, name, shown_name, email, email_proven, language, user_id)
        values (${person.id}, ${tab.id}, ${people.length + 1}, ${person.name}, ${shownNameAmong(people, person.name)},
          ${person.email}, ${person.isProven}, ${person.language}, ${person.userId})`,
  );
  leadIfEmpty(tab, people, person.id);
}

/** A tab that everybody has left is led by whoever is in it next: its host is somebody who is there. */
export function leadIfEmpty(tab: TabRow, people: readonly TabParticipantRow[], participantId: string): void {
  if (presentOf(people).length === 0) tab.hostParticipantId = participantId;
}
