/** `GET /api/orders/:id/refunds`: an order's refunds and their outcomes. */

import type { ListedRefund } from '../../domain/contract/payments.ts';
import type { PaymentMethod } from '../../domain/payment.ts';
import type { Databases } from '../../db/databases.ts';
import type { RefundRow } from '../../db/orders/entities/payment.ts';
import { listRefunds, readPaymentMethods } from '../../db/orders/refunds/refunds.ts';
import { readNames } from '../../db/users/people/staff.ts';
import { pageOfWhole } from '../http/cursor.ts';
import type { Reads } from '../http/reads.ts';
import type { Handlers } from '../http/route.ts';

export function refundListRoutes({
  databases: { users },
  reads: { orders },
}: {
  databases: Databases;
  reads: Reads;
}) {
  return {
    'GET /api/orders/:id/refunds': async ({ params, query, access }) => {
      const [refunds, payments] = await Promise.all([
        listRefunds(orders, params.id),
        readPaymentMethods(orders, params.id),
      ]);
      const isInside = access.may('order.read_inside');
      const askers = refunds.filter(({ origin }) => origin === 'staff').map(({ actorId }) => actorId);
      const names = isInside ? await readNames(users, askers) : new Map<string, string>();
      return {
        status: 200,
        body: pageOfWhole(
          refunds.map((row) => present(row, payments.get(row.paymentId)!, names, isInside)),
          query,
          ({ id }) => id,
        ),
      };
    },
  } satisfies Partial<Handlers>;
}

function present(
  refund: RefundRow,
  { method, isGivenUp }: { method: PaymentMethod; isGivenUp: boolean },
  names: ReadonlyMap<string, string>,
  isInside: boolean,
): ListedRefund {
  const { id, shareId, amount, cause, status, restock, origin } = refund;
  return {
    ...{ id, shareId, amount, cause, status, restock, method, origin },
    reason: refund.reason ?? null,
    lines: refund.lines ? refund.lines.map(({ lineId, quantity }) => ({ lineId, quantity })) : null,
    by: names.get(refund.actorId) ?? null,
    failureCode: isInside ? (refund.failureCode ?? null) : null,
    isBesides: isGivenUp || cause === 'changed',
    wasMade: refund.madeAt !== null && refund.madeAt !== undefined,
    createdAt: new Date(refund.createdAt).toISOString(),
  };
}
