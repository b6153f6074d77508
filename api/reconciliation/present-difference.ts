import type { Config } from '../../config.ts';
import type { Databases } from '../../db/databases.ts';
import type { DifferenceRow, MendRow } from '../../db/orders/entities/reconciliation.ts';
import { listMends } from '../../db/orders/reconciliation/mends.ts';
import { readOrderFacts } from '../../db/orders/reconciliation/quiet-work.ts';
import { readNames } from '../../db/users/people/staff.ts';
import type { Difference } from '../../domain/contract/reconciliation.ts';
import { mendOf, RECONCILIATION_ACTOR } from '../../domain/reconciliation.ts';
import { orderWorkflowId } from '../../temporal/orders/messages.ts';
import { workflowUrl } from '../orders/present-order.ts';

/** Differences as staff see them: with the order's number, the link to the workflow, and the actions taken. */
export async function presentDifferences(
  { config, databases }: { config: Config; databases: Databases },
  rows: readonly DifferenceRow[],
): Promise<Difference[]> {
  const { orders, users } = databases;
  const mends = await listMends(
    orders,
    rows.map(({ id }) => id),
  );
  const names = await readNames(
    users,
    mends.map(({ actorId }) => actorId),
  );
  const known = await readOrderFacts(
    orders,
    rows.flatMap(({ orderId }) => orderId ?? []),
  );
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    status: row.status,
    // An object without an order of ours exists only at Stripe: there is no page to link to.
    orderId: row.orderId && known.has(row.orderId) ? row.orderId : null,
    orderNumber: known.get(row.orderId ?? '')?.number ?? null,
    intentId: row.intentId ?? null,
    amount: row.amount ?? null,
    currency: row.currency ?? null,
    details: row.details,
    foundAt: row.foundAt.toISOString(),
    seenAt: row.seenAt.toISOString(),
    closedAt: row.closedAt?.toISOString() ?? null,
    action: row.status === 'open' ? (mendOf(row.kind, row.details) ?? null) : null,
    workflowUrl: workflowOf(row, known.has(row.orderId ?? '')),
    mends: mends.filter(({ differenceId }) => differenceId === row.id).map((mend) => present(mend, names)),
  }));

  function workflowOf({ details, orderId }: DifferenceRow, isKnown: boolean): string | null {
    const id = details.workflowId ?? (orderId && isKnown ? orderWorkflowId(orderId) : undefined);
    return id === undefined ? null : workflowUrl(config, id);
  }
}

function present(mend: MendRow, names: ReadonlyMap<string, string>): Difference['mends'][number] {
  return {
    id: mend.id,
    action: mend.action,
    by: mend.actorId === RECONCILIATION_ACTOR ? 'Reconciliation' : (names.get(mend.actorId) ?? null),
    at: mend.at.toISOString(),
    outcome: mend.outcome ?? null,
    note: mend.note ?? null,
    endedAt: mend.endedAt?.toISOString() ?? null,
  };
}
