/** Limits the refunds per order that staff may make without a manager. */

import type { ShopSettings } from '../../domain/contract/settings.ts';
import type { Order } from '../../domain/contract/orders.ts';
import { formatAmount } from '../../domain/money.ts';
import { mayRole, ROLES, type KindOfPerson } from '../../domain/permissions.ts';
import type { RefusalReason } from '../../domain/failures.ts';
import { ApiError } from '../http/api-error.ts';

type Limits = Pick<ShopSettings, 'agentRefundLimitAmount'>;

/** The maximum total of refunds per order for this role; null means no limit. */
export function refundLimitOf({ agentRefundLimitAmount }: Limits, kind: KindOfPerson): number | null {
  const role = ROLES.find((one) => one === kind) ?? null;
  return mayRole(role, 'refund.exceed_limit') ? null : agentRefundLimitAmount;
}

/** 403: the refund would exceed the caller's limit for the order; nothing was refunded. */
export function aboveLimit(limit: number, currency: string): ApiError {
  return new ApiError(
    'forbidden',
    `You may give back at most ${formatAmount(limit, currency)} of one order. Ask a manager for more.`,
    { reason: 'refund_limit' satisfies RefusalReason, limitAmount: limit, currency },
  );
}

/** Throws forbidden if canceling `order` would refund more than the caller may. Hosts have no limit. */
export function assertMayGiveBack(limits: Limits, kind: KindOfPerson, order: Order): void {
  const limit = kind === 'host' ? null : refundLimitOf(limits, kind);
  const taken = order.shares.filter(({ method }) => method !== null);
  const paid = taken.reduce((sum, { amount, tipAmount }) => sum + amount + tipAmount, 0);
  if (limit !== null && paid > limit) throw aboveLimit(limit, order.currency);
}
