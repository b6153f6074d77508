import { randomUUID } from 'node:crypto';
import type { Order } from '../../domain/contract/orders.ts';
import type { Shop } from '../../domain/shop.ts';
import type { AppliedChange } from '../../domain/contract/order-changes.ts';
import type { MailContent } from './mail-content.ts';

/** A shop with every detail set. */
export const exampleShop: Shop = {
  name: 'Café Kegel',
  address: 'Am Markt 3, 10115 Berlin',
  taxId: 'DE123456789',
  timeZone: 'Europe/Berlin',
};

/** Returns a paid order of two lines for tests; `changes` override its fields. */
export function exampleOrder(changes: Partial<Order> = {}): Order {
  const host = randomUUID();
  const line = {
    variantId: randomUUID(),
    participantId: host,
    sharedBetween: [host],
    refundedQuantity: 0,
    wholeAmount: null,
    discountAmount: 0,
    ifSoldOut: 'leave_out' as const,
  };
  const ids = { coffee: randomUUID(), burger: randomUUID() };
  return {
    id: randomUUID(),
    code: '4F2A',
    number: 42,
    kind: 'solo',
    paidAfter: false,
    movedFrom: null,
    status: 'confirmed',
    reason: null,
    reasonText: null,
    paymentStatus: 'paid',
    version: 5,
    currency: 'eur',
    totalAmount: 4190,
    tipsAmount: 400,
    refundedAmount: 0,
    taxes: [
      { rate: 1900, grossAmount: 900, taxAmount: 144 },
      { rate: 700, grossAmount: 3290, taxAmount: 215 },
    ],
    tab: null,
    settles: null,
    place: { kind: 'lane', label: '7' },
    host,
    participants: [{ id: host, name: 'Ada' }],
    lines: [
      {
        ...line,
        id: ids.coffee,
        productId: randomUUID(),
        category: 'Coffee',
        name: 'Flat white, large',
        options: [
          { id: randomUUID(), group: 'Milk', name: 'Oat milk', amount: 50 },
          { id: randomUUID(), group: 'Extras', name: 'Extra shot', amount: 0 },
        ],
        quantity: 2,
        unitAmount: 450,
        amount: 900,
        taxRate: 1900,
        taxClass: 'standard',
        note: null,
      },
      {
        ...line,
        id: ids.burger,
        productId: randomUUID(),
        category: 'Burgers',
        name: 'Smoky strike burger with cheddar and pickles',
        options: [{ id: randomUUID(), group: 'Doneness', name: 'Medium', amount: 0 }],
        quantity: 2,
        unitAmount: 1645,
        amount: 3290,
        taxRate: 700,
        taxClass: 'reduced',
        note: 'no onions, please',
      },
    ],
    shares: [
      {
        id: randomUUID(),
        participantId: host,
        ownerId: null,
        amount: 4190,
        tipAmount: 400,
        refundedAmount: 0,
        changedAmount: 0,
        status: 'captured',
        method: 'card',
        declineCode: null,
        card: { brand: 'visa', last4: '4242' },
        dispute: null,
        allocations: [
          { lineId: ids.coffee, amount: 900 },
          { lineId: ids.burger, amount: 3290 },
        ],
      },
    ],
    change: null,
    changes: [],
    discounts: [],
    questions: [],
    deadline: null,
    needsAttention: null,
    attention: [],
    confirmedAt: '2026-11-22T18:05:10.000Z',
    createdAt: '2026-11-22T18:04:00.000Z',
    updatedAt: '2026-11-22T18:05:10.000Z',
    ...changes,
  };
}

/** Returns one mail of every type, for tests and previews. */
export function exampleMails(order = exampleOrder(), customerName = 'Ada'): MailContent[] {
  const orderUrl = `https://sharetab.test/orders/${order.id}#guest=abc`;
  const receiptUrl = `https://sharetab.test/orders/${order.id}/receipt#guest=abc`;
  const about = { order, customerName, orderUrl, receiptUrl };
  // As hostile as everything that people type, where a test asks for that.
  const otherName = order.participants.at(-1)!.name;
  const url = 'https://sharetab.test/verify?token=abc&next=%2F';
  return [
    { type: 'order_received', ...about },
    { type: 'payment_reminder', ...about, dueAmount: 1240 },
    {
      ...{ type: 'share_covered', ...about, shareAmount: 1240 },
      ...{ payerName: otherName, wasTakenOver: false },
    },
    {
      ...{ type: 'share_dropped', ...about, shareAmount: 900, isLeft: true },
      lines: order.lines.slice(0, 1).map(({ name, quantity, amount }) => ({ name, quantity, amount })),
    },
    { type: 'rest_to_pay', ...about, dueAmount: 340, ownerName: otherName },
    { type: 'receipt', ...about },
    { type: 'order_ready', ...about },
    { type: 'order_canceled', ...about, refundAmount: 4590 },
    { type: 'order_expired', ...about },
    { type: 'refund_issued', ...about, reasonText: 'Cold fries', refundAmount: 1645 },
    {
      ...{ type: 'order_changed', ...about, change: exampleChange(order), differenceAmount: -1225 },
      money: [{ amount: -1225, method: 'card', card: { brand: 'visa', last4: '4242' } }],
    },
    {
      ...{ type: 'sold_out', ...about },
      question: {
        ...{ name: 'Flat white, large', quantity: 2, suggestion: 'Cappuccino, large, Oat milk' },
        deadline: '2026-11-22T18:10:10.000Z',
      },
    },
    { type: 'card_refused', customerName, amount: 2340, currency: 'eur', orderUrl: orderUrl },
    {
      ...{ type: 'card_charge_soon', customerName, amount: 2340, currency: 'eur', orderUrl: orderUrl },
      chargesAt: '2026-11-23T06:05:10.000Z',
    },
    { type: 'agent_new_order', ...about },
    { type: 'agent_order_canceled', ...about, refundAmount: 4590 },
    { type: 'verify_email', name: customerName, url },
    { type: 'reset_password', name: customerName, url },
    { type: 'account_exists', name: customerName, url },
    { type: 'password_changed', name: customerName, url },
  ];
}

/** Returns the mails of a round until it is paid, with every wording; `order` has several people and a tab. */
export function exampleRoundMails(order: Order): MailContent[] {
  const unpaid = { ...order, number: null, confirmedAt: null, deadline: '2026-11-22T18:20:00.000Z' };
  const orderUrl = `https://sharetab.test/orders/${order.id}#guest=abc`;
  const about = { order: unpaid, customerName: 'Ada', orderUrl };
  const sent = { type: 'order_received', ...about, dueAmount: 1240 } as const;
  const covered = { type: 'share_covered', ...about, shareAmount: 1240, wasTakenOver: false } as const;
  const dropped = { type: 'share_dropped', ...about, shareAmount: 900 } as const;
  const lines = order.lines.slice(0, 1).map(({ name, quantity, amount }) => ({ name, quantity, amount }));
  const rest = { type: 'rest_to_pay', ...about, dueAmount: 340 } as const;
  const ended = { customerName: 'Ada', orderUrl, receiptUrl: orderUrl };
  return [
    ...[{ ...sent, senderName: 'Bob' }, sent, { ...sent, senderName: '' }, { ...sent, dueAmount: 0 }],
    ...[
      { ...covered, payerName: 'Bob' },
      { ...covered, payerName: '' },
    ],
    ...[
      { ...covered, payerName: 'Bob', wasTakenOver: true },
      { ...covered, payerName: '', wasTakenOver: true },
    ],
    ...[
      { ...dropped, lines, isLeft: true },
      { ...dropped, lines, isLeft: false },
    ],
    ...[
      { ...rest, ownerName: 'Bob' },
      { ...rest, ownerName: '' },
    ],
    { type: 'order_canceled', ...ended, order: { ...unpaid, reason: 'taken_back' } },
    { type: 'order_expired', ...ended, order: { ...unpaid, reason: 'payment_deadline' } },
  ];
}

/** Returns a change that staff have made of an order. */
function exampleChange({ lines, place }: Order): AppliedChange {
  const moved = ({ id, name, options, note }: Order['lines'][number], quantity: number) => ({
    ...{ lineId: id, name, options: options.map((option) => option.name), quantity, note },
  });
  const [first, last] = [lines[0]!, lines.at(-1)!];
  return {
    ...{ id: randomUUID(), at: '2026-11-22T18:07:00.000Z', by: 'staff', participantId: null },
    ...{ reasonText: last.note ?? 'We have run out', differenceAmount: -1225, isSeen: true },
    came: [moved(first, 1)],
    went: [moved(last, 1)],
    noted: [moved(last, 2)],
    place: { from: place, to: place },
  };
}

/** Returns the mails of a change with every wording. */
export function exampleChangeMails(order: Order): MailContent[] {
  const orderUrl = `https://sharetab.test/orders/${order.id}#guest=abc`;
  const [change, card] = [exampleChange(order), { brand: 'visa', last4: '4242' }];
  const about = {
    type: 'order_changed',
    order,
    customerName: 'Ada',
    orderUrl,
    receiptUrl: orderUrl,
  } as const;
  const more = { ...about, change: { ...change, by: 'guest' }, differenceAmount: 420 } as const;
  const less = { ...about, change: { ...change, by: 'shop' }, differenceAmount: -420 } as const;
  const later = { ...order, paidAfter: true };
  return [
    { ...more, money: [{ amount: 420, method: 'card', card }] },
    { ...more, makerName: 'Bob', money: [{ amount: 420, method: 'card', card: null }] },
    { ...more, makerName: '', money: [{ amount: 420, method: 'cash', card: null }] },
    { ...less, money: [{ amount: -420, method: 'card', card: null }] },
    { ...less, money: [{ amount: -420, method: 'cash', card: null }] },
    {
      ...about,
      change: { ...change, place: { from: order.place, to: null } },
      differenceAmount: 0,
      money: [],
    },
    { ...more, money: [] },
    { ...less, money: [] },
    { ...more, order: later, money: [] },
    { ...less, order: later, money: [] },
  ];
}
