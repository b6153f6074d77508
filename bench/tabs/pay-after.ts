/** Tabs that are settled after: many who pay in the same second, and what a payment costs in a long evening. */

import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { WhatInput } from '../../domain/contract/tab-payments.ts';
import type { Tab } from '../../domain/contract/tabs.ts';
import { orderWorkflowId } from '../../temporal/orders/messages.ts';
import { tabWorkflowId } from '../../temporal/tabs/messages.ts';
import { now } from '../load/customers.ts';
import { offerBoth } from '../load/sign-in.ts';
import { everyMailIsSent, until } from '../measure-orders.ts';
import { readTraces, type Traces } from '../order-shape.ts';
import { difference } from '../phase.ts';
import { readProcessorTimes } from '../processor-time.ts';
import type { Stack } from '../stack.ts';
import { expect, openTab, type Phone, type SeatedTab } from './phones.ts';

export interface AfterLoad {
  readonly people: number;
  /** Payments a second; all at once if it is infinite. */
  readonly perSecond: number;
  readonly signal: AbortSignal;
}

/** The result of many who pay at the same time. Durations are in milliseconds. */
export interface PaidAfter {
  readonly people: number;
  readonly perSecond: number;
  readonly answer: readonly number[];
  /** Requests that claimed nothing: somebody else was paying it, or it was paid. */
  readonly refused: number;
  /** What was owed, less what was paid: 0. */
  readonly leftAmount: number;
  readonly processorMs: Readonly<Record<string, number>> | undefined;
  readonly payment: Traces;
}

/** Lets everybody pay a part of one tab, in mixed ways; whoever comes too late takes what is left in the end. */
export async function payAfter(stack: Stack, { people, perSecond, signal }: AfterLoad): Promise<PaidAfter> {
  const seated = await openAfter(stack, people, `10.2.${Number.isFinite(perSecond) ? perSecond : 0}.1`);
  const database = await connect(stack);
  const { tab, phones } = seated;
  try {
    await order(stack, database, seated, phones, 2);
    await until(() => everyMailIsSent(database), signal);
    const before = readProcessorTimes(stack.pids);
    const answers = await Promise.all(
      phones.map(async (phone, index) => {
        if (Number.isFinite(perSecond)) await delay((index * 1000) / perSecond, undefined, { signal });
        return pay(phone, tab.id, wayOf(index, people));
      }),
    );
    await until(() => everyMailIsSent(database), signal);
    const processorMs = difference(before, readProcessorTimes(stack.pids));
    await pay(phones[0], tab.id, { kind: 'rest' });
    const paid = answers.filter(({ isPaid }) => isPaid);
    return {
      ...{ people, perSecond, refused: answers.length - paid.length },
      answer: answers.map(({ ms }) => ms),
      leftAmount: await owedAmount(database, tab.id),
      processorMs:
        processorMs &&
        Object.fromEntries(Object.entries(processorMs).map(([name, ms]) => [name, ms / people])),
      payment: await readTraces(
        stack.temporalAddress,
        paid.map(({ orderId }) => orderWorkflowId(orderId!)),
      ),
    };
  } finally {
    seated.close();
    await database.end();
  }
}

/** A long evening: what the payments of its first and last rounds take. */
export interface LongEvening {
  readonly people: number;
  readonly rounds: number;
  /** The responses to the payments after the first tenth of the rounds, and after the last. */
  readonly first: readonly number[];
  readonly last: readonly number[];
  /** Processor time of a payment then, by process. */
  readonly firstProcessorMs: Readonly<Record<string, number>> | undefined;
  readonly lastProcessorMs: Readonly<Record<string, number>> | undefined;
  readonly tab: Traces;
}

/**
 * Lets one person after another order a line alone, and pay what is hers, round after round; every fourth round stays
 * unpaid until the end.
 */
export async function spendEvening(
  stack: Stack,
  { people, rounds, signal }: { people: number; rounds: number; signal: AbortSignal },
): Promise<LongEvening> {
  const seated = await openAfter(stack, people, '10.3.1.1');
  const database = await connect(stack);
  const { tab, phones } = seated;
  const samples: { ms: number; processorMs: Readonly<Record<string, number>> | undefined }[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      signal.throwIfAborted();
      const phone = phones[round % people]!;
      await order(stack, database, seated, [phone], 1);
      if (round % 4 === 3) continue;
      await until(() => everyMailIsSent(database), signal);
      const before = readProcessorTimes(stack.pids);
      const { ms, isPaid } = await pay(phone, tab.id, { kind: 'mine' });
      if (!isPaid) throw new Error(`round ${round + 1} was not paid`);
      samples.push({ ms, processorMs: difference(before, readProcessorTimes(stack.pids)) });
    }
    const tenth = Math.max(1, Math.round(samples.length / 10));
    const [first, last] = [samples.slice(0, tenth), samples.slice(-tenth)];
    const mean = (of: typeof samples) =>
      of[0]?.processorMs &&
      Object.fromEntries(
        Object.keys(of[0].processorMs).map((name) => [
          name,
          of.reduce((sum, { processorMs }) => sum + (processorMs?.[name] ?? 0), 0) / of.length,
        ]),
      );
    return {
      ...{ people, rounds },
      first: first.map(({ ms }) => ms),
      last: last.map(({ ms }) => ms),
      firstProcessorMs: mean(first),
      lastProcessorMs: mean(last),
      tab: await readTraces(stack.temporalAddress, [tabWorkflowId(tab.id)]),
    };
  } finally {
    seated.close();
    await database.end();
  }
}

async function openAfter(stack: Stack, people: number, network: string): Promise<SeatedTab> {
  const { apiUrl } = stack;
  await offerBoth(apiUrl);
  return openTab({ apiUrl, people, network, settlement: 'after' });
}

async function connect(stack: Stack): Promise<Client> {
  const database = new Client({ connectionString: stack.databases.orders });
  await database.connect();
  return database;
}

/** Has each of them choose so many, sends it, and waits until the kitchen has it. */
async function order(
  stack: Stack,
  database: Client,
  { tab }: SeatedTab,
  phones: readonly Phone[],
  quantity: number,
): Promise<void> {
  const lines = `/api/tabs/${tab.id}/lines`;
  for (const phone of phones)
    expect(await phone.send('POST', lines, { variantId: stack.variantId, quantity }), 201, lines);
  const rounds = `/api/tabs/${tab.id}/rounds`;
  expect(await phones[0]!.send('POST', rounds, {}), 201, rounds);
  for (;;) {
    const { rows } = await database.query(
      `select from orders where tab_id = $1 and kind = 'goods' and confirmed_at is null`,
      [tab.id],
    );
    if (rows.length === 0) return;
    await delay(20);
  }
}

function wayOf(index: number, people: number): WhatInput {
  const ways: readonly WhatInput[] = [
    { kind: 'mine' },
    { kind: 'even', of: people },
    { kind: 'amount', amount: 100 },
  ];
  return ways[index % ways.length]!;
}

async function pay(
  phone: Phone,
  tabId: string,
  what: WhatInput,
): Promise<{ ms: number; isPaid: boolean; orderId: string | undefined }> {
  const start = now();
  const answer = await phone.send('POST', `/api/tabs/${tabId}/payments`, {
    what,
    paymentMethodId: 'pm_card_visa',
  });
  const { order: paid } = answer.body as { order?: { id: string; status: string } };
  return {
    ms: now() - start,
    isPaid: answer.status === 201 && paid?.status === 'completed',
    orderId: paid?.id,
  };
}

async function owedAmount(database: Client, tabId: string): Promise<Tab['owedAmount']> {
  const { rows } = await database.query<{ owed: number }>(
    `select coalesce(sum(l.amount - l.settled_amount), 0)::int as owed from lines l join orders o on o.id = l.order_id
     where o.tab_id = $1 and o.paid_after`,
    [tabId],
  );
  return rows[0]!.owed;
}
