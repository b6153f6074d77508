/** M7 of cash: what the ledger says of the till, and what payments and refunds say, are the same. */

import type { Facts } from './facts.ts';
import { sum } from './grouping.ts';
import type { Violation } from './violation.ts';

/** All that does not hold of cash. */
export function checkTill({ payments, refunds, bookings, entries }: Facts): Violation[] {
  const methodOf = new Map(payments.map(({ id, method }) => [id, method]));
  const due = new Map<string, { orderId: string; currency: string; amount: number }>();
  for (const { id, method, status, orderId, currency, amount } of payments) {
    if (method === 'cash' && status !== 'canceled') due.set(`cash ${id}`, { orderId, currency, amount });
  }
  for (const { id, paymentId, madeAt, status, orderId, currency, amount } of refunds) {
    if (methodOf.get(paymentId) !== 'cash' || !madeAt || status === 'failed') continue;
    due.set(`cash_refund ${id}`, { orderId, currency, amount: -amount });
  }
  const inTill = bookings.flatMap((booking) => {
    const own = entries.filter(
      ({ transactionId, account }) => transactionId === booking.id && account === 'cash',
    );
    return own.length > 0 ? [{ ...booking, amount: sum(own.map(({ amount }) => amount)) }] : [];
  });
  const booked = new Map(inTill.map((booking) => [`${booking.kind} ${booking.referenceId}`, booking]));
  return [...new Set([...due.keys(), ...booked.keys()])].flatMap((key): Violation[] => {
    const [ours, ledger] = [due.get(key), booked.get(key)];
    if (ours?.amount === ledger?.amount && ours?.currency === ledger?.currency) return [];
    const sentence = `${key} moves ${ours?.amount ?? 'nothing'} by our record, and ${ledger?.amount ?? 'nothing'} in the ledger's till`;
    return [{ id: 'M7', orderId: (ours ?? ledger)!.orderId, sentence }];
  });
}
