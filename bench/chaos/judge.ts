/** Judges the final state: every invariant, and every response that was given. */

import { readFileSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import { sql } from 'kysely';
import { openDatabases, type Databases } from '../../db/databases.ts';
import { TabEntity } from '../../db/orders/entities/tab.ts';
import { readOrders } from '../../db/orders/orders/read-order.ts';
import { selectRows } from '../../db/sql.ts';
import type { Order } from '../../domain/contract/orders.ts';
import { createStripe } from '../../workers/operations/stripe.ts';
import { until } from '../../test/harness/until.ts';
import { checkInvariants } from '../../test/invariants/check.ts';
import { findUnsettled } from '../../test/invariants/settled.ts';
import { describeViolation } from '../../test/invariants/violation.ts';
import type { SunkMail } from '../smtp-sink.ts';
import type { Life } from './lives.ts';
import type { Round } from './round.ts';
import type { Town } from './town.ts';

export interface Finding {
  /** Undefined if it belongs to no single order. */
  readonly orderId: string | undefined;
  readonly sentence: string;
}

/** The longest time until a lost task, claim or call is detected and repaired, with a margin. */
const SETTLE_MS = 240_000;
const CHECK_MS = 10_000;

/** Waits until the system is at rest, and returns all violations. */
export async function judge(town: Town, rounds: readonly Round[]): Promise<Finding[]> {
  const databases = await openDatabases(town.databases, { poolSize: 4 });
  const connection = await Connection.connect({ address: town.temporalAddress });
  try {
    const temporal = new Client({ connection });
    // The checker reports what does not settle. Mails are read afterwards, since they arrive until then.
    await until(
      'rest',
      async () => (await findUnsettled({ databases, temporal }, { mails: true })).length === 0,
      {
        withinMs: SETTLE_MS,
      },
    ).catch(() => undefined);
    const violations = await checkInvariants({
      databases,
      stripe: createStripe({ secretKey: town.stripeSecretKey, apiUrl: town.stripeUrl }),
      temporal,
      mails: (await (await fetch(town.mailsUrl)).json()) as SunkMail[],
      standInUrl: town.stripeUrl,
      workflowBundle: town.workflowBundle,
      settleMs: CHECK_MS,
    });
    const broken = violations.map((violation) => ({
      orderId: violation.orderId ?? undefined,
      sentence: describeViolation(violation),
    }));
    return [...broken, ...(await findUntrue(databases, rounds)), ...findLooseLines(town)];
  } finally {
    await connection.close();
    await databases.close();
  }
}

/** Programs parse the logs of API and workers: every line must be a JSON object. */
function findLooseLines(town: Town): Finding[] {
  return town.loggers.flatMap((name) => {
    const lines = readFileSync(town.part(name).logFile, 'utf8').split('\n');
    const loose = lines.find((line) => line !== '' && !line.startsWith('{"'));
    return loose === undefined
      ? []
      : [{ orderId: undefined, sentence: `A3  ${name} writes a line that is no JSON: ${loose}` }];
  });
}

async function findUntrue(databases: Databases, rounds: readonly Round[]): Promise<Finding[]> {
  const lives = rounds.flatMap((round) => round.lives);
  const records = await readOrders(
    databases.orders,
    lives.flatMap(({ orderId, settlements }) => [
      ...settlements,
      ...(orderId === undefined ? [] : [orderId]),
    ]),
  );
  const ends = new Map(records.map(({ order }) => [order.id, order]));
  const closed = await listClosedTabs(databases, lives);
  const untrue = lives.flatMap((life) =>
    [
      ...complaintsOf(life, life.orderId === undefined ? undefined : ends.get(life.orderId)),
      ...complaintsOfTab(life, ends, closed),
    ].map((sentence) => ({
      orderId: life.orderId,
      sentence: `A1  order ${life.orderId ?? 'never placed'} (${life.kind}): ${sentence}`,
    })),
  );
  const failures = rounds.flatMap(({ met, seed }) =>
    met.failures.map((sentence) => ({ orderId: undefined, sentence: `A2  seed ${seed}: ${sentence}` })),
  );
  return [...untrue, ...failures];
}

async function listClosedTabs({ orders }: Databases, lives: readonly Life[]): Promise<Set<string>> {
  const ids = lives.flatMap(({ closedTabId }) => closedTabId ?? []);
  const rows = await selectRows(
    orders.em.fork(),
    TabEntity,
    sql`id = any(${ids}::uuid[]) and status = 'closed'`,
  );
  return new Set(rows.map(({ id }) => id));
}

function complaintsOfTab(
  { settlements, closedTabId }: Life,
  ends: ReadonlyMap<string, Order>,
  closed: ReadonlySet<string>,
): string[] {
  const lost = settlements.filter((id) => ends.get(id)?.status !== 'completed');
  return [
    ...lost.map((id) => `payment ${id} was taken, and is ${ends.get(id)?.status ?? 'in no record'}`),
    ...(closedTabId === undefined || closed.has(closedTabId) ? [] : ['its tab was closed, and is open']),
  ];
}

function* saidYes({ told }: Life, what: string): Generator<number> {
  for (const each of told) if (each.what === what && each.status < 300) yield each.status;
}

function complaintsOf(life: Life, end: Order | undefined): string[] {
  const complaints = life.unanswered.map((what) => `${what} was never answered`);
  const complain = (isSo: boolean, sentence: string) => {
    if (isSo) complaints.push(sentence);
  };
  for (const what of life.refused) complaints.push(`refused: ${what}`);
  const wasTaken = [...saidYes(life, 'place')].length > 0;
  complain(wasTaken && !end, 'it was taken, and is in no record');
  if (!end) return complaints;
  const asked = new Set(life.told.map(({ what }) => what));
  const isCanceled = end.status === 'canceled';
  complain(end.status === 'rejected', 'it was taken, and then rejected');
  complain(life.isToBeConfirmed && end.confirmedAt === null, `it was paid for, and is ${end.status}`);
  complain(
    isCanceled && !asked.has('cancel') && !life.unanswered.includes('cancel'),
    'nobody canceled it, and it is',
  );
  complain(
    [...saidYes(life, 'cancel')].includes(200) && !isCanceled,
    `it was canceled, and is ${end.status}`,
  );
  for (const { id, status } of end.shares)
    complain(
      life.paidShares.includes(id) && !isCanceled && status === 'due',
      `share ${id} was paid, and is due`,
    );
  const steps = [...saidYes(life, 'advance')].length;
  const reached = ['confirmed', 'preparing', 'ready', 'completed'].indexOf(end.status);
  complain(
    !isCanceled && steps > 0 && reached < steps,
    `it was moved on ${steps} times, and is ${end.status}`,
  );
  for (const id of life.changes)
    complain(!end.changes.some((change) => change.id === id), `change ${id} was made, and is in no record`);
  const isRefunded = [...saidYes(life, 'refunds')].length > 0;
  complain(isRefunded && end.refundedAmount === 0, 'a refund was taken, and nothing went back');
  return complaints;
}
