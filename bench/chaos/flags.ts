/** Flags of `npm run chaos -- …`. */

import { parseArgs } from 'node:util';
import { CELLS, type Cell } from './cells.ts';

export const USAGE = `npm run chaos -- [flags]
  --cell <name>    ${CELLS.map(({ name }) => name).join(', ')}; may be repeated (all)
  --seeds <n>      seeds 1 to n of each cell (5)
  --seed <n>       this seed alone; may be repeated
  --orders <n>     lives of orders for each seed (40)
  --rate <n>       how many of them begin in a second (4)
  --bundle <file>  the workflows as "node main.ts bundle <file>" wrote them (bundled anew)
  --keep           keeps the logs and data of the last cell, and says where they are`;

export interface Flags {
  readonly cells: readonly Cell[];
  readonly seeds: readonly number[];
  readonly orders: number;
  readonly perSecond: number;
  readonly bundle: string | undefined;
  readonly keep: boolean;
}

/** Reads the flags. Throws an Error whose message is for people. */
export function readFlags(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cell: { type: 'string', multiple: true, default: CELLS.map(({ name }) => name) },
      seeds: { type: 'string', default: '5' },
      seed: { type: 'string', multiple: true },
      orders: { type: 'string', default: '40' },
      rate: { type: 'string', default: '4' },
      bundle: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const count = (name: string, value: string) => {
    const number = Number(value);
    if (Number.isInteger(number) && number >= 1) return number;
    throw new Error(`--${name} is "${value}": it must be a whole number from 1`);
  };
  return {
    cells: values.cell.map((name) => {
      const cell = CELLS.find((known) => known.name === name);
      if (!cell)
        throw new Error(
          `--cell is "${name}": it must be one of ${CELLS.map((each) => each.name).join(', ')}`,
        );
      return cell;
    }),
    seeds:
      values.seed?.map((value) => count('seed', value)) ??
      Array.from({ length: count('seeds', values.seeds) }, (_, index) => index + 1),
    orders: count('orders', values.orders),
    perSecond: count('rate', values.rate),
    bundle: values.bundle,
    keep: values.keep,
  };
}
