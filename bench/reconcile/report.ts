/** Formats the figures of reconciliation. */

import { writeMachine, type Machine } from '../machine.ts';
import { figure, writeTable } from '../table.ts';
import type { Measured } from './measure.ts';

/** Returns the report as Markdown. */
export function writeReport(machine: Machine, measured: readonly Measured[]): string {
  const last = measured.at(-1)!;
  const count = (number: number) => number.toLocaleString('en');
  return [
    writeMachine(machine),
    writeTable(
      [
        'payments',
        'at Stripe',
        'bookings',
        's',
        'payments/s',
        'MiB before',
        'MiB at most',
        'planted',
        'found',
      ],
      measured.map(({ payments, intents, bookings, seconds, memory, planted, found }) => [
        count(payments),
        count(intents),
        count(bookings),
        figure(seconds),
        figure(payments / seconds),
        figure(memory?.beforeMiB),
        figure(memory?.peakMiB),
        String(sum(planted)),
        String(sum(found)),
      ]),
    ),
    `Where the time with ${count(last.payments)} payments went:`,
    writeTable(
      ['activity', 'ms', 'tries'],
      last.steps.map(({ name, ms, tries }) => [name, figure(ms), String(tries)]),
    ),
  ].join('\n\n');
}

/** Throws unless exactly the planted differences were found. */
export function assertAllFound(measured: readonly Measured[]): void {
  for (const { payments, planted, found } of measured) {
    const kinds = new Set([...planted.keys(), ...found.keys()]);
    const wrong = [...kinds].filter((kind) => planted.get(kind) !== found.get(kind));
    if (wrong.length === 0) continue;
    const each = wrong.map(
      (kind) => `${kind}: ${planted.get(kind) ?? 0} planted, ${found.get(kind) ?? 0} found`,
    );
    throw new Error(`of ${payments} payments: ${each.join('; ')}`);
  }
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
