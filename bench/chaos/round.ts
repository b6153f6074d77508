/** One round: orders arrive, parts are struck, and in the end everything runs again. */

import { setTimeout as delay } from 'node:timers/promises';
import { planBlows, type Blow, type Cell } from './cells.ts';
import { createCaller, type Met } from './caller.ts';
import { playGroup } from './groups.ts';
import { playLife, playProbe, type Life } from './lives.ts';
import { createRandom } from './random.ts';
import { playTable } from './tables.ts';
import type { Town } from './town.ts';

export interface Round {
  readonly seed: number;
  readonly blows: readonly Blow[];
  readonly lives: readonly Life[];
  readonly met: Met;
  /** From the last part's return until an order placed then was confirmed. */
  readonly recoveryMs: number;
}

/** Plays `orders` lives, starting `perSecond` of them each second, under the cell's faults. */
export async function playRound(
  town: Town,
  cell: Cell,
  options: { seed: number; orders: number; perSecond: number },
): Promise<Round> {
  const { seed, orders, perSecond } = options;
  const random = createRandom(seed);
  const roundMs = (orders / perSecond) * 1_000;
  const blows = planBlows(cell, random, roundMs);
  const met: Met = { refusals: 0, silences: 0, failures: [] };
  const agent = createCaller(town.apiUrls, met, { Cookie: town.agentCookie, Origin: town.apiUrls[0]! });
  const place = { ...town, agent, met };
  const lives = Array.from({ length: orders }, async (_, index) => {
    // A separate generator, so that the draws of one life do not depend on the timing of others.
    const own = createRandom(seed * 100_003 + index);
    await delay((index / perSecond) * 1_000);
    if (cell.tableOf !== undefined) return playTable(place, own, cell.tableOf);
    return cell.groupOf === undefined ? playLife(place, own) : playGroup(place, own, cell.groupOf);
  });
  await Promise.all(blows.map((blow) => deal(town, blow)));
  const back = Date.now();
  const probe = await playProbe(place);
  const recoveryMs = Date.now() - back;
  return { seed, blows, lives: [...(await Promise.all(lives)), probe], met, recoveryMs };
}

async function deal(town: Town, { part, how, at, forMs }: Blow): Promise<void> {
  await delay(at);
  await town.part(part).strike(how);
  await delay(forMs);
  await town.part(part).revive();
}

/** A summary in one line. */
export function describeBlows(blows: readonly Blow[]): string {
  const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`;
  return blows
    .map(({ part, how, at, forMs }) => `${how} ${part} at ${seconds(at)} for ${seconds(forMs)}`)
    .join(', ');
}
