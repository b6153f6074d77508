/** The result of one measurement, and merging several. */

/** One design under one load. Durations are in milliseconds, with a sample per order. */
export interface Phase {
  readonly design: 'product' | 'product, board open' | 'floor';
  /** Number of concurrent orders. */
  readonly atATime: number;
  readonly count: number;
  /** Additional orders with a `503 try_again` response, after which the customer ordered anew. */
  readonly refusals: number;
  /** From the first order sent to the last confirmation seen. */
  readonly elapsedMs: number;
  /** From sending to the response. */
  readonly answer: readonly number[];
  /** From sending to the confirmed event's time in the database. */
  readonly confirmed: readonly number[];
  /** From sending to the message on the customer's socket. */
  readonly told: readonly number[];
  /** From sending to the message on the agent's socket. */
  readonly board: readonly number[];
  /** Processor time by process, until every mail was sent; undefined if unavailable. */
  readonly processorMs: Readonly<Record<string, number>> | undefined;
}

/** Merges the rounds of one measurement: all samples, and the total time. */
export function mergePhases(phases: readonly Phase[]): Phase {
  const [first] = phases;
  if (!first) throw new Error('there is nothing to merge');
  const processorMs = phases.every((phase) => phase.processorMs)
    ? Object.fromEntries(
        Object.keys(first.processorMs!).map((name) => [
          name,
          sum(phases.map((phase) => phase.processorMs![name] ?? 0)),
        ]),
      )
    : undefined;
  return {
    ...first,
    count: sum(phases.map(({ count }) => count)),
    refusals: sum(phases.map(({ refusals }) => refusals)),
    elapsedMs: sum(phases.map(({ elapsedMs }) => elapsedMs)),
    answer: phases.flatMap(({ answer }) => answer),
    confirmed: phases.flatMap(({ confirmed }) => confirmed),
    told: phases.flatMap(({ told }) => told),
    board: phases.flatMap(({ board }) => board),
    processorMs,
  };
}

/** Orders per second. */
export function ratePerSecond({ count, elapsedMs }: Pick<Phase, 'count' | 'elapsedMs'>): number {
  return (count / elapsedMs) * 1000;
}

/** Returns the processor time between two readings. */
export function difference(
  before: Readonly<Record<string, number>> | undefined,
  after: Readonly<Record<string, number>> | undefined,
): Readonly<Record<string, number>> | undefined {
  if (!before || !after) return undefined;
  return Object.fromEntries(Object.entries(after).map(([name, ms]) => [name, ms - (before[name] ?? 0)]));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
