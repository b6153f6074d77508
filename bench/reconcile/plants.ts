/** Planted differences among the bench's payments: a few of each money-related kind, evenly spread. */

import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { Store } from 'stripe-stand-in/store';
import type { DifferenceKind } from '../../domain/reconciliation.ts';
import { copyOf, copyPayment } from './copy-payment.ts';
import type { Calendar, Range } from './story.ts';
import type { Fate, Template } from './templates.ts';

/** One payment in this many has the difference, the one with this remainder; each would have been captured. */
const EVERY = 3000;
const REMAINDERS = {
  order_without_money: 102,
  amount_differs: 203,
  ledger_differs: 304,
  money_without_order: 405,
  open_authorization: 506,
  orphaned_intent: 607,
} as const satisfies Partial<Record<DifferenceKind, number>>;
type PlantedKind = keyof typeof REMAINDERS;

/** PaymentIntents at Stripe that no payment of ours names, next to a payment's own. */
const STRAYS: readonly (readonly [PlantedKind, Fate])[] = [
  ['money_without_order', 'captured'],
  ['open_authorization', 'authorized'],
  ['orphaned_intent', 'bare'],
];

/** Returns the difference of the n-th payment, or undefined. */
export function plantOf(n: number): PlantedKind | undefined {
  return Object.entries(REMAINDERS).find(([, remainder]) => n % EVERY === remainder)?.[0] as
    PlantedKind | undefined;
}

/** Counts each kind among the first `count` payments. */
export function countPlanted(count: number): ReadonlyMap<string, number> {
  const planted = new Map<string, number>();
  for (let n = 1; n <= count; n += 1) {
    const kind = plantOf(n);
    if (kind) planted.set(kind, (planted.get(kind) ?? 0) + 1);
  }
  return planted;
}

/** Plants differences beyond single payments: stray PaymentIntents at Stripe, and captures that were never booked. */
export async function plantDifferences(
  { store, templates, calendar }: { store: Store; templates: Record<Fate, Template>; calendar: Calendar },
  ordersUrl: string,
  range: Range,
): Promise<void> {
  for (const [kind, fate] of STRAYS) {
    for (const n of planted(kind, range)) {
      const stray = { ...copyOf(calendar, n), paymentId: randomUUID() };
      copyPayment(store, templates[fate], `stray${n}`, stray);
    }
  }
  const client = new Client({ connectionString: ordersUrl });
  await client.connect();
  try {
    await client.query(`set session_replication_role = replica`);
    await client.query(
      `with gone as (
         delete from ledger_transactions where kind = 'capture' and reference_id in (
           select md5('payment' || n)::uuid from unnest($1::int[]) as n) returning id)
       delete from ledger_entries where transaction_id in (select id from gone)`,
      [planted('ledger_differs', range)],
    );
  } finally {
    await client.end();
  }
}

function planted(kind: PlantedKind, { from, to }: Range): number[] {
  const numbers: number[] = [];
  for (let n = from; n <= to; n += 1) if (plantOf(n) === kind) numbers.push(n);
  return numbers;
}
