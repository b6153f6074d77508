/** Formats the figures of a run. */

import { writeMachine, type Machine } from './machine.ts';
import type { Traces } from './order-shape.ts';
import { spreadOf, type Spread } from './percentiles.ts';
import { ratePerSecond, type Phase } from './phase.ts';
import { figure, ratio, writeTable } from './table.ts';

/** All measurements of one run. */
export interface Results {
  readonly machine: Machine;
  /** By design and load, with rounds merged. */
  readonly phases: readonly Phase[];
  /** Orders per second of each round, in phase order. */
  readonly roundRates: readonly (readonly number[])[];
  readonly shape: Traces;
}

/** Returns the report as Markdown. */
export function writeReport(results: Results): string {
  const { machine, shape } = results;
  return [
    writeMachine(machine),
    writeRates(results),
    'CPU milliseconds per order, by process (until its mails are sent):',
    writeProcessorTimes(results.phases),
    'What one order leaves in Temporal:',
    writeTable(
      ['history events', 'workflow tasks', 'regular activities', 'signals'],
      [[shape.historyEvents, shape.workflowTasks, shape.regularActivities, shape.signals].map(String)],
    ),
    'The aims:',
    writeAims(results.phases),
  ].join('\n\n');
}

function writeRates({ phases, roundRates }: Results): string {
  const rows = phases.map((phase, index) => {
    const rates = roundRates[index] ?? [];
    const range = rates.length > 1 ? `${figure(Math.min(...rates))}–${figure(Math.max(...rates))}` : '';
    return [
      `${phase.design}, ${phase.atATime} at a time`,
      String(phase.count),
      String(phase.refusals),
      figure(ratePerSecond(phase)),
      range,
      ...[phase.answer, phase.confirmed, phase.told, phase.board].map((samples) =>
        writeSpread(spreadOf(samples)),
      ),
    ];
  });
  const loads = [...new Set(phases.map(({ atATime }) => atATime))];
  const comparisons = loads.flatMap((atATime) => {
    const product = find(phases, 'product', atATime);
    const floor = find(phases, 'floor', atATime);
    if (!product || !floor) return [];
    const medians = (['answer', 'confirmed', 'told'] as const).map((kind) =>
      ratio(spreadOf(product[kind]).p50, spreadOf(floor[kind]).p50),
    );
    const rate = ratio(ratePerSecond(product), ratePerSecond(floor));
    return [[`product / floor, ${atATime} at a time`, '', '', rate, '', ...medians, '–']];
  });
  return writeTable(
    [
      'p50 / p99 in ms since it was sent',
      'orders',
      'answered 503',
      'orders/s',
      'by round',
      'answer',
      'confirmed',
      "customer's socket",
      "agent's socket",
    ],
    [...rows, ...comparisons],
  );
}

function writeSpread({ count, p50, p99 }: Spread): string {
  return count === 0 ? '–' : `${figure(p50)} / ${figure(p99)}`;
}

function writeProcessorTimes(phases: readonly Phase[]): string {
  const names = [...new Set(phases.flatMap(({ processorMs }) => Object.keys(processorMs ?? {})))];
  if (names.length === 0) return 'not available on this system';
  return writeTable(
    ['design', ...names, 'all but load'],
    phases.map(({ design, atATime, count, processorMs }) => {
      const perOrder = (name: string) => {
        const total = processorMs?.[name];
        return total === undefined ? undefined : total / count;
      };
      const all = names
        .filter((name) => name !== 'load')
        .reduce((sum, name) => sum + (perOrder(name) ?? 0), 0);
      return [`${design}, ${atATime} at a time`, ...names.map((name) => figure(perOrder(name))), figure(all)];
    }),
  );
}

function writeAims(phases: readonly Phase[]): string {
  const most = Math.max(...phases.map(({ atATime }) => atATime));
  const rate = (design: Phase['design']) => {
    const phase = find(phases, design, most);
    return phase && ratePerSecond(phase);
  };
  const alone = find(phases, 'product', 1);
  const floorAlone = find(phases, 'floor', 1);
  const answer = alone && spreadOf(alone.answer).p50;
  const floorAnswer = floorAlone && spreadOf(floorAlone.answer).p50;
  const confirmed = alone && spreadOf(alone.confirmed).p50;
  const aim = (what: string, reached: string, isMet: boolean | undefined) => [
    what,
    reached,
    isMet === undefined ? '–' : isMet ? 'met' : 'missed',
  ];
  const atLeast = (value: number | undefined, of: number | undefined, times: number) =>
    value === undefined || of === undefined ? undefined : value >= of * times;
  return writeTable(
    ['aim', 'reached', ''],
    [
      aim(
        `at least half of the floor's orders/s, ${most} at a time`,
        ratio(rate('product'), rate('floor')),
        atLeast(rate('product'), rate('floor'), 0.5),
      ),
      aim(
        "alone: answer within 20 ms of the floor's (p50)",
        answer === undefined || floorAnswer === undefined ? '–' : `${figure(answer - floorAnswer)} ms more`,
        answer === undefined || floorAnswer === undefined ? undefined : answer - floorAnswer <= 20,
      ),
      aim(
        'alone: confirmed within 150 ms (p50)',
        confirmed === undefined ? '–' : `${figure(confirmed)} ms`,
        confirmed === undefined ? undefined : confirmed <= 150,
      ),
    ],
  );
}

function find(phases: readonly Phase[], design: Phase['design'], atATime: number): Phase | undefined {
  return phases.find((phase) => phase.design === design && phase.atATime === atATime);
}
