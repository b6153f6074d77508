/**
 * `npm run chaos`: starts every part of a system as a process and plays lives of orders. It kills, freezes and stops
 * parts by a seeded plan, and checks at rest that nothing was lost. Exits with 1 on any violation. See
 * docs/reliability.md.
 */

import { DefaultLogger, Runtime } from '@temporalio/worker';
import { loadEnvironmentFile } from '../../dev/environment.ts';
import { whenAskedToStop } from '../../dev/signals.ts';
import { startGround, type Ground } from '../ground.ts';
import { describeMachine, writeMachine } from '../machine.ts';
import type { Cell } from './cells.ts';
import { readFlags, USAGE, type Flags } from './flags.ts';
import { judge } from './judge.ts';
import { describeFindings, writeReport, type CellResult } from './report.ts';
import { describeBlows, playRound, type Round } from './round.ts';
import { startTown } from './town.ts';
import { progressOf, runCommand } from '../command.ts';

const say = progressOf('chaos');

async function main(): Promise<number> {
  const flags = readFlags(process.argv.slice(2));
  loadEnvironmentFile();
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const machine = describeMachine();
  const stop = whenAskedToStop();
  const results: CellResult[] = [];
  for (const cell of flags.cells) {
    if (stop.signal.aborted) break;
    const ground = await startGround({ profileFolder: undefined });
    try {
      const untilStopped = stop.asked.then(() => Promise.reject(new Error('asked to stop')));
      const result = await Promise.race([playCell(ground, cell, flags), untilStopped]);
      results.push(result);
      for (const line of describeFindings(result)) console.error(line);
    } catch (error) {
      if (!stop.signal.aborted) console.error(ground.lastWords());
      throw error;
    } finally {
      if (flags.keep) await keep(ground);
      else await ground.stop();
      if (!stop.signal.aborted) ground.guard.dismiss();
    }
  }
  stop.done();
  console.log(`${writeMachine(machine)}\n\n${writeReport(results)}`);
  return results.some(({ findings }) => findings.length > 0) ? 1 : 0;
}

async function playCell(ground: Ground, cell: Cell, flags: Flags): Promise<CellResult> {
  say(`${cell.name}: starting everything`);
  const { workers } = cell;
  const town = await startTown(ground, { workers, ...(flags.bundle && { bundle: flags.bundle }) });
  const rounds: Round[] = [];
  for (const seed of flags.seeds) {
    const round = await playRound(town, cell, { ...flags, seed });
    rounds.push(round);
    const { blows, met, recoveryMs } = round;
    say(
      `${cell.name}, seed ${seed}: ${describeBlows(blows)}; ${met.refusals} answered 503, ` +
        `${met.silences} cut or silent; next order confirmed after ${(recoveryMs / 1_000).toFixed(1)} s`,
    );
  }
  say(`${cell.name}: waiting for rest, and checking`);
  const since = Date.now();
  const findings = await judge(town, rounds);
  return { cell, rounds, findings, settledMs: Date.now() - since };
}

/** Ends every process, and keeps the folder. */
async function keep(ground: Ground): Promise<void> {
  await ground.stop({ keepFolder: true });
  say(`logs and data are in ${ground.folder}`);
}

await runCommand(main, USAGE);
