/** How much staff may give back of one order without asking a manager. */

import type { ShopSettings } from '../../domain/contract/settings.ts';
import type { Order } from '../../domain/contract/orders.ts';
import { formatAmount } from '../../domain/money.ts';
import { mayRole, ROLES, type KindOfPerson } from '../../domain/permissions.ts';
import { ApiError } from '../http/api-error.ts';

type Limits = Pick<ShopSettings, 'agentRefundLimitAmount'>;

/** What all refunds of an order that somebody of this kind makes may come to; null: any amount. */
export function refundLimitOf({ agentRefundLimitAmount }: Limits, kind: KindOfPerson): number | null {
  const role = ROLES.find((one) => one === kind) ?? null;
  return mayRole(role, 'refund.exceed_limit') ? null : agentRefundLimitAmount;
}

/** 403: more would have been given back of the order than the limit; nothing was. */
export function aboveLimit(limit: number, currency: string): ApiError {
  return new ApiError(
    'forbidden',
    `You may give back at most ${formatAmount(limit, currency)} of one order. Ask a manager for more.`,
    { reason: 'refund_limit', limitAmount: limit },
  );
}

/** Throws forbidden where canceling `order` would give back more of it than whoever cancels may. Hosts get all of theirs. */
export function assertMayGiveBack(limits: Limits, kind: KindOfPerson, order: Order): void {
  const limit = kind === 'host' ? null : refundLimitOf(limits, kind);
  const taken = order.shares.filter(({ method }) => method !== null);
  const paid = taken.reduce((sum, { amount, tipAmount }) => sum + amount + tipAmount, 0);
  if (limit !== null && paid > limit) throw aboveLimit(limit, order.currency);
}
