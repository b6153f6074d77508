/** A person's relation to an order, and how much of it she may see. */

import type { Order, Share, Viewer } from '../../domain/contract/orders.ts';
import { workOf, type OrderWork } from '../../domain/contract/work.ts';
import { isStaff, listActions, may, type Action } from '../../domain/permissions.ts';
import type { Database } from '../../db/database.ts';
import { readOrder, type OrderRecord } from '../../db/orders/orders/read-order.ts';
import { notFound } from '../http/api-error.ts';
import type { Person, SignedIn } from './people.ts';

/** An order found by a person who may know of it. */
export interface OrderAccess {
  readonly record: OrderRecord;
  readonly viewer: Viewer;
  readonly person: Person;
  may(action: Action, share?: Share): boolean;
  /**
   * Returns an order as she may see it: with its money, or only what is to be made. Also takes a newer state of the
   * order.
   */
  show(order: Order): Order | OrderWork;
}

/** What makes no sense for who orders alone. */
const OF_ROUNDS: readonly Action[] = ['share.cover', 'share.drop'];

/** Returns the relation of `person` to the order; undefined if she may not learn that it exists. */
export function accessTo(record: OrderRecord, person: Person): OrderAccess | undefined {
  const { order, userIds, guestEmails } = record;
  const { user } = person;
  const group = groupOf(record);
  const email = user ? provenEmail(user) : undefined;
  const mine = group.participants.filter(
    ({ id, userId }) =>
      person.participantIds.includes(id) ||
      (user !== null && (userId ?? userIds.get(id)) === user.id) ||
      (email !== undefined && guestEmails.get(id) === email),
  );
  const asker = { role: user?.role ?? null, participantIds: mine.map(({ id }) => id) };
  if (!may(asker, 'order.read_work', { order: group })) return undefined;
  // A person who takes part as both host and participant acts as the host.
  const participantId = (mine.find(({ id }) => id === group.host) ?? mine[0])?.id ?? null;
  const share = order.shares.find((one) => asker.participantIds.includes(one.participantId));
  const viewer: Viewer = {
    role: user && isStaff(user.role) ? 'agent' : participantId === group.host ? 'host' : 'participant',
    participantId,
    may: listActions(asker, { order: group, share }).filter(
      (action) => order.tab !== null || !OF_ROUNDS.includes(action),
    ),
  };
  return {
    record,
    viewer,
    person,
    may: (action, of) => may(asker, action, { order: group, share: of }),
    show: (now) =>
      viewer.may.includes('order.read') ? orderFor(now, viewer) : workOf(now, record.allergies),
  };
}

/**
 * The people of an order. Those of a round are in its tab, too: whoever is in the tab now, and has joined after the round
 * was sent, knows of it, and the tab's host leads it. Who has left the tab keeps the rounds in which she took part.
 */
function groupOf({ order, tab }: OrderRecord) {
  const inOrder: { id: string; userId?: string | null }[] = order.participants.map(({ id }) => ({ id }));
  if (!tab) return { host: order.host, participants: inOrder };
  const later = tab.people.filter(({ id }) => !order.participants.some((one) => one.id === id));
  return { host: tab.host, participants: [...inOrder, ...later] };
}

/** The confirmed address of an account: orders that a guest placed under it belong to the account, too. */
export function provenEmail({ email, emailVerified }: SignedIn): string | undefined {
  return emailVerified ? email.toLowerCase() : undefined;
}

/** The order as the viewer may see it: only the host and staff see a payer's card and dispute. */
export function orderFor(order: Order, { role, participantId }: Viewer): Order {
  if (role !== 'participant') return order;
  const shares = order.shares.map((share) =>
    share.participantId === participantId ? share : { ...share, card: null, dispute: null },
  );
  return { ...order, shares };
}

/** Reads an order that `person` may know of. Throws not_found for any other. */
export async function readOrderFor(orders: Database, orderId: string, person: Person): Promise<OrderAccess> {
  const record = await readOrder(orders, orderId);
  const access = record && accessTo(record, person);
  if (!access) throw notFound('This order');
  return access;
}
