/** Rounds of a tab, each with as many shares as people, all paid at the same moment. */

import { Client } from 'pg';
import type { Order } from '../../domain/contract/orders.ts';
import { orderWorkflowId } from '../../temporal/orders/messages.ts';
import { tabWorkflowId } from '../../temporal/tabs/messages.ts';
import { followOrder, now } from '../load/customers.ts';
import { everyMailIsSent, until } from '../measure-orders.ts';
import { readTraces, type Traces } from '../order-shape.ts';
import { difference } from '../phase.ts';
import { readProcessorTimes } from '../processor-time.ts';
import type { Stack } from '../stack.ts';
import { expect, openTab, type SeatedTab } from './phones.ts';

export interface RoundLoad {
  readonly rounds: number;
  readonly people: number;
  readonly signal: AbortSignal;
}

/** The result. Durations are in milliseconds. */
export interface PaidRounds {
  readonly rounds: number;
  readonly people: number;
  /** From sending the basket to the response, with the stock held. */
  readonly sent: readonly number[];
  /** From paying to the response, of each share. */
  readonly answer: readonly number[];
  /** From the first payment's request to the last authorization, in the database. */
  readonly authorized: readonly number[];
  /** From the first payment's request to the confirmation, in the database. */
  readonly confirmed: readonly number[];
  /** From the first payment's request until every phone was told of the confirmation. */
  readonly told: readonly number[];
  /** Payments that were not answered as paid. */
  readonly refused: number;
  /** What one phone received from the sending to the confirmation. */
  readonly eventsPerRound: number;
  readonly bytesPerRound: number;
  /** Processor time per share, by process, from the sending until every mail was sent. */
  readonly processorMs: Readonly<Record<string, number>> | undefined;
  /** What a round and its tab leave in Temporal: medians. */
  readonly order: Traces;
  readonly tab: Traces;
}

/** Lets one group after another fill a basket, send it, and pay. */
export async function payRounds(stack: Stack, { rounds, people, signal }: RoundLoad): Promise<PaidRounds> {
  const paid: PaidRound[] = [];
  const database = new Client({ connectionString: stack.databases.orders });
  await database.connect();
  try {
    for (let index = 0; index < rounds; index += 1) {
      signal.throwIfAborted();
      // Each group has a network of its own, with its limits.
      const seated = await openTab({ apiUrl: stack.apiUrl, people, network: `10.1.${index}.1` });
      try {
        paid.push(await payOne(stack, seated, database, signal));
      } finally {
        seated.close();
      }
    }
    const processors = paid.map(({ processorMs }) => processorMs);
    const shares = rounds * people;
    return {
      ...{ rounds, people },
      sent: paid.map(({ sentMs }) => sentMs),
      answer: paid.flatMap(({ answers }) => answers.map(({ ms }) => ms)),
      authorized: paid.map(({ authorizedMs }) => authorizedMs),
      confirmed: paid.map(({ confirmedMs }) => confirmedMs),
      told: paid.map(({ toldMs }) => toldMs),
      refused: paid.flatMap(({ answers }) => answers.filter(({ isPaid }) => !isPaid)).length,
      eventsPerRound: mean(paid.map(({ events }) => events)),
      bytesPerRound: mean(paid.map(({ bytes }) => bytes)),
      processorMs: processors.every((each) => each !== undefined)
        ? Object.fromEntries(
            Object.keys(processors[0] ?? {}).map((name) => [
              name,
              processors.reduce((sum, each) => sum + (each[name] ?? 0), 0) / shares,
            ]),
          )
        : undefined,
      order: await readTraces(
        stack.temporalAddress,
        paid.map(({ orderId }) => orderWorkflowId(orderId)),
      ),
      tab: await readTraces(
        stack.temporalAddress,
        paid.map(({ tabId }) => tabWorkflowId(tabId)),
      ),
    };
  } finally {
    await database.end();
  }
}

interface PaidRound {
  readonly orderId: string;
  readonly tabId: string;
  readonly sentMs: number;
  readonly answers: readonly { readonly ms: number; readonly isPaid: boolean }[];
  readonly authorizedMs: number;
  readonly confirmedMs: number;
  readonly toldMs: number;
  readonly events: number;
  readonly bytes: number;
  readonly processorMs: Readonly<Record<string, number>> | undefined;
}

async function payOne(
  stack: Stack,
  { tab, phones }: SeatedTab,
  database: Client,
  signal: AbortSignal,
): Promise<PaidRound> {
  const lines = `/api/tabs/${tab.id}/lines`;
  for (const phone of phones)
    expect(await phone.send('POST', lines, { variantId: stack.variantId, quantity: 1 }), 201, lines);
  await until(() => everyMailIsSent(database), signal);
  for (const { received } of phones) Object.assign(received, { events: 0, bytes: 0 });
  const before = readProcessorTimes(stack.pids);

  const sentAt = now();
  const rounds = `/api/tabs/${tab.id}/rounds`;
  const { order } = expect(await phones[0].send('POST', rounds, {}), 201, rounds) as { order: Order };
  const sentMs = now() - sentAt;
  const followed = await Promise.all(
    phones.map(({ socket, guestToken }) => followOrder(socket, order.id, guestToken)),
  );

  const paidAt = now();
  const toldEach = followed.map(({ confirmed }) => confirmed.then(now));
  const answers = await Promise.all(
    phones.map(async (phone) => {
      const share = order.shares.find(({ participantId }) => participantId === phone.participantId)!;
      const start = now();
      const answer = await phone.send('POST', `/api/orders/${order.id}/shares/${share.id}/pay`, {
        paymentMethodId: 'pm_card_visa',
      });
      return { ms: now() - start, isPaid: answer.status === 200 };
    }),
  );
  const toldAt = Math.max(...(await Promise.all(toldEach)));
  await until(() => everyMailIsSent(database), signal);
  const processorMs = difference(before, readProcessorTimes(stack.pids));
  const { rows } = await database.query<{ authorized: Date; confirmed: Date }>(
    `select max(at) filter (where type = 'payment_authorized') as authorized,
       max(at) filter (where type = 'confirmed') as confirmed from order_events where order_id = $1`,
    [order.id],
  );
  const sum = (name: 'events' | 'bytes') =>
    phones.reduce((total, { received }) => total + received[name], 0) / phones.length;
  return {
    ...{ orderId: order.id, tabId: tab.id, sentMs, answers, processorMs },
    authorizedMs: rows[0]!.authorized.getTime() - paidAt,
    confirmedMs: rows[0]!.confirmed.getTime() - paidAt,
    toldMs: toldAt - paidAt,
    events: sum('events'),
    bytes: sum('bytes'),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
