/** Flags of `npm run bench -- …`. */

import { parseArgs } from 'node:util';

export const USAGE = `npm run bench -- [flags]
  --alone <n>      orders one at a time, of each design (100)
  --together <n>   orders several at a time (600)
  --at-a-time <n>  how many those are (20)
  --board <n>      orders with the agents' board open, several at a time; half as many one at a time (100)
  --warm-up <n>    orders before anything is measured (50)
  --rounds <n>     the designs take turns so often, so that a noisy minute hits them all (3)
  --only <design>  product or floor; may be repeated (both)
  --json <file>    writes every figure there, too
  --profile <dir>  writes CPU profiles of worker and API, and statement counts of PostgreSQL, there`;

export const DESIGNS = ['product', 'floor'] as const;

export interface Flags {
  readonly alone: number;
  readonly together: number;
  readonly atATime: number;
  readonly board: number;
  readonly warmUp: number;
  readonly rounds: number;
  readonly designs: ReadonlySet<(typeof DESIGNS)[number]>;
  readonly json: string | undefined;
  readonly profile: string | undefined;
}

/** Reads the flags. Throws an Error whose message is for people. */
export function readFlags(args: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...args],
    options: {
      alone: { type: 'string', default: '100' },
      together: { type: 'string', default: '600' },
      'at-a-time': { type: 'string', default: '20' },
      board: { type: 'string', default: '100' },
      'warm-up': { type: 'string', default: '50' },
      rounds: { type: 'string', default: '3' },
      only: { type: 'string', multiple: true, default: [...DESIGNS] },
      json: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const count = (
    name: 'alone' | 'together' | 'at-a-time' | 'board' | 'warm-up' | 'rounds',
    least: number,
  ) => {
    const value = Number(values[name]);
    if (Number.isInteger(value) && value >= least) return value;
    throw new Error(`--${name} is "${values[name]}": it must be a whole number from ${least}`);
  };
  const designs = values.only.map((name) => {
    const design = DESIGNS.find((known) => known === name);
    if (!design) throw new Error(`--only is "${name}": it must be one of ${DESIGNS.join(', ')}`);
    return design;
  });
  return {
    alone: count('alone', 0),
    together: count('together', 0),
    atATime: count('at-a-time', 1),
    board: count('board', 0),
    warmUp: count('warm-up', 0),
    rounds: count('rounds', 1),
    designs: new Set(designs),
    json: values.json,
    profile: values.profile,
  };
}
