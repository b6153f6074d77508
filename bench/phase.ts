/** What one measurement brings, and how several become one. */

/** One design under one load. Durations are in milliseconds, a sample per order. */
export interface Phase {
  readonly design: 'product' | 'product, board open' | 'floor' | 'straightforward';
  /** How many orders are under way at once. */
  readonly atATime: number;
  readonly count: number;
  /** Orders that were answered `503 try_again` besides, after which the customer ordered anew. */
  readonly refusals: number;
  /** From the first order sent to the last one seen confirmed. */
  readonly elapsedMs: number;
  /** From sent to the answer. */
  readonly answer: readonly number[];
  /** From sent to the confirmed event's own time in the database. */
  readonly confirmed: readonly number[];
  /** From sent to the customer's socket telling it. */
  readonly told: readonly number[];
  /** From sent to the agent's socket telling it. */
  readonly board: readonly number[];
  /** Processor time by process, until every mail was sent; undefined where it cannot be known. */
  readonly processorMs: Readonly<Record<string, number>> | undefined;
}

/** The rounds of one measurement as one; the samples of all, and the time of all. */
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

/** Processor time that passed between two readings. */
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
