/** M7 for cash: the ledger's till agrees with payments and refunds. */

import { readCorrected } from './corrections.ts';
import type { Facts } from './facts.ts';
import { sum } from './grouping.ts';
import type { Violation } from './violation.ts';

interface Moved {
  readonly orderId: string;
  readonly currency: string;
  readonly amount: number;
}

/** Returns the violations of cash. Checks each booking, but only the sum of corrected ones. */
export function checkTill(facts: Facts): Violation[] {
  const corrected = readCorrected(facts);
  const paymentOf = new Map(facts.refunds.map(({ id, paymentId }) => [id, paymentId]));
  const keyOf = (kind: string, subject: string) => {
    const paymentId = paymentOf.get(subject) ?? subject;
    return corrected.has(paymentId) ? `what was corrected of ${paymentId}` : `${kind} ${subject}`;
  };
  const due = readDue(facts, keyOf);
  const booked = readTill(facts, keyOf);
  return [...new Set([...due.keys(), ...booked.keys()])].flatMap((key): Violation[] => {
    const [ours, ledger] = [due.get(key), booked.get(key)];
    if (ours?.amount === ledger?.amount && ours?.currency === ledger?.currency) return [];
    const sentence = `${key} moves ${ours?.amount ?? 'nothing'} by our record, and ${ledger?.amount ?? 'nothing'} in the ledger's till`;
    return [{ id: 'M7', orderId: (ours ?? ledger)!.orderId, sentence }];
  });
}

type KeyOf = (kind: string, subject: string) => string;

/** Cash into and out of the till according to payments and refunds. */
function readDue({ payments, refunds }: Facts, keyOf: KeyOf): ReadonlyMap<string, Moved> {
  const due = new Map<string, Moved>();
  const cash = new Set(payments.flatMap(({ id, method }) => (method === 'cash' ? [id] : [])));
  for (const { id, status, orderId, currency, amount } of payments) {
    if (cash.has(id) && status !== 'canceled') add(due, keyOf('cash', id), { orderId, currency, amount });
  }
  for (const { id, paymentId, madeAt, status, orderId, currency, amount } of refunds) {
    if (!cash.has(paymentId) || !madeAt || status === 'failed') continue;
    add(due, keyOf('cash_refund', id), { orderId, currency, amount: -amount });
  }
  return due;
}

/** The same according to the ledger. */
function readTill({ bookings, entries }: Facts, keyOf: KeyOf): ReadonlyMap<string, Moved> {
  const inTill = new Map<string, Moved>();
  for (const { id, kind, referenceId, corrects, orderId, currency } of bookings) {
    const own = entries.filter(({ transactionId, account }) => transactionId === id && account === 'cash');
    if (own.length === 0) continue;
    const amount = sum(own.map((entry) => entry.amount));
    add(inTill, keyOf(kind, corrects ?? referenceId), { orderId, currency, amount });
  }
  return inTill;
}

function add(to: Map<string, Moved>, key: string, moved: Moved): void {
  to.set(key, { ...moved, amount: (to.get(key)?.amount ?? 0) + moved.amount });
}
