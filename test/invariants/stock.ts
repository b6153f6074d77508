/** S1 to S7: stock and holds. */

import { OPEN_CHANGES } from '../../domain/order-change.ts';
import { hasEnded, type OrderStatus } from '../../domain/order.ts';
import type { Facts, HoldFact } from './facts.ts';
import { of, sum } from './grouping.ts';
import type { Violation } from './violation.ts';

const GRACE_MS = 30_000;

/** Returns the violations of stock. `workerRuns`: a worker is running, which expires holds. */
export function checkStock(facts: Facts, { workerRuns }: { workerRuns: boolean }): Violation[] {
  return [
    ...variantsBalance(facts),
    ...holdsFitOrders(facts),
    ...(workerRuns ? deadlinesAreKept(facts) : []),
  ];
}

/** S1, S2, S4, and S7 per variant. */
function variantsBalance({ variants, holds }: Facts): Violation[] {
  const violations: Violation[] = [];
  const holdsOf = of(holds, (hold) => hold.variantId);
  for (const { id, name, available, received } of variants) {
    const own = holdsOf.get(id) ?? [];
    const units = (...statuses: HoldFact['status'][]) =>
      sum(own.filter((hold) => statuses.includes(hold.status)).map((hold) => hold.quantity - hold.returned));
    const held = units('live', 'committed');
    const sold = units('sold');
    const of = `variant ${id} (${name})`;
    if (available < 0)
      violations.push({ id: 'S1', orderId: null, sentence: `${of} has ${available} available` });
    if (available + held + sold !== received)
      violations.push({
        id: 'S2',
        orderId: null,
        sentence: `${of} has ${available} available + ${held} held + ${sold} sold, but received ${received}`,
      });
    if (held + sold > received)
      violations.push({
        id: 'S7',
        orderId: null,
        sentence: `of ${of} ${held + sold} were accepted, but only ${received} received`,
      });
  }
  for (const [key, own] of of(holds, (hold) => `${hold.orderId} ${hold.variantId}`)) {
    if (own.length > 1)
      violations.push({
        id: 'S4',
        orderId: own[0]!.orderId,
        sentence: `it has ${own.length} holds of variant ${key.split(' ')[1]}`,
      });
  }
  return violations;
}

/** The required hold status for each status of an accepted order: `sold` from the first preparation step on. */
function expectedOf(status: OrderStatus): readonly HoldFact['status'][] {
  switch (status) {
    case 'awaiting_payment':
      return ['live', 'committed'];
    case 'capturing':
      return ['committed'];
    case 'confirmed':
      return ['committed', 'sold'];
    default:
      return ['sold'];
  }
}

/** S3, S5, and S7 per order. */
function holdsFitOrders({ orders, lines, holds, events, changes }: Facts): Violation[] {
  const linesOf = of(lines, (line) => line.orderId);
  const holdsOf = of(holds, (hold) => hold.orderId);
  const confirmed = new Set(events.flatMap((event) => (event.type === 'confirmed' ? [event.orderId] : [])));
  const violations: Violation[] = [];
  for (const { id, status, attention } of orders) {
    const own = holdsOf.get(id) ?? [];
    if (hasEnded(status)) {
      const kept = own.filter((hold) => hold.status === 'live' || hold.status === 'committed');
      if (kept.length > 0 && !attention.includes('stock_not_released'))
        violations.push({
          id: 'S5',
          orderId: id,
          sentence: `it is ${status} and still holds ${describeHolds(kept)}`,
        });
      const sold = own.filter((hold) => hold.status === 'sold');
      if (sold.length > 0 && !confirmed.has(id))
        violations.push({
          id: 'S5',
          orderId: id,
          sentence: `it was never confirmed, but ${describeHolds(sold)}`,
        });
    }
    const isAccepted = status === 'completed' || (status !== 'placing' && !hasEnded(status));
    if (!isAccepted) continue;
    const bill = linesOf.get(id) ?? [];
    const besides = own.filter(
      (hold) => hold.status !== 'released' && !bill.some(({ variantId }) => variantId === hold.variantId),
    );
    if (besides.length > 0)
      violations.push({
        id: confirmed.has(id) ? 'S7' : 'S3',
        orderId: id,
        sentence: `it is ${status} and has ${describeHolds(besides)}, of which its bill has nothing`,
      });
    for (const [variantId, wanted] of of(bill, (line) => line.variantId)) {
      const quantity = sum(wanted.map((line) => line.quantity));
      const held = sum(
        own
          .filter((hold) => hold.variantId === variantId && expectedOf(status).includes(hold.status))
          .map((hold) => hold.quantity),
      );
      if (held !== quantity)
        violations.push({
          id: confirmed.has(id) ? 'S7' : 'S3',
          orderId: id,
          sentence: `it is ${status} with ${quantity} of variant ${variantId}, and has ${held} ${expectedOf(status).join(' or ')}`,
        });
    }
  }
  // A change holds what it adds under its own id until it is applied or given up.
  const open = changes.filter(({ status }) => OPEN_CHANGES.some((each) => each === status));
  const known = new Set([...orders, ...open].map(({ id }) => id));
  for (const hold of holds) {
    if (!known.has(hold.orderId) && hold.status !== 'released')
      violations.push({
        id: 'S5',
        orderId: hold.orderId,
        sentence: `it does not exist, and holds ${describeHolds([hold])}`,
      });
  }
  return violations;
}

/** S6. */
function deadlinesAreKept({ holds, now }: Facts): Violation[] {
  return holds.flatMap((hold) => {
    if (hold.status !== 'live' || now.getTime() - hold.deadline.getTime() <= GRACE_MS) return [];
    const sentence = `it holds ${describeHolds([hold])}, and its deadline was ${hold.deadline.toISOString()}`;
    return [{ id: 'S6' as const, orderId: hold.orderId, sentence }];
  });
}

function describeHolds(holds: readonly HoldFact[]): string {
  return holds.map((hold) => `${hold.quantity} ${hold.status} of variant ${hold.variantId}`).join(', ');
}
