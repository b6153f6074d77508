/** M1 to M10: payments and refunds. */

import { hasEnded } from '../../domain/order.ts';
import { readLatePayments, readReturned } from './besides.ts';
import type { Facts } from './facts.ts';
import { of, sum } from './grouping.ts';
import { checkLedger } from './ledger.ts';
import type { Violation } from './violation.ts';

/** Statuses of a PaymentIntent whose money is, or may still be, captured. */
const OPEN = ['requires_capture', 'requires_action', 'processing'];

/** Returns the violations of payments and refunds. `exclusive`: no other system uses the same Stripe account. */
export function checkMoney(facts: Facts, { exclusive }: { exclusive: boolean }): Violation[] {
  return [
    ...m1(facts),
    ...m2(facts),
    ...m3(facts),
    ...m4(facts),
    ...m5(facts),
    ...checkLedger(facts, { exclusive }),
    ...m8(facts),
    ...m9(facts),
    ...m10(facts),
  ];
}

function m1(facts: Facts): Violation[] {
  const { orders, shares, charges, intents } = facts;
  const till = readTill(facts);
  const returned = readReturned(facts);
  const intentOf = new Map(intents.map((intent) => [intent.id, intent]));
  const capturedOf = (key: 'share_id' | 'order_id', id: string) =>
    charges.filter(
      ({ captured, payment_intent }) =>
        captured &&
        !returned.has(String(payment_intent)) &&
        intentOf.get(String(payment_intent))?.metadata[key] === id,
    );
  return orders.flatMap((order): Violation[] => {
    if (hasPaidFor(order)) {
      return shares
        .filter((share) => share.orderId === order.id && share.billVersion === order.billVersion)
        .flatMap((share) => {
          const captured = sum(capturedOf('share_id', share.id).map((charge) => charge.amount_captured));
          const cash = till.takenOf(({ shareId }) => shareId === share.id);
          // What changes have given back of it was captured, too.
          const owed = share.amount + share.tipAmount + (share.changedAmount ?? 0);
          if (captured + cash === owed) return [];
          const sentence = `share ${share.id} owes ${owed}, Stripe captured ${captured}, and ${cash} is recorded in cash`;
          return violation(order.id, sentence);
        });
    }
    if (!hasEnded(order.status) || order.attention.includes('refund_failed')) return [];
    const isOwn = ({ orderId }: { orderId: string }) => orderId === order.id;
    const kept =
      sum(capturedOf('order_id', order.id).map((charge) => charge.amount_captured - charge.amount_refunded)) +
      till.takenOf(isOwn) -
      till.returnedOf(isOwn);
    if (kept === 0) return [];
    return violation(order.id, `it is ${order.status} and was never confirmed, but ${kept} was kept`);
  });
  function violation(orderId: string, sentence: string): Violation[] {
    return [{ id: 'M1', orderId, sentence }];
  }
}

/** Whether all shares of an order must be paid: it was confirmed, or is a payment of a tab that went through. */
function hasPaidFor({ kind, number, status }: Facts['orders'][number]): boolean {
  return kind === 'settlement' ? status === 'completed' : number !== null && number !== undefined;
}

/** Cash from our payments and refunds; M7 compares the ledger with the same numbers. */
function readTill({ payments, refunds }: Facts) {
  const cash = new Map(
    payments
      .filter(({ method, status }) => method === 'cash' && status !== 'canceled')
      .map((payment) => [payment.id, payment]),
  );
  return {
    takenOf: (isOwn: (payment: Facts['payments'][number]) => boolean) =>
      sum([...cash.values()].filter(isOwn).map(({ amount }) => amount)),
    returnedOf: (isOwn: (refund: Facts['refunds'][number]) => boolean) =>
      sum(
        refunds
          .filter((refund) => cash.has(refund.paymentId) && refund.status === 'succeeded' && isOwn(refund))
          .map(({ amount }) => amount),
      ),
  };
}

function m2(facts: Facts): Violation[] {
  const { payments, intents } = facts;
  const returned = readReturned(facts);
  const violations: Violation[] = [];
  const successful = payments.filter(({ status }) => status === 'authorized' || status === 'captured');
  for (const [shareId, own] of of(successful, (payment) => payment.shareId)) {
    if (own.length < 2) continue;
    const sentence = `share ${shareId} has ${own.length} successful payments in our database`;
    violations.push({ id: 'M2', orderId: own[0]!.orderId, sentence });
  }
  const taken = intents.filter(
    ({ id, amount_received, metadata }) => amount_received > 0 && metadata['share_id'] && !returned.has(id),
  );
  for (const [shareId, own] of of(taken, (intent) => intent.metadata['share_id']!)) {
    if (own.length < 2) continue;
    const sentence = `share ${shareId} was charged ${own.length} times at Stripe`;
    violations.push({ id: 'M2', orderId: own[0]!.metadata['order_id'] ?? null, sentence });
  }
  const charged = new Set(taken.map((intent) => intent.metadata['share_id']));
  for (const { method, orderId, shareId } of successful) {
    if (method !== 'cash' || !charged.has(shareId)) continue;
    violations.push({
      id: 'M2',
      orderId,
      sentence: `share ${shareId} was paid in cash and charged at Stripe`,
    });
  }
  return violations;
}

function m3({ payments, refunds, charges, intents }: Facts): Violation[] {
  const violations: Violation[] = [];
  const refundsOf = of(refunds, (refund) => refund.paymentId);
  for (const payment of payments) {
    const reserved = sum(
      (refundsOf.get(payment.id) ?? []).flatMap(({ status, amount }) =>
        status === 'failed' ? [] : [amount],
      ),
    );
    if (payment.refundedAmount > payment.capturedAmount || reserved !== payment.refundedAmount) {
      const sentence = `payment ${payment.id} captured ${payment.capturedAmount}, says it gave back ${payment.refundedAmount}, and its refunds sum to ${reserved}`;
      violations.push({ id: 'M3', orderId: payment.orderId, sentence });
    }
  }
  const orderOf = new Map(intents.map((intent) => [intent.id, intent.metadata['order_id'] ?? null]));
  for (const charge of charges) {
    if (charge.amount_refunded <= charge.amount_captured) continue;
    const orderId = orderOf.get(String(charge.payment_intent)) ?? null;
    const sentence = `charge ${charge.id} captured ${charge.amount_captured} and gave back ${charge.amount_refunded}`;
    violations.push({ id: 'M3', orderId, sentence });
  }
  return violations;
}

function m4({ orders, shares }: Facts): Violation[] {
  const sharesOf = of(shares, (share) => share.orderId);
  return orders.flatMap((order) => {
    const own = (sharesOf.get(order.id) ?? []).filter((share) => share.billVersion === order.billVersion);
    const hasBill = !['placing', 'rejected'].includes(order.status);
    if (!hasBill) return [];
    const total = sum(own.map(({ amount }) => amount));
    // What is paid after has no shares: settlements pay parts of it.
    const billed = order.paidAfter ? 0 : order.totalAmount;
    if (total === billed) return [];
    const sentence = `its bill is ${billed}, and its shares sum to ${total}`;
    return [{ id: 'M4' as const, orderId: order.id, sentence }];
  });
}

function m5({ orders, intents, payments }: Facts): Violation[] {
  const orderOf = new Map(orders.map((order) => [order.id, order]));
  const statusOf = new Map(payments.map((payment) => [payment.stripePaymentIntentId, payment.status]));
  return intents.flatMap((intent) => {
    const order = orderOf.get(intent.metadata['order_id'] ?? '');
    if (!order || !OPEN.includes(intent.status)) return [];
    const isOver = hasEnded(order.status) || order.confirmedAt;
    const isFlagged = order.attention.includes('void_failed');
    if (!isOver || isFlagged) return [];
    const ours = statusOf.get(intent.id) ?? 'unknown to us';
    const sentence = `it is ${order.status}, and PaymentIntent ${intent.id} is still ${intent.status} (${ours})`;
    return [{ id: 'M5' as const, orderId: order.id, sentence }];
  });
}

function m8(facts: Facts): Violation[] {
  const { intents, events, holds, captureRequests, orders, payments } = facts;
  const returned = readReturned(facts);
  const latePayments = readLatePayments(events);
  const isLate = new Set(
    payments.flatMap(({ id, stripePaymentIntentId }) =>
      latePayments.has(id) ? [stripePaymentIntentId] : [],
    ),
  );
  const known = new Set(orders.map(({ id }) => id));
  // A settlement pays for goods that were sold with their rounds.
  const settlements = new Set(orders.flatMap(({ id, kind }) => (kind === 'settlement' ? [id] : [])));
  const holdsOf = of(holds, (hold) => hold.orderId);
  return intents.flatMap((intent) => {
    const orderId = intent.metadata['order_id'] ?? '';
    if (intent.amount_received === 0 || !known.has(orderId)) return [];
    // M1 checks that money we neither captured nor need is refunded.
    if (isLate.has(intent.id) || returned.has(intent.id)) return [];
    const started = events.find((event) => event.orderId === orderId && event.type === 'capture_started');
    const holdsNothing = settlements.has(orderId);
    const wasLive = (holdsOf.get(orderId) ?? []).some(({ status }) => status === 'live');
    const captured = captureRequests?.find(({ path }) => path === `/v1/payment_intents/${intent.id}/capture`);
    const tooEarly = started && captured && new Date(captured.at) < started.at;
    const sentence = !started
      ? `Stripe captured ${intent.id}, and no capture was started`
      : wasLive || (!holdsOf.has(orderId) && !holdsNothing)
        ? `Stripe captured ${intent.id}, and its hold was not committed`
        : tooEarly
          ? `Stripe captured ${intent.id} at ${captured.at}, before the hold was committed`
          : undefined;
    return sentence === undefined ? [] : [{ id: 'M8' as const, orderId, sentence }];
  });
}

function m9({ orders, lines, events, payments, shares, intents }: Facts): Violation[] {
  const linesOf = of(lines, (line) => line.orderId);
  const orderOf = new Map(orders.map((order) => [order.id, order]));
  const shareOf = new Map(shares.map((share) => [share.id, share]));
  const intentOf = new Map(intents.map((intent) => [intent.id, intent]));
  const violations: Violation[] = [];
  const differ = (orderId: string, sentence: string) => violations.push({ id: 'M9', orderId, sentence });
  for (const order of orders) {
    if (order.kind === 'settlement') continue;
    const total = sum(
      (linesOf.get(order.id) ?? []).map(
        (line) => line.quantity * line.unitAmount - (line.discountAmount ?? 0),
      ),
    );
    if (total !== order.totalAmount)
      differ(order.id, `its lines come to ${total}, and its total is ${order.totalAmount}`);
  }
  const dropped = new Set(
    events.flatMap(({ type, data }) => (type === 'share_dropped' ? [data.shareId] : [])),
  );
  for (const payment of payments) {
    const share = shareOf.get(payment.shareId);
    const order = orderOf.get(payment.orderId);
    // Lines of the share were dropped, or changed, after that payment was given up.
    const isOfEarlierBill = share !== undefined && payment.billVersion < share.billVersion;
    const isOfBefore = payment.status === 'canceled' && (dropped.has(payment.shareId) || isOfEarlierBill);
    const paid = share && share.amount + (share.changedAmount ?? 0) + payment.tipAmount;
    if (share && !isOfBefore && paid !== payment.amount)
      differ(
        payment.orderId,
        `payment ${payment.id} is over ${payment.amount}, its share and tip over ${paid}`,
      );
    if (payment.method === 'cash' && payment.currency !== order?.currency)
      differ(
        payment.orderId,
        `payment ${payment.id} is in ${payment.currency}, its order in ${order?.currency}`,
      );
    const intent = intentOf.get(payment.stripePaymentIntentId ?? '');
    if (!intent) continue;
    const isSame =
      intent.amount === payment.amount &&
      intent.currency === order?.currency &&
      intent.metadata['order_id'] === payment.orderId &&
      intent.metadata['share_id'] === payment.shareId &&
      intent.metadata['bill_version'] === String(payment.billVersion);
    if (!isSame)
      differ(
        payment.orderId,
        `${intent.id} is over ${intent.amount} ${intent.currency}, payment ${payment.id} over ${payment.amount} ${order?.currency}`,
      );
  }
  return violations;
}

function m10({ payments, charges }: Facts): Violation[] {
  const chargeOf = new Map(
    charges.flatMap((charge) =>
      charge.status === 'succeeded' ? [[String(charge.payment_intent), charge] as const] : [],
    ),
  );
  return payments.flatMap((payment) => {
    const charge = chargeOf.get(payment.stripePaymentIntentId ?? '');
    if (!charge || !['authorized', 'captured'].includes(payment.status)) return [];
    const { brand, last4 } = charge.payment_method_details?.card ?? {};
    if (payment.cardBrand === brand && payment.cardLast4 === last4) return [];
    const sentence = `payment ${payment.id} was paid with ${brand} ${last4}, and says ${payment.cardBrand} ${payment.cardLast4}`;
    return [{ id: 'M10' as const, orderId: payment.orderId, sentence }];
  });
}
