/**
 * What a change makes of a bill that is being collected: the shares that it moves come to other amounts. The plan is that of a
 * paid bill, as if it were paid, with what would be a further payment, or would go back, in each share (ADR 28). Pure.
 */

import {
  planChange,
  type ChangeableBill,
  type ChangeAsker,
  type ChangePlan,
  type LineChanges,
  type PayerPlan,
  type PlannedChange,
} from './change.ts';
import type { Allocation } from './allocations.ts';
import { PAID_SHARES, SHARES_TO_PAY, type ShareStatus } from './share.ts';

/** A bill with the status of each share. */
export interface UnpaidBill extends ChangeableBill {
  readonly shares: readonly UnpaidBillShare[];
}

type UnpaidBillShare = ChangeableBill['shares'][number] & { readonly status: ShareStatus };

/** A share that the change moves, as it is afterwards, and who is to pay it. */
export interface UnpaidShare {
  readonly id: string;
  readonly payerId: string;
  readonly amount: number;
  readonly allocations: readonly Allocation[];
}

export type UnpaidPlan =
  | { readonly plan: ChangePlan; readonly shares: readonly UnpaidShare[] }
  | Extract<PlannedChange, { refused: unknown }>;

/**
 * Plans a change of lines by a guest who ordered or shares them, or, without one, by staff. What costs somebody more is in the
 * share that was made for her, whoever has taken that over. Each share that it moves must be one that nothing has paid, and
 * nothing is paying; whether an attempt still waits at a bank is for the caller to judge. Nobody else's share is in the plan.
 */
export function planUnpaidChange(bill: UnpaidBill, asker: ChangeAsker, changes: LineChanges): UnpaidPlan {
  const shares = bill.shares.map((share) => ({
    ...share,
    ...{ participantId: share.ownerId ?? share.participantId, ownerId: null },
  }));
  const plan = planChange({ ...bill, shares }, asker, changes);
  if ('refused' in plan) return plan;
  const moved: UnpaidShare[] = [];
  const byPayer = new Map<string, PayerPlan>();
  for (const owner of plan.byPayer) {
    const share = bill.shares.find((one) => (one.ownerId ?? one.participantId) === owner.participantId);
    if (!share && owner.toPay) return { refused: 'no_share', by: owner.participantId };
    const isMoved = owner.shares.length > 0 || owner.toPay !== null;
    // Whoever pays it decides about money, and about the rest whose it is.
    const payerId = share && isMoved ? share.participantId : owner.participantId;
    const { differenceAmount: before = 0 } = byPayer.get(payerId) ?? {};
    const differenceAmount = before + owner.differenceAmount;
    byPayer.set(payerId, { participantId: payerId, differenceAmount, shares: [], toPay: null });
    if (!share || !isMoved) continue;
    const problem = problemOf(share);
    if (problem) return { refused: problem, by: payerId };
    const kept = owner.shares.find(({ id }) => id === share.id) ?? share;
    const allocations = merge([...kept.allocations, ...(owner.toPay?.allocations ?? [])]);
    const amount = allocations.reduce((sum, part) => sum + part.amount, 0);
    moved.push({ id: share.id, payerId, amount, allocations });
  }
  const payers = [...byPayer.values()].toSorted((one, other) =>
    one.participantId < other.participantId ? -1 : 1,
  );
  return { plan: { ...plan, byPayer: payers }, shares: moved };
}

function problemOf({ status }: UnpaidBillShare): 'already_paid' | 'being_paid' | undefined {
  if (PAID_SHARES.some((paid) => paid === status)) return 'already_paid';
  return SHARES_TO_PAY.some((open) => open === status) ? undefined : 'being_paid';
}

/** Makes one allocation of those of each line. */
function merge(parts: readonly Allocation[]): Allocation[] {
  const amounts = new Map<string, number>();
  for (const { lineId, amount } of parts) amounts.set(lineId, (amounts.get(lineId) ?? 0) + amount);
  return [...amounts].map(([lineId, amount]) => ({ lineId, amount }));
}
