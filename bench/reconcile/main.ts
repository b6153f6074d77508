/** `npm run bench:reconcile`: time and memory of reconciliation for many payments. See docs/performance.md. */

import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadEnvironmentFile } from '../../dev/environment.ts';
import { whenAskedToStop } from '../../dev/signals.ts';
import { startGround } from '../ground.ts';
import { describeMachine } from '../machine.ts';
import { measureReconciliation } from './measure.ts';
import { assertAllFound, writeReport } from './report.ts';
import { progressOf, runCommand } from '../command.ts';

const say = progressOf('bench');

const USAGE = `npm run bench:reconcile -- [flags]
  --payments <n>   how many in the end (100000); a tenth and half of them are compared before, and all twice
  --profile <dir>  writes CPU profiles of worker and API there`;

async function main(): Promise<void> {
  const { payments, profile } = readFlags();
  loadEnvironmentFile();
  const machine = describeMachine();
  const stop = whenAskedToStop();
  if (profile) mkdirSync(profile, { recursive: true });
  say('starting PostgreSQL, Temporal, Stripe, mail, worker and API');
  const ground = await startGround({ profileFolder: profile });
  try {
    // Twice at full size: memory that grows the second time does not depend on the number of payments.
    const counts = [payments / 10, payments / 2, payments, payments].map(Math.floor);
    const untilStopped = stop.asked.then(() => Promise.reject(new Error('asked to stop')));
    const measured = await Promise.race([measureReconciliation(ground, counts, say), untilStopped]);
    console.log(`\n${writeReport(machine, measured)}`);
    assertAllFound(measured);
  } catch (error) {
    console.error(ground.lastWords());
    throw error;
  } finally {
    await ground.stop();
    ground.guard.dismiss();
    stop.done();
  }
}

function readFlags(): { payments: number; profile: string | undefined } {
  const { values } = parseArgs({
    options: { payments: { type: 'string', default: '100000' }, profile: { type: 'string' } },
  });
  const payments = Number(values.payments);
  if (!Number.isInteger(payments) || payments < 10)
    throw new TypeError(`--payments is "${values.payments}": it must be a whole number from 10`);
  return { payments, profile: values.profile };
}

await runCommand(main, USAGE);
