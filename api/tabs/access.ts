/** A person's relation to a tab, and how much of it she may see. */

import type { Tab, TabViewer } from '../../domain/contract/tabs.ts';
import { isStaff, listActions, may, type Action } from '../../domain/permissions.ts';
import type { Database } from '../../db/database.ts';
import type { TabCommand } from '../../db/orders/tabs/change-tab.ts';
import type { TabPeople, TabRecord } from '../../db/orders/tabs/present-tab.ts';
import { readTab, readTabPeople } from '../../db/orders/tabs/read-tab.ts';
import { notFound } from '../http/api-error.ts';
import type { Person } from '../people/people.ts';

/** A tab found by a person who may know of it, or only its people. */
export interface TabAccess<Found extends TabPeople = TabRecord> {
  readonly record: Found;
  readonly person: Person;
  readonly viewer: TabViewer;
  may(action: Action): boolean;
  /** Who asks for a change: as the host or staff if it takes `tab.lead`, as herself if not. `key`: see TabCommand. */
  commandTo(action: 'tab.order' | 'tab.lead', key?: string): TabCommand;
}

/** Returns the relation of `person` to the tab; undefined if she may not learn that it exists. */
export function accessToTab<Found extends TabPeople & Partial<Pick<TabRecord, 'owed'>>>(
  record: Found,
  person: Person,
): TabAccess<Found> | undefined {
  const { user } = person;
  const people = peopleIn(record);
  const mine = people.participants.filter(
    ({ id, userId }) => person.participantIds.includes(id) || (user !== null && userId === user.id),
  );
  const asker = { role: user?.role ?? null, participantIds: mine.map(({ id }) => id) };
  if (!may(asker, 'tab.read', { tab: people })) return undefined;
  // A person who is in it both as host and otherwise acts as the host.
  const own = mine.find(({ id }) => id === people.host) ?? mine[0];
  const participantId = own?.id ?? null;
  const isHost = participantId === people.host;
  return {
    record,
    person,
    viewer: {
      participantId,
      isHost,
      owedAmount: participantId === null ? 0 : (record.owed?.get(participantId) ?? 0),
      email: own?.email ?? null,
      // Whatever a tab owes that is settled before, its rounds' shares say.
      may: listActions(asker, { tab: people }).filter(
        (action) => action !== 'tab.pay' || record.tab.settlement === 'after',
      ),
    },
    may: (action) => may(asker, action, { tab: people }),
    commandTo: (action, key) => {
      if (isHost) return { actor: 'host', actorId: participantId, key };
      const isAgent =
        user !== null && isStaff(user.role) && (action === 'tab.lead' || participantId === null);
      return isAgent
        ? { actor: 'agent', actorId: user.id, key }
        : { actor: 'participant', actorId: participantId, key };
    },
  };
}

/** The people who are in a tab now: whoever has left, or was removed, has no part in it any more. */
function peopleIn({ tab, people }: TabPeople) {
  return { host: tab.host, participants: people.filter(({ leftAt }) => !leftAt) };
}

/**
 * The tab as this person may see it: what the kitchen must know of others is for the host and staff, and which card is on
 * file for its giver and staff.
 */
export function tabFor(tab: Tab, viewer: TabViewer): Tab {
  const shown = { ...tab, card: cardFor(tab.card, viewer) };
  if (viewer.may.includes('tab.lead')) return shown;
  return {
    ...shown,
    participants: tab.participants.map((one) =>
      one.id === viewer.participantId || one.allergies === null ? one : { ...one, allergies: null },
    ),
  };
}

function cardFor(card: Tab['card'], { participantId, may: mayDo }: TabViewer): Tab['card'] {
  const sees = card?.participantId === participantId || mayDo.includes('tab.charge_card');
  return card && !sees ? { ...card, brand: null, last4: null } : card;
}

/** Reads a tab that `person` may know of. Throws not_found for any other. */
export async function readTabFor(orders: Database, tabId: string, person: Person): Promise<TabAccess> {
  const record = await readTab(orders, tabId);
  const access = record && accessToTab(record, person);
  if (!access) throw notFound('This tab');
  return access;
}

/** Like `readTabFor`, but reads only its people, so what she owes is not known. */
export async function readPeopleFor(
  orders: Database,
  tabId: string,
  person: Person,
): Promise<TabAccess<TabPeople>> {
  const found = await readTabPeople(orders, tabId);
  const access = found && accessToTab(found, person);
  if (!access) throw notFound('This tab');
  return access;
}
