/** `npm run bench:tabs`: groups that order together. See docs/performance.md. */

import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadEnvironmentFile } from '../../dev/environment.ts';
import { whenAskedToStop } from '../../dev/signals.ts';
import { progressOf, runCommand } from '../command.ts';
import { startGround, type Ground } from '../ground.ts';
import { describeMachine, type Machine } from '../machine.ts';
import { startStack } from '../stack.ts';
import { startStatementCount } from '../statements.ts';
import { editTogether } from './edit-together.ts';
import { keepManyTabs } from './many-tabs.ts';
import { payAfter, spendEvening } from './pay-after.ts';
import { payRounds } from './pay-rounds.ts';
import { writeReport, type TabResults } from './report.ts';

const say = progressOf('bench');

const USAGE = `npm run bench:tabs -- [flags]
  --people <n>     people who edit one basket, and who pay one round (20)
  --seconds <n>    how long they edit, and how long each state of many tabs lasts (30)
  --tabs <n>       open tabs of ten people each (200)
  --rounds <n>     rounds, each of a tab of its own (8)
  --payers <n>     people of a tab that is paid after, who pay in the same second (40)
  --evening <n>    rounds of a long evening at such a tab (120)
  --only <part>    edit, tabs, rounds, after or evening; may be repeated (all)
  --profile <dir>  writes CPU profiles of worker and API, and statement counts of PostgreSQL, there`;

const PARTS = ['edit', 'tabs', 'rounds', 'after', 'evening'] as const;
/** Interval of one person's changes. */
const EVERY_MS = 2_000;

interface Flags {
  readonly people: number;
  readonly seconds: number;
  readonly tabs: number;
  readonly rounds: number;
  readonly payers: number;
  readonly evening: number;
  readonly parts: ReadonlySet<(typeof PARTS)[number]>;
  readonly profile: string | undefined;
}

async function main(): Promise<void> {
  const flags = readFlags();
  loadEnvironmentFile();
  const machine = describeMachine();
  const stop = whenAskedToStop();
  const aborted = new AbortController();
  void stop.asked.then(() => aborted.abort(new Error('asked to stop')));
  if (flags.profile) mkdirSync(flags.profile, { recursive: true });
  say('starting PostgreSQL, Temporal, Stripe, mail, worker and API');
  const ground = await startGround({ profileFolder: flags.profile });
  try {
    const untilStopped = stop.asked.then(() => Promise.reject(new Error('asked to stop')));
    const results = await Promise.race([measureAll(ground, flags, machine, aborted.signal), untilStopped]);
    console.log(`\n${writeReport(results)}`);
  } catch (error) {
    if (!aborted.signal.aborted) console.error(ground.lastWords());
    throw error;
  } finally {
    await ground.stop();
    ground.guard.dismiss();
    stop.done();
  }
}

async function measureAll(
  ground: Ground,
  flags: Flags,
  machine: Machine,
  signal: AbortSignal,
): Promise<TabResults> {
  const { people, seconds, parts, profile } = flags;
  const stack = await startStack(ground, { countsNetworks: true });
  /** Runs one part, if it is wanted, and counts its statements per `unit`. */
  const part = async <Result>(
    name: (typeof PARTS)[number],
    unit: string,
    run: () => Promise<Result>,
    countOf: (result: Result) => number,
  ): Promise<Result | undefined> => {
    if (!parts.has(name)) return undefined;
    say(name);
    const statements = profile ? await startStatementCount(ground.postgresUrl) : undefined;
    const result = await run();
    if (profile) await statements?.writeDown(profile, countOf(result), { file: `${name}.md`, unit });
    return result;
  };

  say('warming up');
  await editTogether(stack, { people: 5, seconds: 4, everyMs: 250, signal });
  if (parts.has('after') || parts.has('evening'))
    await payAfter(stack, { people: 5, perSecond: Infinity, signal });
  if (parts.has('rounds')) await payRounds(stack, { rounds: 2, people: 5, signal });
  const edited = await part(
    'edit',
    'change',
    () => editTogether(stack, { people, seconds, everyMs: EVERY_MS, signal }),
    ({ changes }) => changes,
  );
  const paid = await part(
    'rounds',
    'share',
    () => payRounds(stack, { rounds: flags.rounds, people, signal }),
    (result) => result.rounds * result.people,
  );
  const payers = { people: flags.payers, signal };
  const after = await part(
    'after',
    'payment',
    async () => [
      await payAfter(stack, { ...payers, perSecond: 20 }),
      await payAfter(stack, { ...payers, perSecond: Infinity }),
    ],
    (results) => results.length * flags.payers,
  );
  const evening = await part(
    'evening',
    'round',
    () => spendEvening(stack, { ...payers, rounds: flags.evening }),
    (result) => result.rounds,
  );
  const kept = await part(
    'tabs',
    'change',
    () => keepManyTabs(stack, { tabs: flags.tabs, people: 10, seconds, signal }),
    ({ everyScreen }) => everyScreen.length,
  );
  if (profile) await stack.stopProduct();
  return { machine, edited, kept, paid, after, evening };
}

function readFlags(): Flags {
  const { values } = parseArgs({
    options: {
      people: { type: 'string', default: '20' },
      seconds: { type: 'string', default: '30' },
      tabs: { type: 'string', default: '200' },
      rounds: { type: 'string', default: '8' },
      payers: { type: 'string', default: '40' },
      evening: { type: 'string', default: '120' },
      only: { type: 'string', multiple: true, default: [...PARTS] },
      profile: { type: 'string' },
    },
  });
  const count = (name: 'people' | 'seconds' | 'tabs' | 'rounds' | 'payers' | 'evening', least: number) => {
    const number = Number(values[name]);
    if (Number.isInteger(number) && number >= least) return number;
    throw new TypeError(`--${name} is "${values[name]}": it must be a whole number from ${least}`);
  };
  const parts = values.only.map((name) => {
    const found = PARTS.find((known) => known === name);
    if (!found) throw new TypeError(`--only is "${name}": it must be one of ${PARTS.join(', ')}`);
    return found;
  });
  return {
    ...{ people: count('people', 3), seconds: count('seconds', 1) },
    ...{ tabs: count('tabs', 1), rounds: count('rounds', 1) },
    ...{ payers: count('payers', 1), evening: count('evening', 1) },
    ...{ parts: new Set(parts), profile: values.profile },
  };
}

await runCommand(main, USAGE);
