/**
 * `npm run bench`: measures the product and the floor below it in one run. See docs/performance.md.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { loadEnvironmentFile } from '../dev/environment.ts';
import { whenAskedToStop } from '../dev/signals.ts';
import { readFlags, USAGE, type Flags } from './flags.ts';
import { startFloor } from './floor/measure-floor.ts';
import { startGround, type Ground } from './ground.ts';
import { describeMachine } from './machine.ts';
import { measureOrders } from './measure-orders.ts';
import { readOrderShape } from './order-shape.ts';
import { mergePhases, ratePerSecond, type Phase } from './phase.ts';
import { writeReport, type Results } from './report.ts';
import { startStack, type Stack } from './stack.ts';
import { startStatementCount } from './statements.ts';
import { progressOf, runCommand } from './command.ts';

const say = progressOf('bench');

/** One measurement, run once per round. */
interface Measurement {
  readonly title: string;
  readonly count: number;
  run(count: number): Promise<Phase>;
}

async function main(): Promise<void> {
  const flags = readFlags(process.argv.slice(2));
  loadEnvironmentFile();
  const machine = describeMachine();
  const stop = whenAskedToStop();
  const aborted = new AbortController();
  void stop.asked.then(() => aborted.abort(new Error('asked to stop')));
  say('starting PostgreSQL, Temporal, Stripe, mail, worker and API');
  if (flags.profile) mkdirSync(flags.profile, { recursive: true });
  const ground = await startGround({ profileFolder: flags.profile });
  try {
    const untilStopped = stop.asked.then(() => Promise.reject(new Error('asked to stop')));
    const results = await Promise.race([measureAll(ground, flags, machine, aborted.signal), untilStopped]);
    console.log(`\n${writeReport(results)}`);
    if (flags.json) writeJson(flags.json, results);
  } catch (error) {
    if (!aborted.signal.aborted) console.error(ground.lastWords());
    throw error;
  } finally {
    await ground.stop();
    if (!aborted.signal.aborted) ground.guard.dismiss();
    stop.done();
  }
}

async function measureAll(
  ground: Ground,
  flags: Flags,
  machine: Results['machine'],
  signal: AbortSignal,
): Promise<Results> {
  const product = await startStack(ground);
  const measurements = await plan(ground, flags, product, signal);

  const statements = flags.profile ? await startStatementCount(ground.postgresUrl) : undefined;
  const rounds: Phase[][] = measurements.map(() => []);
  for (let round = 1; round <= flags.rounds; round += 1) {
    for (const [index, { title, count, run }] of measurements.entries()) {
      const share = Math.ceil(count / flags.rounds);
      const phase = await run(share);
      rounds[index]!.push(phase);
      say(`round ${round}: ${title}: ${ratePerSecond(phase).toFixed(1)} orders/s`);
    }
  }
  if (flags.profile) {
    const orders = rounds.flat().filter(({ design }) => design !== 'floor');
    await statements?.writeDown(
      flags.profile,
      orders.reduce((sum, { count }) => sum + count, 0),
    );
    await product.stopProduct();
  }
  return {
    machine,
    phases: rounds.map(mergePhases),
    roundRates: rounds.map((phases) => phases.map(ratePerSecond)),
    shape: await readOrderShape(product),
  };
}

/** Warms everything up and returns the measurements in order. */
async function plan(
  ground: Ground,
  flags: Flags,
  product: Stack,
  signal: AbortSignal,
): Promise<Measurement[]> {
  const { atATime } = flags;
  const floor = flags.designs.has('floor') ? await startFloor(ground, product) : undefined;
  const isMeasured = flags.designs.has('product');
  say('warming up');
  const warmUp = { count: flags.warmUp, atATime: Math.min(10, atATime), signal };
  await floor?.measure(warmUp);
  if (isMeasured) await measureOrders(product, warmUp);

  const measurements: Measurement[] = [];
  for (const [count, atOnce] of [
    [flags.alone, 1],
    [flags.together, atATime],
  ] as const) {
    if (floor) {
      const run = (share: number) => floor.measure({ count: share, atATime: atOnce, signal });
      measurements.push({ title: `floor, ${atOnce} at a time`, count, run });
    }
    if (isMeasured) {
      const run = (share: number) => measureOrders(product, { count: share, atATime: atOnce, signal });
      measurements.push({ title: `product, ${atOnce} at a time`, count, run });
    }
  }
  for (const [count, atOnce] of [
    [Math.ceil(flags.board / 2), 1],
    [flags.board, atATime],
  ] as const) {
    if (!isMeasured) continue;
    const run = (share: number) =>
      measureOrders(product, { count: share, atATime: atOnce, isBoardOpen: true, signal });
    measurements.push({ title: `product, board open, ${atOnce} at a time`, count, run });
  }
  return measurements.filter(({ count }) => count > 0);
}

function writeJson(file: string, results: Results): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
}

await runCommand(main, USAGE);
