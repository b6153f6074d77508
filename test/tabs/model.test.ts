import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { setting } from '../../dev/environment.ts';
import { playAll } from '../harness/play-all.ts';
import { startSystem, type System } from '../harness/system.ts';
import { addProduct } from '../setup/menu.ts';
import { playAfterwards } from './after-play.ts';
import { afterSteps } from './after-steps.ts';
import { playStep } from './random-tab.ts';
import { Stage, type Goods } from './stage.ts';
import { stepsArbitrary } from './steps.ts';

/*
 * Random groups at their tabs, over HTTP and sockets, against the rules written down for one thread (tab-model.ts).
 * After every step the record, every screen and the model must be the same. TABS_SEED=n repeats one seed, TABS_RUNS=n
 * plays that many groups, TABS_STEPS=n so many steps each.
 */
const SEED = Number(setting('TABS_SEED') ?? Date.now() % 1_000_000);
const RUNS = Number(setting('TABS_RUNS') ?? 4);
const STEPS = Number(setting('TABS_STEPS') ?? 30);
const STEPS_AFTER = Number(setting('TABS_STEPS') ?? 20);
const AT_ONCE = 4;
/** Of what runs out. */
const SCARCE = 4;

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.stop());

test(`random groups agree with the rules, and so do all their screens (TABS_SEED=${SEED})`, async () => {
  const plays = fc.sample(stepsArbitrary(STEPS), { seed: SEED, numRuns: RUNS });
  const failures: string[] = [];
  await playAll(plays, AT_ONCE, async (steps) => {
    const stage = await Stage.open(system, await goods(), SCARCE);
    try {
      for (const step of steps) await playStep(stage, step);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    } finally {
      stage.close();
    }
  });
  expect(failures.join('\n\n')).toBe('');
});

test(`what random groups owe and pay afterwards agrees with the rules, whatever Stripe does (TABS_SEED=${SEED})`, async () => {
  const plays = fc.sample(afterSteps(STEPS_AFTER), { seed: SEED, numRuns: RUNS });
  const all = await goods();
  const cheapAndShared = all.filter(({ isScarce }) => !isScarce);
  for (const kind of ['error_after', 'reset', 'latency'] as const)
    system.stripe.faults.add({ kind, method: 'POST', probability: 0.04, seed: SEED, count: null, ms: 100 });
  const failures: string[] = [];
  await playAll(plays, AT_ONCE, (steps) =>
    playAfterwards(system, cheapAndShared, steps).catch(
      (error: Error) => void failures.push(error.stack ?? String(error)),
    ),
  );
  system.stripe.faults.clear();
  expect(failures.join('\n\n')).toBe('');
});

/** Every group has its own, so that none takes what another counts on. */
async function goods(): Promise<Goods[]> {
  const { variants } = await addProduct(system.databases, {
    variants: [
      { name: 'Small', unitAmount: 335, available: 10_000 },
      { name: 'Large', unitAmount: 1000, available: 10_000 },
      { name: 'Rare', unitAmount: 199, available: SCARCE },
    ],
  });
  return variants.map(({ id, unitAmount, name }) => ({ id, unitAmount, isScarce: name === 'Rare' }));
}
