import { staffOrders } from '#messages';
import { formatAmount } from '#domain/money.ts';
import { ApiError, isApiError } from '../../api/api-error.ts';

/** Translates the refusal of a refund above the limit; returns any other error as it is. */
export function tellLimit(error: unknown, currency: string): unknown {
  if (!isApiError(error, 'forbidden') || error.detail('reason') !== 'refund_limit') return error;
  const amount = formatAmount(Number(error.detail('limitAmount')), currency);
  return new ApiError(error.code, staffOrders.refundLimit({ amount }), error.status, error.details);
}
