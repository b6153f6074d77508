/** Builders of orders for tests: every field has a default. */

import type { Order, OrderLine, Share } from '#domain/contract/orders.ts';

const PERSON = '00000000-0000-4000-8000-00000000000a';

export function aShare(fields: Partial<Share> = {}): Share {
  return {
    id: '00000000-0000-4000-8000-00000000000b',
    participantId: PERSON,
    ownerId: null,
    amount: 1250,
    tipAmount: 0,
    refundedAmount: 0,
    changedAmount: 0,
    status: 'due',
    method: null,
    declineCode: null,
    card: null,
    dispute: null,
    allocations: [],
    ...fields,
  };
}

export function aLine(fields: Partial<OrderLine> = {}): OrderLine {
  return {
    id: '00000000-0000-4000-8000-00000000000d',
    variantId: '00000000-0000-4000-8000-00000000000e',
    name: 'Pizza',
    options: [],
    quantity: 1,
    unitAmount: 1250,
    amount: 1250,
    taxRate: 1000,
    note: null,
    refundedQuantity: 0,
    participantId: PERSON,
    sharedBetween: [PERSON],
    productId: null,
    category: null,
    taxClass: null,
    wholeAmount: null,
    discountAmount: 0,
    ifSoldOut: 'leave_out',
    ...fields,
  };
}

export function anOrder(fields: Partial<Order> = {}): Order {
  return {
    id: '4f2a0000-0000-4000-8000-00000000000c',
    code: '4F2A',
    number: null,
    kind: 'solo',
    paidAfter: false,
    movedFrom: null,
    status: 'awaiting_payment',
    reason: null,
    reasonText: null,
    paymentStatus: 'unpaid',
    version: 2,
    currency: 'eur',
    totalAmount: 1250,
    tipsAmount: 0,
    refundedAmount: 0,
    taxes: [],
    tab: null,
    settles: null,
    place: { kind: 'table', label: '7' },
    host: PERSON,
    participants: [{ id: PERSON, name: 'Ada' }],
    lines: [],
    shares: [aShare()],
    change: null,
    changes: [],
    discounts: [],
    questions: [],
    deadline: null,
    needsAttention: null,
    attention: [],
    confirmedAt: null,
    createdAt: '2026-11-23T12:00:00.000Z',
    updatedAt: '2026-11-23T12:00:00.000Z',
    ...fields,
  };
}
