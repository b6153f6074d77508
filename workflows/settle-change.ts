/** The time in which the payers of a change agree and pay; and the end of what they have begun to pay. */

import { condition } from '@temporalio/workflow';
import type { ChangeEndReason } from '../domain/order-change.ts';
import type { CapturedPayment } from '../domain/payment.ts';
import type { ChangeAttempt } from '../domain/standing.ts';
import type { ChangeHeld } from '../temporal/orders/activities.ts';
import { raiseAttention, voidPayments } from './activities.ts';
import type { OrderState } from './order-state.ts';
import { createShare } from './share.ts';

interface ChangeToSettle {
  readonly orderId: string;
  readonly changeId: string;
  readonly held: ChangeHeld;
  /** Whether the order has gone on, so that it cannot be changed like this any more. */
  readonly hasMovedOn: () => boolean;
}

/**
 * Waits until everybody has agreed to a held change and every share of it is authorized. Attempts that come meanwhile are
 * found in the record. Resolves with why it is to be given up; undefined: it can be applied.
 */
export async function settleChange(
  { orderId, changeId, held, hasMovedOn }: ChangeToSettle,
  state: OrderState,
): Promise<ChangeEndReason | undefined> {
  const { deadline, takesRetries } = held;
  const shares = new Map(
    held.toPay.map(({ shareId, isPaid }) => {
      const share = createShare(shareId, orderId, state, changeId);
      if (isPaid) share.notePaid();
      return [shareId, share] as const;
    }),
  );
  const tried = new Set<string>();
  const isAgreed = () => held.isAgreed || (news()?.isAgreed ?? false);
  const isSettled = () => isAgreed() && [...shares.values()].every(({ isPaid }) => isPaid);
  if (hasMovedOn()) return 'order_moved_on';
  if (isSettled()) return undefined;

  for (const share of shares.values()) if (!share.isPaid) share.collect(deadline);
  let isInTime = true;
  do {
    for (const { shareId, attemptId } of newAttempts()) {
      tried.add(attemptId);
      shares.get(shareId)?.pay({ attemptId });
    }
    isInTime = await condition(
      () => isSettled() || isOver() || newAttempts().length > 0,
      Math.max(1, deadline - Date.now()),
    );
  } while (isInTime && !isSettled() && !isOver());
  await Promise.all([...shares.values()].map((share) => share.stop()));
  if (hasMovedOn()) return 'order_moved_on';
  if (news()?.isClosing) return 'withdrawn';
  if (isSettled()) return undefined;
  if (!isInTime) return isAgreed() ? 'payment_deadline' : 'not_agreed';
  return 'payment_declined';

  /** What the record told last of this change. */
  function news() {
    return state.change?.id === changeId ? state.change : undefined;
  }

  function newAttempts(): readonly ChangeAttempt[] {
    return [...held.attempts, ...(news()?.attempts ?? [])].filter(({ attemptId }) => !tried.has(attemptId));
  }

  function isOver(): boolean {
    return hasMovedOn() || (news()?.isClosing ?? false) || (!takesRetries && hasFailed());
  }

  /** Whether an attempt on a share was made, and failed. */
  function hasFailed(): boolean {
    const attempts = [...held.attempts, ...(news()?.attempts ?? [])].filter(({ attemptId }) =>
      tried.has(attemptId),
    );
    return attempts.some(({ shareId }) => {
      const share = shares.get(shareId);
      return share !== undefined && !share.isPaid && !share.isTrying;
    });
  }
}

/** Voids what was begun to pay of these shares. Resolves with what Stripe had captured nevertheless. */
export async function voidShares(
  toPay: ChangeHeld['toPay'],
  orderId: string,
  state: OrderState,
): Promise<readonly CapturedPayment[]> {
  const voided = await Promise.all(toPay.map(({ shareId }) => voidShare(shareId)));
  return voided.flat();

  async function voidShare(shareId: string): Promise<readonly CapturedPayment[]> {
    try {
      return (await voidPayments({ orderId, shareId })).captured;
    } catch {
      state.learn(await raiseAttention({ orderId, reason: 'void_failed' }));
      return [];
    }
  }
}
