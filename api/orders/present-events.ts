import type { EventForAgents } from '../../domain/contract/orders.ts';
import type { Database } from '../../db/database.ts';
import type { EventRow } from '../../db/orders/entities/order.ts';
import { presentEvent } from '../../db/orders/orders/read-order.ts';
import { readNames } from '../../db/users/people/staff.ts';

/** Events as staff see them, with the name of the acting staff member. Events themselves hold only ids. */
export async function presentEventsForAgents(
  users: Database,
  rows: readonly EventRow[],
): Promise<EventForAgents[]> {
  const names = await readNames(users, rows.flatMap(actingAgent));
  return rows.map((row) => ({ ...presentEvent(row), by: names.get(actingAgent(row)[0] ?? '') ?? null }));
}

/** The acting account, if it was staff: a host's name is on the order. */
function actingAgent({ actor, actorId }: EventRow): string[] {
  return actor === 'agent' && actorId ? [actorId] : [];
}
