/** The faults to inject: one cell per row of the table. */

import type { Random } from './random.ts';
import { STRIKES, type Strike } from './part.ts';

const PARTS = ['api 1', 'api 2', 'worker 1', 'worker 2', 'temporal', 'postgres', 'stripe', 'mail'] as const;
export type PartName = (typeof PARTS)[number];

/** One kind of failure. */
export interface Cell {
  readonly name: string;
  readonly about: string;
  readonly workers: 1 | 2;
  /** Parts that may be struck. */
  readonly parts: readonly PartName[];
  /** How many of them at a time. */
  readonly atOnce: 1 | 'some' | 'all';
  readonly strikes: readonly Strike[];
  /** Lives are rounds of groups of so many people, not orders of one guest. */
  readonly groupOf?: number;
  /** Lives are tables of so many people who pay afterwards. */
  readonly tableOf?: number;
}

const APIS = ['api 1', 'api 2'] as const;
const ONE_WORKER = ['worker 1'] as const;
const REST = ['temporal', 'postgres', 'stripe', 'mail'] as const;
const cell = (name: string, about: string, more: Partial<Cell> & Pick<Cell, 'parts'>): Cell => ({
  name,
  about,
  workers: 1,
  atOnce: 1,
  strikes: STRIKES,
  ...more,
});

export const CELLS: readonly Cell[] = [
  cell('worker', 'the only worker', { parts: ONE_WORKER }),
  cell('worker-kill', 'the only worker, always killed', { parts: ONE_WORKER, strikes: ['kill'] }),
  cell('one-of-two-workers', 'one of two workers', { parts: ['worker 1', 'worker 2'], workers: 2 }),
  cell('api', 'one of two APIs', { parts: APIS }),
  cell('temporal', 'the Temporal server', { parts: ['temporal'] }),
  cell('postgres', 'the PostgreSQL server', { parts: ['postgres'] }),
  cell('stripe', 'Stripe', { parts: ['stripe'] }),
  cell('mail', 'the mail server', { parts: ['mail'] }),
  cell('several', 'any two or three parts, overlapping', {
    parts: [...APIS, 'worker 1', 'worker 2', ...REST],
    workers: 2,
    atOnce: 'some',
  }),
  cell('worker-and-api', 'the only worker and one of two APIs, killed', {
    parts: ['worker 1', 'api 1'],
    atOnce: 'all',
    strikes: ['kill'],
  }),
  cell('groups', 'workers and APIs, two or more killed while groups of twenty pay', {
    parts: [...APIS, 'worker 1', 'worker 2'],
    workers: 2,
    atOnce: 'some',
    strikes: ['kill'],
    groupOf: 20,
  }),
  cell('tables', 'any part killed, while tables of four order rounds and pay them afterwards', {
    parts: [...APIS, 'worker 1', 'worker 2', 'temporal', 'postgres', 'stripe'],
    workers: 2,
    atOnce: 'some',
    strikes: ['kill'],
    tableOf: 4,
  }),
  cell('all', 'every part at once', { parts: [...APIS, ...ONE_WORKER, ...REST], atOnce: 'all' }),
];

/** A fault on a part, at milliseconds from the start of its round. */
export interface Blow {
  readonly part: PartName;
  readonly how: Strike;
  readonly at: number;
  readonly forMs: number;
}

/** Draws the faults of one round: one to three, while orders arrive. No part is struck again before it is back. */
export function planBlows(cell: Cell, random: Random, roundMs: number): Blow[] {
  const count = cell.atOnce === 'all' ? 1 : Math.floor(random.between(1, 4));
  const blows: Blow[] = [];
  let free = random.between(500, roundMs / 3);
  for (let index = 0; index < count; index += 1) {
    const struck = chooseParts(cell, random);
    const together = struck.map((part): Blow => {
      const how = random.pick(cell.strikes);
      // Shorter and longer than an order's accept window, and than the timeout of a lost task.
      return {
        part,
        how,
        at: free + random.between(0, 1_500),
        forMs: random.between(200, random.pick([1_500, 6_000, 13_000])),
      };
    });
    blows.push(...together);
    free = Math.max(...together.map(({ at, forMs }) => at + forMs)) + random.between(500, 3_000);
  }
  return blows;
}

function chooseParts({ parts, atOnce }: Cell, random: Random): PartName[] {
  if (atOnce === 'all') return [...parts];
  const chosen = new Set([random.pick(parts)]);
  if (atOnce === 'some') while (chosen.size < 2 || random.isSo(0.3)) chosen.add(random.pick(parts));
  return [...chosen];
}
