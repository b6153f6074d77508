/** Builder of orders for tests, as staff see them. */

import type { OrderForAgents } from '#domain/contract/orders.ts';
import { aLine, anOrder, aShare } from '../../orders/an-order.ts';

const id = (number: number) => `0197a000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** Order `number`, confirmed, with one line of two coffees at 4.50 each; `changes` win. */
export function buildOrder(number: number, changes: Partial<OrderForAgents> = {}): OrderForAgents {
  const order = anOrder({
    id: id(number),
    number,
    status: 'confirmed',
    paymentStatus: 'paid',
    version: 5,
    totalAmount: 900,
    place: { kind: 'table', label: String(number) },
    shares: [
      aShare({
        amount: 900,
        status: 'captured',
        method: 'card',
        allocations: [{ lineId: id(number + 1000), amount: 900 }],
      }),
    ],
    confirmedAt: '2026-11-22T12:00:00.000Z',
    createdAt: '2026-11-22T11:59:00.000Z',
  });
  return {
    ...order,
    lines: [
      aLine({
        id: id(number + 1000),
        productId: id(3000),
        category: 'Coffee',
        variantId: id(2000),
        name: 'Flat white, Large',
        quantity: 2,
        unitAmount: 450,
        amount: 900,
        taxRate: 1900,
        participantId: order.host,
        sharedBetween: [order.host],
      }),
    ],
    contact: { name: 'Ada Lovelace', email: 'ada@sharetab.test' },
    allergies: [],
    workflowUrl: `http://127.0.0.1:8233/namespaces/default/workflows/order-${id(number)}`,
    ...changes,
  };
}
