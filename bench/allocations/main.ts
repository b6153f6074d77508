/** `npm run bench:allocations`: how long it takes to split the largest bill of a tab. See docs/performance.md. */

import { randomUUID } from 'node:crypto';
import { allocateBill, type AllocatedLine } from '../../domain/allocations.ts';
import { describeMachine, writeMachine } from '../machine.ts';
import { spreadOf } from '../percentiles.ts';
import { figure, writeTable } from '../table.ts';

const PEOPLE = 50;
const LINES = 300;
const TIMES = 300;

const people = Array.from({ length: PEOPLE }, () => randomUUID());
/** Always the same bills. */
let seed = 1;
const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
const upTo = (count: number) => Math.floor(random() * count);
const weigh = (weight: () => number) => (participantId: string) => ({ participantId, weight: weight() });

/** Who shares a line. */
const SHARING: Readonly<Record<string, () => AllocatedLine['sharedBetween']>> = {
  'each line is one person’s own': () => [{ participantId: people[upTo(PEOPLE)]!, weight: 1 }],
  'all share all': () => people.map(weigh(() => 1)),
  'half of them share each, by weights': () =>
    people.filter((_, index) => index === 0 || random() < 0.5).map(weigh(() => 1 + upTo(3))),
  'all share all, by weights that differ': () => people.map(weigh(() => 1 + upTo(9))),
};

const rows = Object.entries(SHARING).map(([title, sharedBetween]) => {
  const lines = Array.from({ length: LINES }, () => ({
    id: randomUUID(),
    amount: upTo(5000),
    sharedBetween: sharedBetween(),
  }));
  const bill = { currency: 'eur', lines, fees: [{ id: 'service', amount: 12_345 }] };
  const before = process.cpuUsage();
  const durations = Array.from({ length: TIMES }, () => {
    const start = performance.now();
    allocateBill(bill);
    return performance.now() - start;
  });
  const { user, system } = process.cpuUsage(before);
  const { p50, p99 } = spreadOf(durations.slice(1));
  return [title, ...[durations[0], p50, p99, (user + system) / 1000 / TIMES].map(figure)];
});

console.log(`${writeMachine(describeMachine())}\n`);
const columns = ['first, ms', 'median, ms', 'p99, ms', 'processor, ms'];
console.log(writeTable([`${PEOPLE} people × ${LINES} lines`, ...columns], rows));
