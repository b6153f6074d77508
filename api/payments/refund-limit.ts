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

/** Returns what was paid with an order. */
export function paidWith({ shares }: Order): number {
  const taken = shares.filter(({ method }) => method !== null);
  return taken.reduce((sum, { amount, tipAmount }) => sum + amount + tipAmount, 0);
}

/** Throws forbidden if giving back all that was paid is more than the caller may. Hosts have no limit. */
export function assertMayGiveBack(
  limits: Limits,
  kind: KindOfPerson,
  { paidAmount, currency }: { readonly paidAmount: number; readonly currency: string },
): void {
  const limit = kind === 'host' ? null : refundLimitOf(limits, kind);
  if (limit !== null && paidAmount > limit) throw aboveLimit(limit, currency);
}
