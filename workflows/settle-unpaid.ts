/** What happens at a round's deadline to the shares that are not paid, if its host has chosen it. */

import { dropShare, extendDeadline, prepareHostAttempts, voidPayments } from './activities.ts';
import { collectShares } from './collect.ts';
import type { OrderState } from './order-state.ts';

/** How long the host has to pay what was left to her. */
const MORE_MS = 2 * 60_000;
/** How long her bank may take to answer. */
const CHARGING_MS = 60_000;

/** `paid`: nothing is unpaid any more; a deadline: the rest can be paid until then. */
export type Settled = 'paid' | 'given_up' | { readonly deadline: number };

/**
 * Drops the lines of everybody who has not paid. What is left of lines that they share is the host's, who has two more
 * minutes if she must pay. Nobody collects meanwhile.
 */
export async function dropUnpaid(orderId: string, state: OrderState): Promise<Settled> {
  for (const shareId of unpaidOf(state)) {
    await voidPayments({ orderId, shareId });
    const dropped = await dropShare({ orderId, shareId, requestId: `deadline:${shareId}` });
    state.learn(dropped.order);
    // It may be paid by an attempt whose outcome is not known.
    const isSettled = dropped.outcome === 'done' || dropped.isHosts;
    if (!isSettled) return 'given_up';
  }
  await state.catchUp();
  if (state.isEmpty) return 'given_up';
  if (unpaidOf(state).length === 0) return 'paid';
  const { deadline, order } = await extendDeadline({ orderId, byMs: MORE_MS });
  state.learn(order);
  return deadline !== null && deadline > Date.now() ? { deadline } : 'given_up';
}

/**
 * Lets the host pay for everybody who has not, with the saved card of her account, in her absence. Without a card, or
 * if her bank refuses one payment, the order is given up for all.
 */
export async function coverUnpaid(orderId: string, state: OrderState): Promise<Settled> {
  for (const shareId of unpaidOf(state)) await voidPayments({ orderId, shareId });
  const { attempts } = await prepareHostAttempts({ orderId });
  for (const { shareId, attemptId } of attempts) state.shares.get(shareId)?.pay({ attemptId });
  if (attempts.length > 0) await collectShares(Date.now() + CHARGING_MS, state, { onlyAttempts: true });
  return unpaidOf(state).length === 0 && !state.cancelRequest ? 'paid' : 'given_up';
}

function unpaidOf({ shares }: OrderState): string[] {
  return [...shares.values()].flatMap(({ id, isPaid }) => (isPaid ? [] : [id]));
}
