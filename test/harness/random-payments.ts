/** Random actions on orders and payments, for property tests. */

import fc from 'fast-check';
import type { FaultRequest } from 'stripe-stand-in';
import { RandomOrder } from './random-order.ts';
import { placeOrder } from './buyer.ts';
import type { System } from './system.ts';

/** The system, and the orders of one run, oldest first. */
export interface Real {
  readonly system: System;
  readonly variantId: string;
  /** Faults that affect each of its orders. */
  readonly faults: readonly FaultRequest[];
  readonly orders: RandomOrder[];
}

/** Any request may be sent at any time; the responses tell what is true. */
export type Command = fc.AsyncCommand<object, Real>;

const CARDS = [
  'pm_card_visa',
  'pm_card_visa',
  'pm_card_chargeDeclined',
  'pm_card_chargeDeclinedInsufficientFunds',
  'pm_card_authenticationRequired',
  'pm_card_threeDSecureRequiredChargeDeclined',
] as const;
const card = fc.constantFrom(...CARDS);
const tip = fc.constantFrom(0, 50);

const place = (pay: string | undefined, tipAmount: number): Command => ({
  check: () => true,
  run: async (_model, { system, variantId, faults, orders }) => {
    const order = await placeOrder(system, { variantId, ...(pay && { pay, tipAmount }) });
    const random = new RandomOrder(order, pay);
    random.arm(faults);
    orders.push(random);
  },
  toString: () => `place(${pay ?? 'no card'}, tip ${tipAmount})`,
});

/** An action on one of the orders; if it is not awaited, the next action runs concurrently. */
function act(name: string, does: (order: RandomOrder, real: Real) => unknown): fc.Arbitrary<Command> {
  return fc.record({ of: fc.nat(5), waits: fc.boolean() }).map(({ of, waits }) => ({
    check: () => true,
    run: async (_model, real) => {
      const order = real.orders[of % real.orders.length]!;
      const done = order.track(Promise.resolve(does(order, real)));
      if (waits) await done;
    },
    toString: () => `${waits ? '' : 'meanwhile '}${name} of ${of}`,
  }));
}

const steps: fc.WeightedArbitrary<Command>[] = [
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.option(card, { nil: undefined }), tip)
      .map(([pay, tipAmount]) => place(pay, tipAmount)),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(card, tip)
      .chain(([pay, tipAmount]) =>
        act(`pay(${pay}, tip ${tipAmount})`, (order) => order.pay(pay, tipAmount)),
      ),
  },
  { weight: 3, arbitrary: act('pass the bank', (order) => order.decideAtBank('authenticate')) },
  { weight: 1, arbitrary: act('fail the bank', (order) => order.decideAtBank('fail_authentication')) },
  { weight: 1, arbitrary: act('cancel by guest', (order) => order.cancel('guest')) },
  { weight: 1, arbitrary: act('cancel by agent', (order) => order.cancel('agent')) },
  { weight: 3, arbitrary: act('advance', (order) => order.advance()) },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(1, 100, 350)
      .chain((amount) => act(`refund(${amount})`, (order) => order.refund(amount))),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({
        line: fc.option(fc.nat(2), { nil: undefined }),
        quantity: fc.integer({ min: 0, max: 3 }),
        card,
      })
      .chain(({ line, quantity, card: by }) =>
        act(
          `change(${line === undefined ? 'a new line' : `line ${line}`}: ${quantity}, ${by})`,
          (order, real) =>
            order.change(
              {
                ...(line !== undefined && { line }),
                ...{ quantity: line === undefined ? Math.max(1, quantity) : quantity, card: by },
              },
              real.variantId,
            ),
        ),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(100, 350)
      .chain((amount) => act(`refund(${amount}) in the dashboard`, (order) => order.refundOutside(amount))),
  },
  { weight: 1, arbitrary: act('dispute', (order) => order.dispute()) },
  { weight: 1, arbitrary: act('Stripe is down', (order) => order.takeStripeDown(700)) },
];

/** Eight to sixteen steps on one order and on the orders placed along the way. */
export const commandsArbitrary = fc.array(fc.oneof(...steps), { minLength: 8, maxLength: 16 });
