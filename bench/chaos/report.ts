/** The table of `npm run chaos`. */

import { figure, writeTable } from '../table.ts';
import type { Cell } from './cells.ts';
import type { Finding } from './judge.ts';
import type { Round } from './round.ts';

export interface CellResult {
  readonly cell: Cell;
  readonly rounds: readonly Round[];
  readonly findings: readonly Finding[];
  /** From the end of the last round until nothing was in progress, including the check itself. */
  readonly settledMs: number;
}

/** A row for each cell. */
export function writeReport(results: readonly CellResult[]): string {
  return writeTable(
    [
      'struck',
      'seeds',
      'orders',
      'blows',
      'answered 503',
      'cut or silent',
      'violations',
      'next order confirmed, s (median / longest)',
      'at rest, s',
    ],
    results.map(({ cell, rounds, findings, settledMs }) => {
      const sum = (count: (round: Round) => number) =>
        String(rounds.reduce((total, each) => total + count(each), 0));
      const recoveries = rounds.map(({ recoveryMs }) => recoveryMs / 1_000).toSorted((a, b) => a - b);
      const median = recoveries[Math.floor((recoveries.length - 1) / 2)];
      return [
        `${cell.name}: ${cell.about}`,
        String(rounds.length),
        sum(({ lives }) => lives.length),
        sum(({ blows }) => blows.length),
        sum(({ met }) => met.refusals),
        sum(({ met }) => met.silences),
        String(findings.length),
        `${figure(median)} / ${figure(recoveries.at(-1))}`,
        figure(settledMs / 1_000),
      ];
    }),
  );
}

/** Each finding in a line, with its seed. */
export function describeFindings({ cell, rounds, findings }: CellResult): string[] {
  const seedOf = new Map(
    rounds.flatMap(({ seed, lives }) => lives.map(({ orderId }) => [orderId, seed] as const)),
  );
  return findings.map(({ orderId, sentence }) => {
    const seed = orderId === undefined ? undefined : seedOf.get(orderId);
    return `${cell.name}${seed === undefined ? '' : `, seed ${seed}`}: ${sentence}`;
  });
}
