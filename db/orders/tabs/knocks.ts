/** Who asks at a spot to be let into its tab, and what its people say. */

import { sql } from 'kysely';
import { hasTabEnded, KNOCK_MINUTES, TAB_LIMITS } from '../../../domain/tab.ts';
import type { Database } from '../../database.ts';
import { anyOf, queryFirst, run, selectRow } from '../../sql.ts';
import { KnockEntity, type KnockRow, type TabParticipantRow, type TabRow } from '../entities/tab.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { changeTab, type TabChanged, type TabCommand } from './change-tab.ts';
import { addTo, findSelf, leadIfEmpty, type Joining } from './join-tab.ts';
import type { TabPerson } from './open-tab.ts';
import { hasExpired } from './present-knock.ts';
import { readPeople } from './tab-people.ts';
import { TabRefused } from './tab-refused.ts';

export interface Knocking extends Pick<Joining, 'known'> {
  /** Her id, if she neither waits already nor was in the tab before. */
  readonly person: TabPerson & { readonly id: string };
}

export interface Knocked extends TabChanged {
  readonly knock: KnockRow;
}

/**
 * Asks the people of a tab to let somebody in. Whoever waits already keeps her place, whoever was refused a moment ago
 * is told so again, and whoever is in the tab counts as let in. Throws TabRefused: not_found, tab_ended, tab_locked,
 * tab_full, removed_from_tab, or too_many_requests if too many wait.
 */
export async function knockAtTab(
  orders: Database,
  tabId: string,
  { known, person }: Knocking,
): Promise<Knocked> {
  let knock: KnockRow | undefined;
  const command = { actor: 'participant' as const, actorId: person.id };
  const changed = await changeTab(orders, tabId, command, async (tab, em) => {
    if (hasTabEnded(tab.status)) throw new TabRefused('tab_ended');
    const people = await readPeople(em, tabId);
    const self = findSelf(people, known);
    const before = await findKnock(em, tabId, known);
    knock = self && !self.leftAt ? asLetIn(tab, self) : before;
    if (knock && (knock.status === 'let_in' ? self && !self.leftAt : !hasExpired(knock))) return undefined;
    await assertMayKnock(em, tab, people, self);
    knock = await writeKnock(em, tabId, { ...person, id: self?.id ?? before?.id ?? person.id });
    command.actorId = knock.id;
    return { type: 'knocked', data: { participantId: knock.id } };
  });
  return { ...changed, knock: knock! };
}

/** Somebody who is in the tab has been let in, whether she ever asked or not. */
function asLetIn(tab: TabRow, { id, name, joinedAt, ...rest }: TabParticipantRow): KnockRow {
  const { email, emailProven, language, userId } = rest;
  return {
    ...{ id, name, email, emailProven, language, userId, tabId: tab.id },
    ...({ status: 'let_in', createdAt: joinedAt, expiresAt: joinedAt } as const),
  };
}

async function findKnock(
  em: OrdersManager,
  tabId: string,
  { participantIds, userId }: Joining['known'],
): Promise<KnockRow | undefined> {
  return selectRow(
    em,
    KnockEntity,
    sql`tab_id = ${tabId} and (id = ${anyOf(participantIds)} or user_id = ${userId})
        order by expires_at desc limit 1`,
  );
}

async function assertMayKnock(
  em: OrdersManager,
  { id, isLocked }: TabRow,
  people: readonly TabParticipantRow[],
  self: TabParticipantRow | undefined,
): Promise<void> {
  if (self?.isRemoved) throw new TabRefused('removed_from_tab');
  if (isLocked) throw new TabRefused('tab_locked');
  if (!self && people.length >= TAB_LIMITS.people) throw new TabRefused('tab_full');
  const waiting = await queryFirst<{ count: number }>(
    em,
    sql`select count(*)::int as count from knocks
        where tab_id = ${id} and status = 'waiting' and expires_at > now()`,
  );
  if (waiting!.count >= TAB_LIMITS.knocks) throw new TabRefused('too_many_requests');
}

async function writeKnock(
  em: OrdersManager,
  tabId: string,
  person: TabPerson & { readonly id: string },
): Promise<KnockRow> {
  await run(
    em,
    sql`insert into knocks (id, tab_id, name, email, email_proven, language, user_id, status, expires_at)
        values (${person.id}, ${tabId}, ${person.name}, ${person.email}, ${person.isProven}, ${person.language},
          ${person.userId}, 'waiting', now() + make_interval(mins => ${KNOCK_MINUTES}))
        on conflict (id) do update set name = excluded.name, language = excluded.language, status = 'waiting',
          created_at = now(), expires_at = excluded.expires_at
        where knocks.tab_id = excluded.tab_id`,
  );
  const knock = await selectRow(em, KnockEntity, sql`id = ${person.id} and tab_id = ${tabId}`);
  if (!knock) throw new TabRefused('not_found');
  return knock;
}

/**
 * Lets somebody in who asks, or not: the first answer counts, and the same one again changes nothing. While joining is
 * locked, only the host and staff let anybody in. Throws TabRefused: not_found, tab_ended, tab_locked, tab_full, or
 * illegal_transition if another answer was given or her request is over.
 */
export async function answerKnock(
  orders: Database,
  tabId: string,
  command: TabCommand,
  { knockId, letIn }: { knockId: string; letIn: boolean },
): Promise<TabChanged> {
  return changeTab(orders, tabId, command, async (tab, em) => {
    if (hasTabEnded(tab.status)) throw new TabRefused('tab_ended');
    const knock = await selectRow(em, KnockEntity, sql`id = ${knockId} and tab_id = ${tabId}`);
    if (!knock) throw new TabRefused('not_found');
    const status = letIn ? 'let_in' : 'refused';
    if (knock.status === status) return undefined;
    if (knock.status !== 'waiting' || hasExpired(knock)) throw new TabRefused('illegal_transition');
    if (letIn) {
      if (tab.isLocked && command.actor === 'participant') throw new TabRefused('tab_locked');
      await admit(em, tab, knock);
    }
    await run(em, sql`update knocks set status = ${status} where id = ${knockId}`);
    return { type: letIn ? 'let_in' : 'knock_refused', data: { participantId: knockId } };
  });
}

/** She becomes a participant, or comes back as the one who she was. */
async function admit(em: OrdersManager, tab: TabRow, knock: KnockRow): Promise<void> {
  const { id, name, email = null, emailProven, language, userId = null } = knock;
  const people = await readPeople(em, tab.id);
  const self = people.find((one) => one.id === id);
  if (self?.isRemoved) throw new TabRefused('removed_from_tab');
  if (self) {
    leadIfEmpty(tab, people, id);
    await run(em, sql`update tab_participants set left_at = null, seen_at = now() where id = ${id}`);
    return;
  }
  const person = {
    id,
    name,
    email,
    userId,
    isProven: emailProven,
    language: language as TabPerson['language'],
  };
  await addTo(em, tab, people, person, { isInvited: true });
}

/** A tab that has ended keeps nobody's name who was not in it. */
export async function forgetKnocks(em: OrdersManager, tabId: string): Promise<void> {
  await run(em, sql`delete from knocks where tab_id = ${tabId}`);
}

/** Returns the request of somebody who has proved to be the one who asks, or undefined. */
export async function readKnock(
  orders: Database,
  id: string,
  { participantIds, userId }: Joining['known'],
): Promise<KnockRow | undefined> {
  return selectRow(
    orders.em.fork(),
    KnockEntity,
    sql`id = ${id} and (id = ${anyOf(participantIds)} or user_id = ${userId})`,
  );
}
