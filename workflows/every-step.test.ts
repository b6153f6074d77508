/**
 * Loses every step of an order's life at every position, running it again each time, with or without a cancellation
 * meanwhile: the order ends as an undisturbed one may end, its record and workflow agree, and whoever acted is told what
 * came of it.
 */

import { sql } from 'kysely';
import { query, run } from '../db/sql.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasEnded, type OrderStatus } from '../domain/order.ts';
import { AFTER_CASES, playAfter } from '../test/harness/after-lives.ts';
import { PlacedOrder } from '../test/harness/buyer.ts';
import { placeGroupOrder, type GroupOrder, type Payer } from '../test/harness/group.ts';
import { createLostTasks, POSITIONS, type Position } from '../test/harness/lost-tasks.ts';
import { playAll } from '../test/harness/play-all.ts';
import { pickSome, sweepSeed } from '../test/harness/sweep.ts';
import { startSystem, type System } from '../test/harness/system.ts';
import { until } from '../test/harness/until.ts';
import { addProduct } from '../test/setup/menu.ts';
import { signUp, Visitor, type Reply } from '../test/setup/visitor.ts';
import { cover, drop, type OrderInput } from '../temporal/orders/messages.ts';
import type { TabActivities } from '../temporal/tabs/activities.ts';
import { createOrderQueueActivities, type ActivityDependencies } from '../workers/activities.ts';

let system: System;
let variantId: string;
/** The account of hosts whose saved card pays at the deadline. */
let userWithCard: string;
const lostTasks = createLostTasks(() => system.databases.orders);
beforeAll(async () => {
  system = await startSystem({ activityInterceptors: lostTasks.interceptors });
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 100_000 }],
  });
  variantId = product.variants[0]!.id;
  userWithCard = await signUpWithCard();
});
// Replay is tested elsewhere: there are hundreds of histories here.
afterAll(() => system?.stop({ histories: false }));

/** The actions of a case on its order, once that is placed; returns the response to its command. */
type Act = (order: PlacedOrder, payers: readonly Payer[]) => Promise<Reply<any> | void>;

/** What may disturb a step: what never comes of it is not tried. */
type Phase = 'in the first task' | 'before it is confirmed' | 'after it is confirmed';

interface Life {
  readonly phase: Phase;
  /** Two people order and pay. */
  readonly isGroup?: true;
  /** What happens soon to what is unpaid by then; absent: nothing. */
  readonly onDeadline?: NonNullable<OrderInput['onDeadline']>;
  /** Pays with this card when placed; absent: later. */
  readonly pay?: string;
  readonly act?: Act;
  /** The statuses in which the order may end without a disturbance. */
  readonly ends: readonly OrderStatus[];
}

/** Long enough to be placed on a busy machine. */
const SOON_MS = 1_500;

async function signUpWithCard(): Promise<string> {
  const host = new Visitor(system.url);
  await signUp(host, system.databases);
  const { body } = await host.post('/api/orders', {
    lines: [{ variantId, quantity: 1 }],
    payment: { paymentMethodId: 'pm_card_visa', savePaymentMethod: true },
  });
  await new PlacedOrder(system, host, body.order.id).untilStatus('confirmed');
  return (await host.get('/api/me')).body.user.id as string;
}

const confirmed = (order: PlacedOrder) => order.untilStatus('confirmed');

async function passBank(order: PlacedOrder): Promise<void> {
  await order.until('sent to the bank', ({ shares }) => shares[0]?.status === 'requires_action');
  const [intent] = (await order.atStripe()).intents;
  await fetch(`${system.stripe.url}/_/payment_intents/${intent!.id}/authenticate`, { method: 'POST' });
}

async function failCapture(order: PlacedOrder): Promise<void> {
  await order.until('sent to the bank', ({ shares }) => shares[0]?.status === 'requires_action');
  const [intent] = (await order.atStripe()).intents;
  system.stripe.faults.add({
    kind: 'answer',
    method: 'POST',
    path: `/v1/payment_intents/${intent!.id}/capture`,
    status: 402,
    error: { type: 'card_error', code: 'card_declined', message: 'Your card was declined.' },
    count: null,
  });
  await fetch(`${system.stripe.url}/_/payment_intents/${intent!.id}/authenticate`, { method: 'POST' });
}

const PAID: Life = { phase: 'in the first task', pay: 'pm_card_visa', ends: ['confirmed'] };
const CANCELED_UNPAID: Life = {
  phase: 'before it is confirmed',
  act: (order) => order.cancel(),
  ends: ['canceled'],
};
const CANCELED_PAID: Life = {
  phase: 'after it is confirmed',
  pay: 'pm_card_visa',
  act: async (order) => {
    await confirmed(order);
    return order.cancel(system.agent);
  },
  ends: ['canceled'],
};
const REFUNDED: Life = {
  phase: 'after it is confirmed',
  pay: 'pm_card_visa',
  act: async (order) => {
    await confirmed(order);
    const { lines } = await order.read();
    const refund = { lines: [{ lineId: lines[0]!.id, quantity: 1 }], reason: 'cold', restock: true };
    return order.refund(refund);
  },
  ends: ['confirmed'],
};
const READY: Life = {
  phase: 'after it is confirmed',
  pay: 'pm_card_visa',
  act: async (order) => {
    await confirmed(order);
    await order.advance('preparing');
    return order.advance('ready');
  },
  ends: ['preparing', 'ready'],
};
const payShare = (order: PlacedOrder, { guest, shareId }: Payer, card = 'pm_card_visa') =>
  order.payShare(guest, shareId, card);
const worstOf = (replies: readonly Reply<any>[]) =>
  replies.toSorted((one, other) => other.status - one.status)[0]!;
const PAID_BY_TWO: Life = {
  phase: 'before it is confirmed',
  isGroup: true,
  act: async (order, payers) => {
    return worstOf(await Promise.all(payers.map((payer) => payShare(order, payer))));
  },
  ends: ['confirmed'],
};
const PAID_IN_CASH_BY_ONE: Life = {
  phase: 'before it is confirmed',
  isGroup: true,
  act: async (order, [ada, ben]) => {
    await payShare(order, ada!);
    return order.payInCash(0, undefined, ben!.shareId);
  },
  ends: ['confirmed'],
};
/** Somebody pays another's share, or drops it, and pays what is left. */
function changeShare(definition: typeof cover | typeof drop): Life {
  return {
    phase: 'before it is confirmed',
    isGroup: true,
    act: async (order, [ada, ben]) => {
      const shared = { shareId: ben!.shareId, requestId: randomUUID() };
      await (definition === cover
        ? order.workflow.executeUpdate(cover, {
            args: [{ ...shared, payerId: ada!.participantId, as: 'participant' }],
          })
        : order.workflow.executeUpdate(drop, {
            args: [{ ...shared, actorId: ada!.participantId, as: 'host' }],
          }));
      await payShare(order, ada!);
      return payShare(order, { ...ada!, shareId: ben!.shareId });
    },
    ends: ['confirmed'],
  };
}
const PAID_BY_ONE_AND_CANCELED: Life = {
  phase: 'before it is confirmed',
  isGroup: true,
  act: async (order, [ada]) => {
    await payShare(order, ada!);
    return order.cancel();
  },
  ends: ['canceled'],
};

/** Nobody pays before the deadline: what is left of shared lines is the host's, who has more time. */
const EXTENDED: Life = {
  phase: 'before it is confirmed',
  isGroup: true,
  onDeadline: 'drop_unpaid',
  act: async (order, [ada]) => {
    const { shares, status } = await order.until(
      'more time',
      ({ status: now, deadline }) => hasEnded(now) || Date.parse(deadline ?? '') > Date.now() + 60_000,
    );
    if (hasEnded(status)) return;
    const replies = await Promise.all(shares.map(({ id }) => payShare(order, { ...ada!, shareId: id })));
    return worstOf(replies);
  },
  ends: ['confirmed'],
};
const COVERED_BY_HOST: Life = {
  phase: 'before it is confirmed',
  isGroup: true,
  onDeadline: 'host_covers',
  ends: ['confirmed'],
};

/** One more piece is added to an order that is confirmed. */
const changeBy = (card: string): Life => ({
  phase: 'after it is confirmed',
  pay: 'pm_card_visa',
  act: async (order) => {
    await confirmed(order);
    const change = { add: [{ variantId, quantity: 1 }], expectedDifference: 350 };
    return order.change({ ...change, payment: { paymentMethodId: card } });
  },
  ends: ['confirmed'],
});
const CHANGED = changeBy('pm_card_visa');
/** She is told that it was declined: whatever is lost, the order stays as it was. */
const CHANGE_DECLINED: Life = {
  ...changeBy('pm_card_chargeDeclined'),
  act: async (order, payers) => {
    const reply = await changeBy('pm_card_chargeDeclined').act!(order, payers);
    expect(reply!.status).toBeOneOf([402, 409]);
  },
};

/** One more piece is added to an order that is to be paid. */
const CHANGED_UNPAID: Life = {
  phase: 'before it is confirmed',
  act: async (order) => {
    await order.change({ add: [{ variantId, quantity: 1 }], expectedDifference: 350 });
    return order.pay('pm_card_visa');
  },
  ends: ['confirmed'],
};

/** All of it has run out, and nobody answers: it ends, and its price comes back. */
const SOLD_OUT: Life = {
  phase: 'after it is confirmed',
  pay: 'pm_card_visa',
  act: async (order) => {
    await confirmed(order);
    const [line] = (await order.read()).lines;
    const asked = await order.askAbout(line!.id);
    if (asked.status === 201) await order.endTimeToAnswer(asked.body.questionId);
    return asked;
  },
  ends: ['canceled'],
};

/** Steps of orders; for those of tabs see tab.test.ts. */
type Step = Exclude<keyof ReturnType<typeof createOrderQueueActivities>, keyof TabActivities>;

/** The lives in which each step occurs. A missing step fails to compile, and fails the test. */
const LIVES: Record<Step, Life> = {
  holdOrder: PAID,
  authorizePaymentAtOnce: PAID,
  captureAndConfirm: PAID,
  sendOrderMailsAtOnce: PAID,
  authorizePayment: {
    phase: 'before it is confirmed',
    act: (order) => order.pay('pm_card_visa'),
    ends: ['confirmed'],
  },
  refreshPayment: {
    phase: 'before it is confirmed',
    pay: 'pm_card_authenticationRequired',
    act: passBank,
    ends: ['confirmed'],
  },
  takeCash: { phase: 'before it is confirmed', act: (order) => order.payInCash(), ends: ['confirmed'] },
  readProgress: CANCELED_UNPAID,
  coverShare: changeShare(cover),
  dropShare: changeShare(drop),
  extendDeadline: EXTENDED,
  prepareHostAttempts: COVERED_BY_HOST,
  closeOrder: CANCELED_UNPAID,
  voidPayments: CANCELED_UNPAID,
  releaseStock: CANCELED_UNPAID,
  endOrder: CANCELED_PAID,
  advanceOrder: READY,
  holdChange: CHANGED,
  applyChange: CHANGED,
  changeUnpaid: CHANGED_UNPAID,
  captureChange: CHANGED,
  closeChange: CHANGE_DECLINED,
  giveUpChange: CHANGE_DECLINED,
  decideQuestion: SOLD_OUT,
  issueRefund: REFUNDED,
  restockRefund: REFUNDED,
  raiseAttention: {
    phase: 'before it is confirmed',
    pay: 'pm_card_authenticationRequired',
    act: failCapture,
    ends: ['canceled'],
  },
  reviewPayment: {
    phase: 'after it is confirmed',
    pay: 'pm_card_visa',
    act: async (order) => {
      await confirmed(order);
      const [intent] = (await order.atStripe()).intents;
      await system.stripeApi.refunds.create({ payment_intent: intent!.id, amount: 100 });
      await order.until('it is known', ({ refundedAmount }) => refundedAmount === 100);
    },
    ends: ['confirmed'],
  },
};

/** Lives of groups, where each payer's steps run beside those of the others. */
const GROUP_LIVES: readonly (readonly [Step, Life])[] = [
  ['authorizePayment', PAID_BY_TWO],
  ['captureAndConfirm', PAID_BY_TWO],
  ['takeCash', PAID_IN_CASH_BY_ONE],
  ['voidPayments', PAID_BY_ONE_AND_CANCELED],
];

const TIMES = ['at once', 'after the accept window', 'after the deadline', 'beside the first run'] as const;
type Time = (typeof TIMES)[number];
const UPDATES = ['nothing', 'a cancellation'] as const;

/** The phases in which a time that passes can make a difference. */
const PHASES: Readonly<Record<Time, readonly Phase[]>> = {
  'at once': ['in the first task', 'before it is confirmed', 'after it is confirmed'],
  'after the accept window': ['in the first task'],
  'after the deadline': ['in the first task', 'before it is confirmed'],
  'beside the first run': ['in the first task', 'before it is confirmed', 'after it is confirmed'],
};

interface Case {
  readonly step: Step;
  readonly life: Life;
  readonly position: Position;
  readonly time: Time;
  readonly update: (typeof UPDATES)[number];
}

const EVERY: readonly Case[] = [...(Object.entries(LIVES) as [Step, Life][]), ...GROUP_LIVES].flatMap(
  ([step, life]) =>
    TIMES.filter((time) => canMatter(time, life)).flatMap((time) =>
      POSITIONS.filter((position) => isApart(position, time)).flatMap((position) =>
        UPDATES.filter((update) => isApart(update, time, life) && isTried(update, time, position, life)).map(
          (update) => ({
            ...{ step, life, position, time, update },
          }),
        ),
      ),
    ),
);

/*
 * A run plays some, others each time: of each step, runs are lost at every position at once, and at some position at
 * every other time. Those of changes are many and alike: at some position at every time. STEPS_SEED=n repeats them,
 * STEPS_SEED=all plays all.
 */
const SEED = sweepSeed('STEPS_SEED');
const CASES = pickSome(EVERY, SEED, ({ step, life, position, time, update }) => {
  const name = life.isGroup ? `${step} of a group` : step;
  const when = `${name}, ${time}`;
  if (step.endsWith('Change')) return [when, `a change, ${position}`, `a change, ${update}`];
  return time === 'at once' ? [`${when}, ${position}`, `${name}, ${update}`] : [when];
});

/** Returns whether a time that passes can make a difference. A group's shares are each as one order's is. */
function canMatter(time: Time, { phase, isGroup }: Life): boolean {
  return PHASES[time].includes(phase) && (!isGroup || time === 'at once' || time === 'after the deadline');
}

/** Returns whether a case differs from another one that is played at once. */
function isApart(what: Position | (typeof UPDATES)[number], time: Time, life?: Life): boolean {
  if (time === 'at once') return true;
  // A task that is lost takes its first run with it; a second cancellation changes as little at any time.
  if (what === 'before its task is reported') return time !== 'beside the first run';
  return what !== 'a cancellation' || !life?.ends.includes('canceled');
}

/** A cancellation meanwhile is tried at every position for an order of one at once, and after the write elsewhere. */
function isTried(
  update: (typeof UPDATES)[number],
  time: Time,
  position: Position,
  { isGroup }: Life,
): boolean {
  if (update === 'nothing' || position === 'after its write') return true;
  return time === 'at once' && !isGroup;
}

/** Moves the order's timestamps into the past. */
async function passTime(orderId: string, time: Time): Promise<void> {
  const { orders, catalog } = system.databases;
  const isIt = sql`id = coalesce((select order_id from refunds where id = ${orderId}), ${orderId})`;
  if (time === 'after the accept window' || time === 'after the deadline')
    await run(
      orders.em.fork(),
      sql`update orders set accept_before = now() - interval '1 hour' where ${isIt}`,
    );
  if (time !== 'after the deadline') return;
  const past = sql`deadline = now() - interval '1 second'`;
  await run(orders.em.fork(), sql`update orders set ${past} where deadline is not null and ${isIt}`);
  await run(catalog.em.fork(), sql`update holds set ${past} where order_id = ${orderId}`);
}

async function play({ step, life, position, time, update }: Case): Promise<void> {
  const name = `${step}${life.isGroup ? ' of a group' : ''}, ${position}, ${time}, ${update}`;
  const place = randomUUID();
  const canceling: Promise<unknown>[] = [];
  const loss = {
    step,
    position,
    isBeside: time === 'beside the first run',
    hits: 0,
    meanwhile: async (orderId: string) => {
      await passTime(orderId, time);
      if (update === 'a cancellation')
        canceling.push(new PlacedOrder(system, system.agent, orderId).cancel());
    },
  };
  lostTasks.lose(place, loss);
  const placed = life.isGroup
    ? await placeGroupOrder(system, {
        ...{ variantId, count: 2, place: { kind: 'table', label: place } },
        ...(life.onDeadline && { onDeadline: life.onDeadline, holdMs: SOON_MS, userId: userWithCard }),
      })
    : await placeAlone();
  if (!placed) return;
  const { order, payers } = placed;
  const told = await life.act?.(order, payers).catch((error: unknown) => {
    if (update === 'nothing' && time !== 'after the deadline') throw error;
  });
  if (told && update === 'nothing' && time !== 'after the deadline')
    expect(told.status, `${name}: told ${JSON.stringify(told.body)}`).toBeLessThan(300);
  await Promise.all(canceling);
  const canEnd: readonly OrderStatus[] = [
    ...life.ends,
    ...(update === 'a cancellation' ? (['canceled'] as const) : []),
    ...(time === 'after the deadline' ? (['expired'] as const) : []),
  ];
  const end = await order.until(`${name}: one of ${canEnd.join(', ')}`, ({ status }) =>
    canEnd.includes(status),
  );
  await until(`${name}: its workflow knows it`, async () => {
    const { status, typedSearchAttributes } = await order.workflow.describe();
    const known = typedSearchAttributes.getAll().find(({ key }) => key.name === 'OrderStatus')?.value;
    return status.name !== 'RUNNING' || known === (await order.read()).status;
  });
  const types = await order.types();
  if (types.includes('confirmed')) expect(end.status, name).not.toMatch(/rejected|expired/);
  // Without a further step in its task, its run cannot be lost before the task is reported.
  if (types.includes(life.ends[0]!) && position !== 'before its task is reported')
    await until(`${name}: its run is lost`, () => loss.hits > 0);

  /** Resolves with nothing for an order that was not accepted in time. */
  async function placeAlone(): Promise<GroupOrder | undefined> {
    const guest = new Visitor(system.url);
    const { status, body } = await guest.post('/api/orders', {
      lines: [{ variantId, quantity: 1 }],
      contact: { name: 'Wilhelmina', email: `${randomUUID()}@guest.test` },
      place,
      ...(life.pay && { payment: { paymentMethodId: life.pay } }),
    });
    if (status === 201) return { order: new PlacedOrder(system, guest, body.order.id), payers: [] };
    // A customer who was told that nothing is charged is never charged.
    const isOver: readonly string[] = ['rejected', ...(update === 'nothing' ? [] : ['canceled'])];
    await until(`${name}: told ${JSON.stringify(body)}, it ends so`, async () => {
      const [row] = await query<{ status: string }>(
        system.databases.orders.em.fork(),
        sql`select status from orders where place->>'label' = ${place}`,
      );
      return row !== undefined && isOver.includes(row.status);
    });
    await Promise.all(canceling);
    return undefined;
  }
}

const TAB_STEPS: readonly (keyof TabActivities)[] = ['tendTab'];

test('every step that the orders’ queue knows is among them', () => {
  const steps = Object.keys(
    createOrderQueueActivities({
      databases: {},
      mailer: { longestMs: 0 },
    } as unknown as ActivityDependencies),
  );
  expect([...Object.keys(LIVES), ...TAB_STEPS].toSorted()).toEqual(steps.toSorted());
});

/** With more, tasks of workflows take so long that they time out on a busy machine. */
const LANES = 6;

test.each(TIMES)(`steps whose run is lost, and that run again %s (STEPS_SEED=${SEED})`, async (time) => {
  const waiting = CASES.filter((each) => each.time === time).toReversed();
  const failed: string[] = [];
  const lane = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      try {
        await play(next);
      } catch (error) {
        failed.push(String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  expect(failed).toEqual([]);
});

test('steps of a tab that is paid after, of which a run is lost', async () => {
  const cases = AFTER_CASES.flatMap(([step, life, positions]) =>
    positions.map((position) => ({ variantId, step, life, position })),
  );
  const failed: string[] = [];
  await playAll(cases, 8, (each) =>
    playAfter(system, lostTasks, each).catch((error: unknown) => void failed.push(String(error))),
  );
  expect(failed).toEqual([]);
});
