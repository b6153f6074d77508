/**
 * A worker, or an API, is killed by SIGKILL directly before and directly after each thing that it does for a change of an
 * order: each transaction that writes, and each call that changes something at Stripe. It is started again, whoever asked
 * asks again, and the change is applied, or given up with everything undone, and every invariant holds.
 *
 * Where that is, is found by a run without a kill. Some points of some changes are played, others each time; KILLS=all
 * plays every one, KILLS_SEED=n repeats them, KILLS_SCENE=name plays those of one change alone.
 */

import { expect, test } from 'vitest';
import { createRandom, type Random } from '../../bench/chaos/random.ts';
import { setting } from '../../dev/environment.ts';
import { playAll } from '../harness/play-all.ts';
import { MOMENTS, VICTIMS, type Victim } from './effects.ts';
import { describePlay, Lane, type Play } from './lane.ts';
import { SCENES, type Scene } from './scenes.ts';

const SEED = setting('KILLS_SEED') ?? String(Date.now() % 1_000_000);
const ONLY = setting('KILLS_SCENE');
const PLAYS_ALL = setting('KILLS') === 'all' || ONLY !== undefined;
/** Of how many changes, and how many points of each process, are played if not all are. */
const SOME = { scenes: 3, points: { worker: 5, api: 3 } };
/** How many orders are halted at the same time, each at a point of its own: then the process is killed once. */
const AT_ONCE = 12;
/** Systems side by side when all are played. More need a machine with more processors. */
const LANES = 1;
/** How often a point is tried that was not reached before the others were. */
const TRIES = 8;
/** A mail that was being sent is tried again after a minute: these are played only with all. */
const isSlow = ({ point }: Play) => /\bmails\b/.test(point.what) && !point.what.includes('order_events');

interface Planned extends Play {
  /** How many things are done before. Points that are reached at about the same time are played together. */
  readonly depth: number;
  tries: number;
}

/** Finds every point of these scenes. */
async function findPoints(lanes: readonly Lane[], scenes: readonly Scene[]): Promise<Planned[]> {
  const found: Planned[] = [];
  await playAll([...scenes.entries()], 4 * lanes.length, async ([index, scene]) => {
    const effects = await lanes[index % lanes.length]!.listEffects(scene);
    for (const [depth, effect] of effects.entries())
      for (const moment of MOMENTS) found.push({ scene, point: { ...effect, moment }, depth, tries: 0 });
  });
  return found;
}

function shuffle<T>(all: readonly T[], random: Random): T[] {
  return all
    .map((each) => ({ each, at: random.next() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ each }) => each);
}

interface Total {
  kills: number;
  played: number;
  applied: number;
  givenUp: number;
  readonly failures: string[];
}

/** Plays all of these, some at once in each lane; what was not reached is played again. */
async function playPoints(lanes: readonly Lane[], points: readonly Planned[]): Promise<Total> {
  const total: Total = { kills: 0, played: 0, applied: 0, givenUp: 0, failures: [] };
  const waiting = [...points];
  const runLane = async (lane: Lane) => {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, AT_ONCE + (waiting.length < 2 * AT_ONCE ? 2 : 0));
      const { applied, givenUp, missed, failures } = await lane.playTogether(batch);
      total.kills += 1;
      total.played += batch.length - missed.length;
      total.applied += applied;
      total.givenUp += givenUp;
      total.failures.push(...failures);
      if (PLAYS_ALL) console.log(`${waiting.length} left`, JSON.stringify(total));
      for (const play of batch.filter((one) => missed.includes(one))) {
        play.tries += 1;
        if (play.tries < TRIES) waiting.push(play);
        else total.failures.push(`${describePlay(play)}: is not reached`);
      }
    }
  };
  await Promise.all(lanes.map(runLane));
  return total;
}

test(
  `a change survives that its worker or its API is killed in the middle of any step (KILLS_SEED=${SEED})`,
  { timeout: 7_200_000 },
  async () => {
    const lanes = await Promise.all(Array.from({ length: PLAYS_ALL ? LANES : 1 }, () => Lane.open()));
    const totals: Total[] = [];
    try {
      const random = createRandom(Number(SEED));
      const scenes = SCENES.filter(({ name }) => ONLY === undefined || name === ONLY);
      const found = await findPoints(
        lanes,
        PLAYS_ALL ? scenes : shuffle(scenes, random).slice(0, SOME.scenes),
      );
      const of = (victim: Victim) => found.filter(({ point }) => point.by === victim);
      if (PLAYS_ALL)
        for (const victim of VICTIMS) {
          const points = of(victim).toSorted((one, other) => one.depth - other.depth);
          totals.push(await playPoints(lanes, points));
          console.log(victim, points.length, JSON.stringify(totals.at(-1)));
        }
      else {
        const some = VICTIMS.flatMap((victim) =>
          shuffle(
            of(victim).filter((play) => !isSlow(play)),
            random,
          ).slice(0, SOME.points[victim]),
        );
        const { failures, ...rest } = { ...(await lanes[0]!.playTogether(some)) };
        totals.push({ ...rest, failures: [...failures], kills: 1, played: some.length - rest.missed.length });
      }
    } finally {
      await Promise.all(lanes.map((lane) => lane.close()));
    }
    expect(totals.flatMap(({ failures }) => failures)).toEqual([]);
    expect(totals.reduce((sum, { played }) => sum + played, 0)).toBeGreaterThan(0);
    // Some changes always end as given up, so that a few of them need not have one that is applied.
    expect(totals.reduce((sum, { applied, givenUp }) => sum + applied + givenUp, 0)).toBeGreaterThan(0);
  },
);
