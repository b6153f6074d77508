/** C6: what the lines of an order come to is allocated, and is what was paid and is owed without what was given back. */

import { PAID_STATES } from '../../domain/payment.ts';
import { WITHOUT_BILL } from './allocations.ts';
import type { Facts } from './facts.ts';
import { of, sum } from './grouping.ts';
import { counts } from './paid-after.ts';
import type { Violation } from './violation.ts';

type Order = Facts['orders'][number];

/** Of an order as its bill is now, tips apart. */
interface Sums {
  /** Of the parts of its lines that somebody has claimed, paid or is to pay, or that are owed no more. */
  readonly allocated: number;
  /** At Stripe and in the till; authorized counts, too. */
  readonly paid: number;
  readonly owed: number;
  /** By changes. Refunds, disputes and the end of the order leave its bill as it was. */
  readonly givenBack: number;
  /** Canceled or written off, in rounds that are paid afterwards. */
  readonly waived: number;
}

/**
 * The lines of the last version of a bill = their allocations = paid + owed − given back, for orders of one person, and
 * for rounds that are paid before and after. Lines count without their discounts.
 */
export function checkBillSums(facts: Facts): Violation[] {
  const linesOf = of(facts.lines, ({ orderId }) => orderId);
  const ofShares = sumShares(facts);
  const ofClaims = sumClaims(facts);
  return facts.orders.flatMap((order): Violation[] => {
    if (WITHOUT_BILL.includes(order.status) || order.kind === 'settlement') return [];
    const lines = sum((linesOf.get(order.id) ?? []).map(({ amount }) => amount));
    const sums = order.paidAfter ? ofClaims(order) : ofShares(order);
    const { allocated, paid, owed, givenBack, waived } = sums;
    if (lines === allocated && lines === paid + owed + waived - givenBack) return [];
    const sentence = `its lines come to ${lines}, ${allocated} of it is allocated, ${paid} was paid, ${owed} is owed, ${givenBack} was given back, and ${waived} is owed no more`;
    return [{ id: 'C6', orderId: order.id, sentence }];
  });
}

/** Of orders that are paid before they are made: each share is paid, or owed. */
function sumShares({ shares, allocations, payments, charges, refunds }: Facts): (order: Order) => Sums {
  const sharesOf = of(shares, ({ orderId }) => orderId);
  const allocationsOf = of(allocations, ({ shareId }) => shareId);
  const paymentsOf = of(
    payments.filter(({ status }) => PAID_STATES.some((paid) => paid === status)),
    ({ shareId }) => shareId,
  );
  const changedOf = of(
    refunds.filter(({ cause }) => cause === 'changed'),
    ({ shareId }) => shareId,
  );
  const capturedOf = new Map(
    charges.flatMap(({ captured, payment_intent, amount_captured }) =>
      captured ? [[String(payment_intent), amount_captured] as const] : [],
    ),
  );
  return (order) => {
    const own = (sharesOf.get(order.id) ?? []).filter(({ billVersion }) => billVersion === order.billVersion);
    const paidOf = (shareId: string) => paymentsOf.get(shareId) ?? [];
    return {
      allocated: sum(own.flatMap(({ id }) => (allocationsOf.get(id) ?? []).map(({ amount }) => amount))),
      paid: sum(
        own.flatMap(({ id }) =>
          paidOf(id).map(
            ({ amount, tipAmount, stripePaymentIntentId }) =>
              (capturedOf.get(stripePaymentIntentId ?? '') ?? amount) - tipAmount,
          ),
        ),
      ),
      owed: sum(own.filter(({ id }) => paidOf(id).length === 0).map(({ amount }) => amount)),
      givenBack: sum(
        own.map(({ id, changedAmount }) => {
          const all = changedOf.get(id) ?? [];
          const returned = sum(all.filter(({ status }) => status !== 'failed').map(({ amount }) => amount));
          // One that failed is made again by a person.
          return all.some(({ status }) => status === 'failed') ? (changedAmount ?? 0) : returned;
        }),
      ),
      waived: 0,
    };
  };
}

/** Of rounds that are paid afterwards: settlements pay parts of their lines. */
function sumClaims({ orders, lines, shares, allocations, reductions }: Facts): (order: Order) => Sums {
  const settlementOf = new Map(
    orders.flatMap((order) => (order.kind === 'settlement' ? [[order.id, order] as const] : [])),
  );
  const ofShare = new Map(shares.map(({ id, orderId }) => [id, settlementOf.get(orderId)]));
  const linesOf = of(lines, ({ orderId }) => orderId);
  const claimsOf = of(allocations, ({ lineId }) => lineId);
  const reductionsOf = of(reductions, ({ lineId }) => lineId);
  return ({ id }) => {
    const own = linesOf.get(id) ?? [];
    const claims = own.flatMap((line) =>
      (claimsOf.get(line.id) ?? []).flatMap(({ shareId, amount }) => {
        const settlement = ofShare.get(shareId);
        return settlement && counts(settlement) ? [{ settlement, amount }] : [];
      }),
    );
    const amountOf = (isPaid: boolean) =>
      sum(
        claims
          .filter(({ settlement }) => (settlement.status === 'completed') === isPaid)
          .map(({ amount }) => amount),
      );
    const [paid, claimed] = [amountOf(true), amountOf(false)];
    const waived = sum(own.flatMap((line) => (reductionsOf.get(line.id) ?? []).map(({ amount }) => amount)));
    const open = sum(own.map(({ amount, settledAmount }) => amount - settledAmount));
    return { allocated: paid + claimed + waived + open, paid, owed: claimed + open, givenBack: 0, waived };
  };
}
