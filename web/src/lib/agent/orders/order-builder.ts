/** Builds orders for tests: a paid order of one line, changed as a test needs it. */

import type { OrderForAgents } from '#domain/contract.ts';

const HOST = '0197a000-0000-7000-8000-000000000001';
const id = (number: number) => `0197a000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** Order `number`, confirmed, with one line of two coffees at 4.50 each; `changes` win. */
export function buildOrder(number: number, changes: Partial<OrderForAgents> = {}): OrderForAgents {
  return {
    id: id(number),
    number,
    kind: 'solo',
    status: 'confirmed',
    reason: null,
    paymentStatus: 'paid',
    version: 5,
    currency: 'eur',
    totalAmount: 900,
    tipsAmount: 0,
    refundedAmount: 0,
    taxes: [{ rate: 1900, grossAmount: 900, taxAmount: 144 }],
    place: `Table ${number}`,
    host: HOST,
    participants: [{ id: HOST, name: 'Ada' }],
    lines: [
      {
        id: id(number + 1000),
        variantId: id(2000),
        name: 'Flat white, Large',
        options: [],
        quantity: 2,
        unitAmount: 450,
        amount: 900,
        taxRate: 1900,
        note: null,
        participantId: HOST,
        sharedBetween: [HOST],
      },
    ],
    shares: [
      {
        id: id(number + 3000),
        participantId: HOST,
        amount: 900,
        tipAmount: 0,
        refundedAmount: 0,
        status: 'captured',
        declineCode: null,
      },
    ],
    deadline: null,
    needsAttention: null,
    confirmedAt: '2026-11-22T12:00:00.000Z',
    createdAt: '2026-11-22T11:59:00.000Z',
    updatedAt: '2026-11-22T12:00:00.000Z',
    contact: { name: 'Ada Lovelace', email: 'ada@sharetab.test' },
    workflowUrl: `http://127.0.0.1:8233/namespaces/default/workflows/order-${id(number)}`,
    ...changes,
  };
}
