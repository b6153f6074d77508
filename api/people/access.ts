/** Who may see an order, and as what. */

import type { Order, Viewer } from '../../domain/contract/orders.ts';
import { isStaff } from '../../domain/permissions.ts';
import type { Database } from '../../db/database.ts';
import { readOrder, type OrderRecord } from '../../db/orders/orders/read-order.ts';
import { notFound } from '../http/api-error.ts';
import type { Person, SignedIn } from './people.ts';

/** What `person` is to the order, or undefined: then she must not even learn that it exists. */
export function viewerOf(record: OrderRecord, person: Person): Viewer | undefined {
  const { order, userIds, guestEmails } = record;
  const { user } = person;
  const email = user ? provenEmail(user) : undefined;
  const mine = order.participants.filter(
    ({ id }) =>
      person.participantIds.includes(id) ||
      (user !== null && userIds.get(id) === user.id) ||
      (email !== undefined && guestEmails.get(id) === email),
  );
  // Who takes part twice, as host and again, acts as the host.
  const participantId = (mine.find(({ id }) => id === order.host) ?? mine[0])?.id ?? null;
  if (person.user && isStaff(person.user.role)) return { role: 'agent', participantId };
  if (participantId === null) return undefined;
  return { role: participantId === order.host ? 'host' : 'participant', participantId };
}

/** The address that an account has proved to be its own: what was ordered under it as a guest is hers, too. */
export function provenEmail({ email, emailVerified }: SignedIn): string | undefined {
  return emailVerified ? email.toLowerCase() : undefined;
}

/** The order as the viewer may see it: somebody else's card, and her dispute, are for the host and staff alone. */
export function orderFor(order: Order, { role, participantId }: Viewer): Order {
  if (role !== 'participant') return order;
  const shares = order.shares.map((share) =>
    share.participantId === participantId ? share : { ...share, card: null, dispute: null },
  );
  return { ...order, shares };
}

/** An order that `person` may see, with what she is to it. Throws not_found for any other. */
export async function readOrderFor(
  orders: Database,
  orderId: string,
  person: Person,
): Promise<{ record: OrderRecord; viewer: Viewer }> {
  const record = await readOrder(orders, orderId);
  const viewer = record && viewerOf(record, person);
  if (!record || !viewer) throw notFound('This order');
  return { record: { ...record, order: orderFor(record.order, viewer) }, viewer };
}
