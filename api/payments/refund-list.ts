/** `GET /api/orders/:id/refunds`: what went back of an order, and what became of it. */

import { pageOf, pageQuerySchema } from '../../domain/contract/fields.ts';
import { listedRefundSchema, type ListedRefund } from '../../domain/contract/payments.ts';
import type { PaymentMethod } from '../../domain/payment.ts';
import type { Databases } from '../../db/databases.ts';
import type { RefundRow } from '../../db/orders/entities/payment.ts';
import { listRefunds, readPaymentMethods } from '../../db/orders/refunds/refunds.ts';
import { readNames } from '../../db/users/people/staff.ts';
import { pageOfWhole } from '../http/cursor.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { readOrderFor } from '../people/access.ts';

export function refundListRoutes({ databases: { orders, users } }: { databases: Databases }): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/orders/:id/refunds',
      tag: 'Payments',
      summary: "An order's refunds, oldest first",
      description: 'Staff see who asked for each, and why one failed.',
      who: 'its people; staff',
      query: pageQuerySchema,
      answers: { 200: pageOf(listedRefundSchema) },
      errors: ['not_found'],
      handle: async ({ params, query, person }) => {
        const { record, viewer } = await readOrderFor(orders, params['id']!, await person());
        const [refunds, payments] = await Promise.all([
          listRefunds(orders, record.order.id),
          readPaymentMethods(orders, record.order.id),
        ]);
        const isAgent = viewer.role === 'agent';
        const askers = refunds.filter(({ origin }) => origin === 'staff').map(({ actorId }) => actorId);
        const names = isAgent ? await readNames(users, askers) : new Map<string, string>();
        return {
          status: 200,
          body: pageOfWhole(
            refunds.map((row) => present(row, payments.get(row.paymentId)!, names, isAgent)),
            query,
            ({ id }) => id,
          ),
        };
      },
    }),
  ];
}

function present(
  refund: RefundRow,
  { method, isGivenUp }: { method: PaymentMethod; isGivenUp: boolean },
  names: ReadonlyMap<string, string>,
  isAgent: boolean,
): ListedRefund {
  const { id, shareId, amount, reason, status, restock, origin } = refund;
  return {
    ...{ id, shareId, amount, reason, status, restock, method, origin },
    lines: refund.lines ? refund.lines.map(({ lineId, quantity }) => ({ lineId, quantity })) : null,
    by: names.get(refund.actorId) ?? null,
    failureCode: isAgent ? (refund.failureCode ?? null) : null,
    isBesides: isGivenUp,
    wasMade: refund.madeAt !== null && refund.madeAt !== undefined,
    createdAt: new Date(refund.createdAt).toISOString(),
  };
}
