/** M6 and M7: the ledger is consistent, and agrees with Stripe. */

import { deriveId } from '../../db/ids.ts';
import { correctionsDiffer, leaveOutCorrected } from './corrections.ts';
import type { Facts } from './facts.ts';
import { of, sum } from './grouping.ts';
import { checkTill } from './till.ts';
import type { Violation } from './violation.ts';

/** Deadline for every fee to be in the ledger, even after missed events. Stripe has fees seconds after capture. */
const FEES_WITHIN_MS = 10 * 60_000;

/** Returns the ledger's violations. `exclusive`: no other system uses the same Stripe account. */
export function checkLedger(facts: Facts, { exclusive }: { exclusive: boolean }): Violation[] {
  return [...m6(facts), ...m7(facts, exclusive), ...checkTill(facts)];
}

function m6(facts: Facts): Violation[] {
  const { bookings, entries } = facts;
  const entriesOf = of(entries, (entry) => entry.transactionId);
  const violations = bookings.flatMap((booking): Violation[] => {
    const own = entriesOf.get(booking.id) ?? [];
    const total = sum(own.map(({ amount }) => amount));
    if (total === 0 && own.length > 1) return [];
    const sentence = `booking ${booking.id} (${booking.kind}) has ${own.length} entries that sum to ${total}`;
    return [{ id: 'M6', orderId: booking.orderId, sentence }];
  });
  for (const [currency, own] of of(bookings, (booking) => booking.currency)) {
    const total = sum(own.flatMap(({ id }) => (entriesOf.get(id) ?? []).map(({ amount }) => amount)));
    if (total !== 0)
      violations.push({ id: 'M6', orderId: null, sentence: `in ${currency} the ledger sums to ${total}` });
  }
  return [...violations, ...memoOf(facts)];
}

/** The memo accounts hold exactly the authorized amounts, so zero for an order that is paid or has ended. */
function memoOf({ orders, payments, bookings, entries }: Facts): Violation[] {
  const bookingsOf = of(bookings, (booking) => booking.orderId);
  const entriesOf = of(
    entries.filter(({ account }) => account === 'authorized' || account === 'authorized_offset'),
    (entry) => entry.transactionId,
  );
  const authorized = of(
    payments.filter(({ method, status }) => method === 'card' && status === 'authorized'),
    (payment) => payment.orderId,
  );
  return orders.flatMap(({ id, status }): Violation[] => {
    const own = (bookingsOf.get(id) ?? []).flatMap((booking) => entriesOf.get(booking.id) ?? []);
    const sumOf = (account: string) =>
      sum(own.filter((entry) => entry.account === account).map(({ amount }) => amount));
    const memo = sumOf('authorized');
    const due = sum((authorized.get(id) ?? []).map(({ amount }) => amount));
    if (memo === due && memo + sumOf('authorized_offset') === 0) return [];
    const sentence = `it is ${status}, ${due} of it is authorized, and the ledger's memo says ${memo}`;
    return [{ id: 'M6', orderId: id, sentence }];
  });
}

/** The ledger's changes to our Stripe balance, by kind and reference. */
type Booked = ReturnType<typeof readBookings>;

function readBookings({ bookings, entries }: Facts) {
  const entriesOf = of(
    entries.filter(({ account }) => account === 'stripe'),
    (entry) => entry.transactionId,
  );
  const amounts = new Map(
    bookings.map(({ id, kind, referenceId, currency }) => [
      `${kind} ${referenceId}`,
      { currency, amount: sum((entriesOf.get(id) ?? []).map(({ amount }) => amount)) },
    ]),
  );
  const seen = new Set<string>();
  return {
    /** Returns the booked amount, or undefined if there is none, and marks the booking as accounted for. */
    find: (kind: string, referenceId: string) => {
      seen.add(`${kind} ${referenceId}`);
      return amounts.get(`${kind} ${referenceId}`);
    },
    amount: (kind: string, referenceId: string) => {
      seen.add(`${kind} ${referenceId}`);
      return amounts.get(`${kind} ${referenceId}`)?.amount ?? 0;
    },
    isSeen: (kind: string, referenceId: string) => seen.has(`${kind} ${referenceId}`),
  };
}

function m7(facts: Facts, exclusive: boolean): Violation[] {
  const booked = readBookings(facts);
  const asBooked = leaveOutCorrected(facts);
  return [
    ...capturesDiffer(asBooked, booked, exclusive),
    ...refundsDiffer(asBooked, booked, exclusive),
    ...feesDiffer(asBooked, booked),
    ...disputesDiffer(asBooked, booked, exclusive),
    ...correctionsDiffer(facts, booked.find),
    ...unknownToStripe(facts, booked),
  ];
}

function m7Of(orderId: string | null, sentence: string): Violation {
  return { id: 'M7', orderId, sentence };
}

function capturesDiffer(
  { orders, payments, intents }: Facts,
  booked: Booked,
  exclusive: boolean,
): Violation[] {
  const settled = new Set(orders.filter(({ status }) => status !== 'capturing').map(({ id }) => id));
  const paymentOf = new Map(payments.map((payment) => [payment.stripePaymentIntentId, payment]));
  return intents.flatMap((intent): Violation[] => {
    const orderId = intent.metadata['order_id'];
    const payment = paymentOf.get(intent.id);
    if (intent.amount_received === 0) return [];
    if (!payment) {
      if (!exclusive && !(orderId && settled.has(orderId))) return [];
      const sentence = `Stripe took ${intent.amount_received} with ${intent.id}, which is no payment of ours`;
      return [m7Of(orderId ?? null, sentence)];
    }
    const booking = booked.find('capture', payment.id);
    const isSame = booking?.amount === intent.amount_received && booking.currency === intent.currency;
    if (isSame || !settled.has(payment.orderId)) return [];
    const ours = booking ? `${booking.amount} ${booking.currency}` : 'nothing';
    const sentence = `Stripe took ${intent.amount_received} ${intent.currency} with ${intent.id}, and the ledger has ${ours}`;
    return [m7Of(payment.orderId, sentence)];
  });
}

function refundsDiffer(
  { payments, refunds, stripeRefunds }: Facts,
  booked: Booked,
  exclusive: boolean,
): Violation[] {
  const violations: Violation[] = [];
  const paymentOf = new Map(payments.map((payment) => [payment.stripePaymentIntentId, payment]));
  const made = new Map(
    stripeRefunds
      .filter(({ status }) => status !== 'failed' && status !== 'canceled')
      .map((refund) => [refund.id, refund]),
  );
  for (const refund of refunds) {
    if (!refund.stripeRefundId) continue;
    const atStripe = made.get(refund.stripeRefundId)?.amount ?? 0;
    made.delete(refund.stripeRefundId);
    const inLedger = -booked.amount('refund', refund.id) - booked.amount('refund_reversal', refund.id);
    const due = refund.status === 'failed' ? 0 : refund.amount;
    if (atStripe === due && inLedger === due) continue;
    const sentence = `refund ${refund.id} is ${due} with us, ${atStripe || 'nothing'} at Stripe and ${inLedger} in the ledger`;
    violations.push(m7Of(refund.orderId, sentence));
  }
  for (const refund of made.values()) {
    const payment = paymentOf.get(String(refund.payment_intent));
    if (!payment && !exclusive) continue;
    const sentence = `Stripe gave back ${refund.amount} with ${refund.id}, which is no refund of ours`;
    violations.push(m7Of(payment?.orderId ?? null, sentence));
  }
  return violations;
}

/** A booked fee equals Stripe's; a fee may be missing only while it is new. */
function feesDiffer({ now, payments, charges }: Facts, booked: Booked): Violation[] {
  const paymentOf = new Map(payments.map((payment) => [payment.stripePaymentIntentId, payment]));
  return charges.flatMap((charge): Violation[] => {
    const payment = paymentOf.get(String(charge.payment_intent));
    const moved = charge.balance_transaction;
    if (!payment || !charge.captured || typeof moved !== 'object' || !moved) return [];
    const booking = booked.find('fee', payment.id);
    const isNew = !booking && now.getTime() - payment.updatedAt.getTime() < FEES_WITHIN_MS;
    if (isNew || -(booking?.amount ?? 0) === moved.fee) return [];
    const sentence = `Stripe's fee of ${charge.id} is ${moved.fee}, and the ledger has ${booking ? -booking.amount : 'none'}`;
    return [m7Of(payment.orderId, sentence)];
  });
}

function disputesDiffer({ payments, disputes }: Facts, booked: Booked, exclusive: boolean): Violation[] {
  const paymentOf = new Map(payments.map((payment) => [payment.stripePaymentIntentId, payment]));
  return disputes.flatMap((dispute): Violation[] => {
    const payment = paymentOf.get(String(dispute.payment_intent));
    if (!payment && !exclusive) return [];
    const id = deriveId('dispute', dispute.id);
    const atStripe = sum(dispute.balance_transactions.map(({ net }) => net));
    const inLedger = booked.amount('dispute', id) + booked.amount('dispute_won', id);
    if (atStripe === inLedger) return [];
    const sentence = `dispute ${dispute.id} moved ${atStripe} at Stripe, and ${inLedger} in the ledger`;
    return [m7Of(payment?.orderId ?? null, sentence)];
  });
}

function unknownToStripe({ bookings, entries }: Facts, booked: Booked): Violation[] {
  const atStripe = new Set(
    entries.filter(({ account }) => account === 'stripe').map(({ transactionId }) => transactionId),
  );
  return bookings
    .filter(({ id, kind, referenceId }) => atStripe.has(id) && !booked.isSeen(kind, referenceId))
    .map(({ orderId, kind, referenceId }) =>
      m7Of(orderId, `the ledger books a ${kind} of ${referenceId}, of which Stripe knows nothing`),
    );
}
