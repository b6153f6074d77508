/** Formats the figures of tabs. */

import { writeMachine, type Machine } from '../machine.ts';
import type { Traces } from '../order-shape.ts';
import { spreadOf } from '../percentiles.ts';
import { figure, writeTable } from '../table.ts';
import type { Edited } from './edit-together.ts';
import type { Kept } from './many-tabs.ts';
import type { LongEvening, PaidAfter } from './pay-after.ts';
import type { PaidRounds } from './pay-rounds.ts';

export interface TabResults {
  readonly machine: Machine;
  readonly edited: Edited | undefined;
  readonly kept: Kept | undefined;
  readonly paid: PaidRounds | undefined;
  readonly after: readonly PaidAfter[] | undefined;
  readonly evening: LongEvening | undefined;
}

/** Returns the report as Markdown. */
export function writeReport({ machine, edited, kept, paid, after, evening }: TabResults): string {
  return [
    writeMachine(machine),
    ...(edited ? writeEdited(edited) : []),
    ...(kept ? writeKept(kept) : []),
    ...(paid ? writePaid(paid) : []),
    ...(after ? writeAfter(after) : []),
    ...(evening ? writeEvening(evening) : []),
  ].join('\n\n');
}

function writeEdited(edited: Edited): string[] {
  const spread = (what: string, samples: readonly number[]) => {
    const { count, p50, p99 } = spreadOf(samples);
    return [what, String(count), figure(p50), figure(p99)];
  };
  return [
    `${edited.people} people edit one basket, ${edited.lines} lines at the end; ms since a change was sent:`,
    writeTable(
      ['until', 'samples', 'p50', 'p99'],
      [
        spread('the response', edited.answer),
        spread('one screen has it', edited.screen),
        spread(`all ${edited.people} screens have it`, edited.everyScreen),
      ],
    ),
    writeTable(
      ['per change', ''],
      [
        ['events to one screen', figure(edited.eventsPerChange)],
        ['bytes to one screen', figure(edited.bytesPerChange)],
        ['bytes of the response, compressed', figure(edited.answerBytes)],
        ...processorRows(edited.processorMs),
      ],
    ),
  ];
}

function writeKept(kept: Kept): string[] {
  const { tabs, people, beforeMiB, openMiB, endMiB, changesPerSecond, everyScreen } = kept;
  const perSocket = openMiB === undefined ? undefined : ((openMiB - beforeMiB!) * 1024) / (tabs * people);
  const { p50, p99 } = spreadOf(everyScreen);
  const names = Object.keys(kept.quietMs ?? {});
  return [
    `${tabs} open tabs with ${people} people each, all connected to one API process:`,
    writeTable(
      ['memory of the API', ''],
      [
        ['MiB before', figure(beforeMiB)],
        ['MiB with all connected', figure(openMiB)],
        ['MiB at the end', figure(endMiB)],
        ['KiB per person', figure(perSocket)],
      ],
    ),
    writeTable(
      ['CPU ms per second', ...names],
      [
        ['nobody does anything', ...names.map((name) => figure(kept.quietMs?.[name]))],
        [
          `${figure(changesPerSecond)} changes per second`,
          ...names.map((name) => figure(kept.busyMs?.[name])),
        ],
      ],
    ),
    `A change reaches all screens of its tab in ${figure(p50)} ms (p50), ${figure(p99)} ms (p99).`,
  ];
}

function writePaid(paid: PaidRounds): string[] {
  const spread = (what: string, samples: readonly number[]) => {
    const { count, p50, p99 } = spreadOf(samples);
    return [what, String(count), figure(p50), figure(p99)];
  };
  const traces = (what: string, { historyEvents, workflowTasks, regularActivities, signals }: Traces) => [
    what,
    ...[historyEvents, workflowTasks, regularActivities, signals].map(String),
    figure(historyEvents / paid.people),
    figure(workflowTasks / paid.people),
  ];
  return [
    `${paid.rounds} rounds of ${paid.people} shares, all paid at the same moment, ${paid.refused} refused; ms:`,
    writeTable(
      ['from, until', 'samples', 'p50', 'p99'],
      [
        spread('sending, the response', paid.sent),
        spread('paying, its response', paid.answer),
        spread('the first payment, the last authorization', paid.authorized),
        spread('the first payment, confirmed', paid.confirmed),
        spread('the first payment, all phones told', paid.told),
      ],
    ),
    writeTable(
      ['', ''],
      [
        ['events to one phone, per round', figure(paid.eventsPerRound)],
        ['bytes to one phone, per round', figure(paid.bytesPerRound)],
        ...processorRows(paid.processorMs, 'per share'),
      ],
    ),
    writeTable(
      [
        'left in Temporal',
        'history events',
        'workflow tasks',
        'regular activities',
        'signals',
        'events per share',
        'tasks per share',
      ],
      [traces('a round', paid.order), traces('its tab', paid.tab)],
    ),
  ];
}

function writeAfter(after: readonly PaidAfter[]): string[] {
  return [
    'People of one tab pay it in parts, in mixed ways; ms to the response:',
    writeTable(
      [
        'people',
        'a second',
        'p50',
        'p99',
        'refused',
        'left to pay',
        'history events',
        'workflow tasks',
        'CPU ms',
      ],
      after.map(({ people, perSecond, answer, refused, leftAmount, payment, processorMs }) => {
        const { p50, p99 } = spreadOf(answer);
        return [
          String(people),
          Number.isFinite(perSecond) ? String(perSecond) : 'all at once',
          ...[figure(p50), figure(p99), String(refused), String(leftAmount)],
          ...[String(payment.historyEvents), String(payment.workflowTasks)],
          figure(sumOf(processorMs)),
        ];
      }),
    ),
    writeTable(
      ['CPU', 'ms per payment'],
      after.flatMap(({ perSecond, processorMs }) =>
        processorRows(
          processorMs,
          Number.isFinite(perSecond) ? `per payment, ${perSecond} a second` : 'per payment, all at once',
        ),
      ),
    ),
  ];
}

function writeEvening(evening: LongEvening): string[] {
  const row = (what: string, answer: readonly number[], processorMs: LongEvening['firstProcessorMs']) => {
    const { count, p50, p99 } = spreadOf(answer);
    return [what, String(count), figure(p50), figure(p99), figure(sumOf(processorMs))];
  };
  const { people, rounds, tab } = evening;
  return [
    `A tab of ${people} people and ${rounds} rounds; its workflow has ${tab.historyEvents} history events. Payments, ms:`,
    writeTable(
      ['payments', 'samples', 'p50', 'p99', 'CPU ms'],
      [
        row('the first tenth', evening.first, evening.firstProcessorMs),
        row('the last tenth', evening.last, evening.lastProcessorMs),
      ],
    ),
    writeTable(
      ['CPU', 'ms per payment'],
      [
        ...processorRows(evening.firstProcessorMs, 'per payment, the first tenth'),
        ...processorRows(evening.lastProcessorMs, 'per payment, the last tenth'),
      ],
    ),
  ];
}

function sumOf(processorMs: Readonly<Record<string, number>> | undefined): number | undefined {
  if (!processorMs) return undefined;
  return Object.entries(processorMs).reduce((sum, [name, ms]) => (name === 'load' ? sum : sum + ms), 0);
}

function processorRows(processorMs: Readonly<Record<string, number>> | undefined, per = ''): string[][] {
  const parts = Object.entries(processorMs ?? {}).filter(([name]) => name !== 'load');
  if (parts.length === 0) return [];
  const all = parts.reduce((sum, [, ms]) => sum + ms, 0);
  const shown = parts.map(([name, ms]) => `${name} ${figure(ms)}`).join(', ');
  return [[`CPU ms${per && ` ${per}`}: ${shown}`, figure(all)]];
}
