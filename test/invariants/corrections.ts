/** M7 for corrected bookings: their sum must be right; the single bookings are history. */

import { deriveId } from '../../db/ids.ts';
import type { Facts } from './facts.ts';
import { of, sum } from './grouping.ts';
import type { Violation } from './violation.ts';

/** The subjects of corrections: payments, disputes by their ledger id, and the references of stray bookings. */
export function readCorrected({ bookings }: Facts): ReadonlySet<string> {
  return new Set(bookings.flatMap(({ corrects }) => corrects ?? []));
}

/** The facts without corrected subjects and without fully refunded money at Stripe that had no payment of ours. */
export function leaveOutCorrected(facts: Facts): Facts {
  const { payments, charges } = facts;
  const corrected = readCorrected(facts);
  const paymentOf = new Map(payments.map((payment) => [payment.stripePaymentIntentId, payment]));
  const wentBack = new Set(
    charges.flatMap(({ payment_intent, refunded }) => (refunded ? [String(payment_intent)] : [])),
  );
  const counts = (intentId: unknown) => {
    const payment = paymentOf.get(String(intentId));
    return payment ? !corrected.has(payment.id) : !wentBack.has(String(intentId));
  };
  return {
    ...facts,
    payments: payments.filter(({ id }) => !corrected.has(id)),
    refunds: facts.refunds.filter(({ paymentId }) => !corrected.has(paymentId)),
    intents: facts.intents.filter(({ id }) => counts(id)),
    stripeRefunds: facts.stripeRefunds.filter(({ payment_intent }) => counts(payment_intent)),
    disputes: facts.disputes.filter(({ id }) => !corrected.has(deriveId('dispute', id))),
  };
}

/** Subjects whose sum with corrections differs from Stripe's. `account` marks a booking as accounted for. */
export function correctionsDiffer(
  facts: Facts,
  account: (kind: string, referenceId: string) => void,
): Violation[] {
  const entriesOf = of(
    facts.entries.filter((entry) => entry.account === 'stripe'),
    (entry) => entry.transactionId,
  );
  return [...readCorrected(facts)].flatMap((subject): Violation[] => {
    const names = new Set([
      subject,
      ...facts.refunds.filter(({ paymentId }) => paymentId === subject).map(({ id }) => id),
    ]);
    const own = facts.bookings.filter(
      ({ referenceId, corrects }) => names.has(referenceId) || corrects === subject,
    );
    for (const { kind, referenceId } of own) account(kind, referenceId);
    const booked = sum(own.flatMap(({ id }) => (entriesOf.get(id) ?? []).map(({ amount }) => amount)));
    const moved = movedAtStripe(facts, subject);
    if (booked === moved) return [];
    const sentence = `what was corrected of ${subject} comes to ${booked}, and at Stripe to ${moved}`;
    return [{ id: 'M7', orderId: own[0]!.orderId, sentence }];
  });
}

/** The effect of a payment or dispute on our balance at Stripe; zero for anything else. */
function movedAtStripe({ payments, charges, disputes }: Facts, subject: string): number {
  const dispute = disputes.find(({ id }) => deriveId('dispute', id) === subject);
  if (dispute) return sum(dispute.balance_transactions.map(({ net }) => net));
  const payment = payments.find(({ id }) => id === subject);
  const own = charges.filter(
    ({ payment_intent, captured }) => captured && payment_intent === payment?.stripePaymentIntentId,
  );
  return sum(
    own.map(({ amount_captured, amount_refunded, balance_transaction: moved }) => {
      const fee = typeof moved === 'object' ? (moved?.fee ?? 0) : 0;
      return amount_captured - amount_refunded - fee;
    }),
  );
}
