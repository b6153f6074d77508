import { ofRound } from '../../temporal/orders/messages.ts';
import { startOrder } from '../../temporal/orders/start.ts';
import type { PayShareDependencies } from '../payments/pay-share.ts';
import { isUnreachable } from '../orders/workflow-updates.ts';

const START_MS = 5_000;

/** A settlement as its record has it. */
export interface StartedSettlement {
  readonly id: string;
  readonly tabId: string | null | undefined;
  readonly totalAmount: number;
  readonly currency: string;
  readonly deadline: Date | string | null | undefined;
  /** Its attempt, while its outcome is open. */
  readonly attempt?: { readonly shareId: string; readonly attemptId: string } | undefined;
  /** It was written just now, by this request. */
  readonly isNew?: boolean;
}

/**
 * Starts a settlement's workflow with what is left of its time, or joins the one that runs. Resolves with false if
 * Temporal did not answer: it may have started or not, and a worker's job ends the claim in time.
 */
export async function startSettlement(
  { temporal }: Pick<PayShareDependencies, 'temporal'>,
  { id, tabId, totalAmount, currency, deadline, attempt, isNew = false }: StartedSettlement,
  requestId: string,
): Promise<boolean> {
  const left = deadline ? new Date(deadline).getTime() - Date.now() : 0;
  const input = {
    ...{ orderId: id, totalAmount, currency },
    holdMs: Math.max(1_000, left),
    ...ofRound({ tabId, kind: 'settlement' }),
    resumeFrom: 'awaiting_payment' as const,
    attempts: attempt ? [attempt] : [],
    ...(isNew && attempt && { isNew: true as const }),
  };
  try {
    await temporal.withDeadline(Date.now() + START_MS, () =>
      startOrder(temporal, input, { memo: { requestId } }),
    );
    return true;
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    return false;
  }
}
