/** `npm run bench:board`: frame rate of the staff's board with hundreds of moving cards. See docs/performance.md. */

import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { Client } from 'pg';
import { ensureBrowser, findBrowser } from '../../dev/browser.ts';
import { loadEnvironmentFile } from '../../dev/environment.ts';
import { whenAskedToStop } from '../../dev/signals.ts';
import { buildWeb, isWebBuilt } from '../../dev/web-build.ts';
import { startGround } from '../ground.ts';
import { describeMachine, writeMachine } from '../machine.ts';
import { startStack } from '../stack.ts';
import { writeTable } from '../table.ts';
import { fillBoard } from './fill-board.ts';
import { measureBoard, type MeasuredBoard } from './measure-board.ts';
import { progressOf, runCommand } from '../command.ts';

const say = progressOf('bench');

const USAGE = `npm run bench:board -- [flags]
  --cards <n,n>   how many orders are on the board (50,200,500)
  --seconds <n>   how long each is watched at ten changes a second (15)`;

async function main(): Promise<void> {
  const { cards, seconds } = readFlags();
  loadEnvironmentFile();
  const machine = describeMachine();
  const stop = whenAskedToStop();
  await ensureBrowser(say);
  if (!isWebBuilt()) await buildWeb(say);
  say('starting PostgreSQL, Temporal, Stripe, mail, worker and API');
  const ground = await startGround({ profileFolder: undefined });
  try {
    const stack = await startStack(ground);
    const client = new Client({ connectionString: stack.databases.orders });
    await client.connect();
    await ground.atEnd(() => client.end());
    const { executablePath, args } = findBrowser()!;
    const browser = await chromium.launch({ executablePath, args: [...args] });
    await ground.atEnd(() => browser.close());
    const measured: MeasuredBoard[] = [];
    const untilStopped = stop.asked.then(() => Promise.reject(new Error('asked to stop')));
    for (const count of cards) {
      say(`${count} cards`);
      await fillBoard(client, count);
      const url = stack.apiUrl.replace('127.0.0.1', 'localhost');
      measured.push(
        await Promise.race([measureBoard(browser, { url, client, cards: count, seconds }), untilStopped]),
      );
    }
    console.log(`\n${writeMachine(machine)}\n\n${report(measured)}`);
  } catch (error) {
    console.error(ground.lastWords());
    throw error;
  } finally {
    await ground.stop();
    ground.guard.dismiss();
    stop.done();
  }
}

function report(measured: readonly MeasuredBoard[]): string {
  return writeTable(
    ['cards', 'first card', 'all cards', 'frames/s', 'slowest of 100 frames', 'cards seen to move'],
    measured.map((board) => [
      String(board.cards),
      `${board.firstCardMs} ms`,
      `${board.allCardsMs} ms`,
      String(board.framesPerSecond),
      `${board.slowFrameMs} ms`,
      String(board.moves),
    ]),
  );
}

function readFlags(): { cards: number[]; seconds: number } {
  const { values } = parseArgs({
    options: { cards: { type: 'string', default: '50,200,500' }, seconds: { type: 'string', default: '15' } },
  });
  const cards = values.cards.split(',').map(Number);
  const seconds = Number(values.seconds);
  if (![...cards, seconds].every((value) => Number.isInteger(value) && value > 0))
    throw new TypeError('--cards and --seconds must be whole numbers from 1');
  return { cards, seconds };
}

await runCommand(main, USAGE);
