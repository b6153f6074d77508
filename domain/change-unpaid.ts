/**
 * What a change makes of a bill of which its payer has paid nothing yet: her own share comes to another amount. The plan is
 * that of a paid bill, as if it were paid, with what would be a further payment, or would go back, in her share (ADR 28). Pure.
 */

import { planChange, type ChangeableBill, type LineChanges, type PlannedChange } from './change.ts';
import type { Allocation } from './allocations.ts';
import { PAID_SHARES, type ShareStatus } from './share.ts';

/** A bill with the status of each share. */
export interface UnpaidBill extends ChangeableBill {
  readonly shares: readonly (ChangeableBill['shares'][number] & { readonly status: ShareStatus })[];
}

/** Her share, as it is afterwards. */
export interface UnpaidShare {
  readonly id: string;
  readonly amount: number;
  readonly allocations: readonly Allocation[];
}

export type UnpaidPlan =
  | { readonly plan: Exclude<PlannedChange, { refused: unknown }>; readonly share: UnpaidShare }
  | Extract<PlannedChange, { refused: unknown }>;

/**
 * Plans a change by `payerId`, who has one share that nothing pays at this moment. Nobody else's share is in the plan.
 */
export function planUnpaidChange(bill: UnpaidBill, payerId: string, changes: LineChanges): UnpaidPlan {
  const share = bill.shares.find(
    ({ participantId, ownerId }) => participantId === payerId && ownerId === null,
  );
  if (!share) return { refused: 'shared_line' };
  if (PAID_SHARES.some((status) => status === share.status)) return { refused: 'already_paid' };
  if (share.status !== 'due') return { refused: 'being_paid' };
  const plan = planChange(bill, payerId, changes);
  if ('refused' in plan) return plan;
  // Others, who may be paying right now, have no say in it.
  if (plan.byPayer.some(({ participantId }) => participantId !== payerId)) return { refused: 'shared_line' };
  const [own] = plan.byPayer;
  const kept = own?.shares.find(({ id }) => id === share.id) ?? share;
  const allocations = merge([...kept.allocations, ...(own?.toPay?.allocations ?? [])]);
  const amount = allocations.reduce((sum, part) => sum + part.amount, 0);
  const byPayer = plan.byPayer.map((payer) => ({ ...payer, shares: [], toPay: null }));
  return { plan: { ...plan, byPayer }, share: { id: share.id, amount, allocations } };
}

/** Makes one allocation of those of each line. */
function merge(parts: readonly Allocation[]): Allocation[] {
  const amounts = new Map<string, number>();
  for (const { lineId, amount } of parts) amounts.set(lineId, (amounts.get(lineId) ?? 0) + amount);
  return [...amounts].map(([lineId, amount]) => ({ lineId, amount }));
}
