/** What people of a tab change of themselves and of each other. All are safe to repeat. */

import { sql } from 'kysely';
import { successorOf } from '../../../domain/host.ts';
import type { SoldOutChoice } from '../../../domain/sold-out.ts';
import { hasTabEnded } from '../../../domain/tab.ts';
import type { Language } from '../../../messages/compiled/languages.ts';
import type { Database } from '../../database.ts';
import { anyOf, run } from '../../sql.ts';
import type { TabParticipantRow, TabRow } from '../entities/tab.ts';
import { takeOutOfBasket } from './basket.ts';
import { changeTab, type TabChanged, type TabCommand } from './change-tab.ts';
import { returnCard } from './live-card.ts';
import { hasJoinedHerself, presentOf, presentPerson, readPeople, shownNameAmong } from './tab-people.ts';
import { TabRefused } from './tab-refused.ts';

/** New values of a person; absent ones stay. */
export interface PersonChange {
  readonly name?: string | undefined;
  /** An address that she gives here is not verified. */
  readonly email?: string | null | undefined;
  readonly allergies?: string | null | undefined;
  readonly ifSoldOut?: SoldOutChoice | undefined;
  readonly language?: Language | undefined;
}

/** Changes a person's name, mail address or allergies. Throws TabRefused: not_found or tab_ended. */
export async function changePerson(
  orders: Database,
  tabId: string,
  command: TabCommand,
  participantId: string,
  change: PersonChange,
): Promise<TabChanged> {
  return changeTab(orders, tabId, command, async (tab, em) => {
    assertNotEnded(tab);
    const people = await readPeople(em, tabId);
    const person = presentPerson(people, participantId);
    const { name = person.name, language = person.language } = change;
    const ifSoldOut = change.ifSoldOut ?? person.ifSoldOut ?? 'leave_out';
    const email = change.email === undefined ? (person.email ?? null) : change.email;
    const allergies = change.allergies === undefined ? (person.allergies ?? null) : change.allergies;
    const others = people.filter(({ id }) => id !== participantId);
    const shownName = name === person.name ? person.shownName : shownNameAmong(others, name);
    const isSame =
      name === person.name &&
      language === person.language &&
      ifSoldOut === person.ifSoldOut &&
      email === (person.email ?? null) &&
      allergies === (person.allergies ?? null);
    if (isSame) return undefined;
    const isProven = email === (person.email ?? null) && person.emailProven;
    await run(
      em,
      sql`update tab_participants set name = ${name}, shown_name = ${shownName}, email = ${email},
            email_proven = ${isProven}, allergies = ${allergies}, language = ${language},
            if_sold_out = ${ifSoldOut}
          where id = ${participantId}`,
    );
    return { type: 'renamed', data: { participantId } };
  });
}

/** Sets whether a person has chosen. Throws TabRefused: not_found, or tab_ended once nothing can be sent any more. */
export async function setReady(
  orders: Database,
  tabId: string,
  command: TabCommand,
  { participantId, isReady }: { participantId: string; isReady: boolean },
): Promise<TabChanged> {
  return changeTab(orders, tabId, command, async (tab, em) => {
    if (tab.status !== 'open') throw new TabRefused('tab_ended');
    const person = presentPerson(await readPeople(em, tabId), participantId);
    if (person.isReady === isReady) return undefined;
    await run(em, sql`update tab_participants set is_ready = ${isReady} where id = ${participantId}`);
    return { type: 'ready_changed', data: { participantId, isReady } };
  });
}

/**
 * Takes a person out of the tab: she leaves, or, with `isRemoved`, is removed and cannot come back. Her own lines leave
 * the basket, and the others who share a line pay her part of it; rounds that were sent stay as they are. If she is the
 * host, whoever has been there longest with a phone becomes the host; a host cannot be removed. Nor can whoever has her
 * card on file while something is owed: she could not take it back any more; without that, it is taken off. Throws
 * TabRefused: not_found, tab_ended or illegal_transition.
 */
export async function takeOut(
  orders: Database,
  tabId: string,
  command: TabCommand,
  { participantId, isRemoved }: { participantId: string; isRemoved: boolean },
): Promise<TabChanged> {
  return changeTab(orders, tabId, command, async (tab, em) => {
    assertNotEnded(tab);
    const people = await readPeople(em, tabId);
    const person = people.find(({ id }) => id === participantId);
    if (!person) throw new TabRefused('not_found');
    if (person.leftAt && person.isRemoved >= isRemoved) return undefined;
    const isHost = participantId === tab.hostParticipantId;
    if (isHost && isRemoved) throw new TabRefused('illegal_transition');
    if (isRemoved) await returnCard(em, tabId, participantId);
    await takeOutOfBasket(em, tabId, participantId);
    await run(
      em,
      sql`update tab_participants set left_at = coalesce(left_at, now()), is_ready = false, is_removed = ${isRemoved}
          where id = ${participantId}`,
    );
    const others = presentOf(people).filter(({ id }) => id !== participantId);
    const next = others.find(hasJoinedHerself) ?? others[0];
    if (isHost && next) tab.hostParticipantId = next.id;
    return { type: isRemoved ? 'removed' : 'left', data: { participantId } };
  });
}

/**
 * Makes a person the host: the host or staff hand the role to anybody in the tab, and anybody may take it from a host
 * who has been away for long, if she has been there longest. Throws TabRefused: not_found, tab_ended or host_is_here.
 */
export async function makeHost(
  orders: Database,
  tabId: string,
  command: TabCommand,
  participantId: string,
): Promise<TabChanged> {
  return changeTab(orders, tabId, command, async (tab, em) => {
    assertNotEnded(tab);
    const people = await readPeople(em, tabId);
    presentPerson(people, participantId);
    if (tab.hostParticipantId === participantId) return undefined;
    const isHandedOver = command.actor === 'agent' || command.actorId === tab.hostParticipantId;
    if (!isHandedOver && successor(tab, people) !== participantId) throw new TabRefused('host_is_here');
    tab.hostParticipantId = participantId;
    return { type: 'host_changed', data: { participantId } };
  });
}

function successor(tab: TabRow, people: readonly TabParticipantRow[]): string | undefined {
  const presence = people.map(({ id, joinedAt, seenAt, leftAt }) => ({
    ...{ id, joinedAt: joinedAt.getTime(), lastSeenAt: seenAt.getTime() },
    hasLeft: leftAt !== null && leftAt !== undefined,
  }));
  return successorOf(tab.hostParticipantId, presence, Date.now());
}

/** Notes that these people have their tabs open. Changes no tab. */
export async function noteSeen(orders: Database, participantIds: readonly string[]): Promise<void> {
  await run(
    orders.em.fork(),
    // Locked in one order, as by whoever changes several of them.
    sql`with seen as (select id from tab_participants where id = ${anyOf(participantIds)} order by id for no key update)
        update tab_participants p set seen_at = now() from seen where p.id = seen.id`,
  );
}

function assertNotEnded(tab: TabRow): void {
  if (hasTabEnded(tab.status)) throw new TabRefused('tab_ended');
}
