/** A system of its own, in which changes are played and processes killed. */

import { sql } from 'kysely';
import { query } from '../../db/sql.ts';
import { startSystem, type System } from '../harness/system.ts';
import { until } from '../harness/until.ts';
import { VICTIMS, type Effect, type Point, type Watched } from './effects.ts';
import type { Prepared, Scene } from './scenes.ts';
import { startVictims, type Victims } from './victims.ts';

/** A scene in which a process is killed at a point. */
export interface Play {
  readonly scene: Scene;
  readonly point: Point;
}

/** Returns a play in words. */
export function describePlay({ scene, point: { by, what, nth, moment } }: Play): string {
  return `${scene.name}: ${by} killed ${moment} ${what}${nth > 1 ? ` (${nth})` : ''}`;
}

export interface Outcome {
  readonly applied: number;
  readonly givenUp: number;
  readonly failures: readonly string[];
  /** Those whose point was not reached. */
  readonly missed: readonly Play[];
}

/** A local activity is given up after two seconds: what is halted is killed before. */
const HALTED_MS = 1_200;

export class Lane {
  readonly #system: System;
  readonly #victims: Victims;
  /** What was played on each order, for those in which a rule is broken. */
  readonly #playedOn = new Map<string, string>();

  private constructor(system: System, victims: Victims) {
    this.#system = system;
    this.#victims = victims;
  }

  static async open(): Promise<Lane> {
    const system = await startSystem({ worker: false });
    return new Lane(system, await startVictims(system));
  }

  /** Throws an error that names every violated invariant, and what was played there. */
  async close(): Promise<void> {
    try {
      await this.#system.assertInvariants();
    } catch (error) {
      const named = [...this.#playedOn].filter(([id]) => String(error).includes(id));
      const played = named.map((each) => each.join(': ')).join('\n');
      throw new Error(`${String(error)}\n${played}`, { cause: error });
    } finally {
      await this.#victims.stop();
      await this.#system.stop({ check: false });
    }
  }

  /** Plays a scene without a kill; returns what was done. */
  async listEffects(scene: Scene): Promise<readonly Effect[]> {
    const { prepared, watched } = await this.#stage(scene, scene.name);
    await prepared.act();
    await this.#comesTo(scene.name, prepared, { mayBeGivenUp: false });
    watched.end();
    return [...watched.effects];
  }

  /** Has each of these halted at its point, kills their processes, and starts them again. */
  async playTogether(plays: readonly Play[]): Promise<Outcome> {
    const staged = await Promise.all(
      plays.map((play) => this.#stage(play.scene, describePlay(play), play.point)),
    );
    const failures: string[] = [];
    const outcomes: ('applied' | 'given up')[] = [];
    const lives = staged.map(async ({ name, prepared, watched }) => {
      try {
        await prepared.act();
        const outcome = await this.#comesTo(name, prepared, { mayBeGivenUp: true });
        if (watched.isReached) outcomes.push(outcome);
      } catch (error) {
        failures.push(`${name}: ${String(error)}`);
      }
      watched.end();
    });
    const all = staged.map(({ watched }) => watched.reached);
    await Promise.race([Promise.all(lives), Promise.all(all), soonAfter(Promise.race(all))]);
    const struck = VICTIMS.filter((victim) => plays.some(({ point }) => point.by === victim));
    await Promise.all(struck.map((victim) => this.#victims.kill(victim)));
    for (const { watched } of staged) watched.disarm();
    await Promise.all(struck.map((victim) => this.#victims.restart(victim)));
    await Promise.all(lives);
    return {
      applied: outcomes.filter((outcome) => outcome === 'applied').length,
      givenUp: outcomes.filter((outcome) => outcome === 'given up').length,
      failures,
      missed: plays.filter((_play, index) => !staged[index]!.watched.isReached),
    };
  }

  async #stage(
    scene: Scene,
    name: string,
    point?: Point,
  ): Promise<{ readonly name: string; readonly prepared: Prepared; readonly watched: Watched }> {
    const prepared = await scene.prepare({ system: this.#system, url: this.#victims.url });
    this.#playedOn.set(prepared.order.id, name);
    return { name, prepared, watched: this.#victims.effects.watch(prepared.ids, point) };
  }

  /** Resolves once all is done: the change is made, or has left no trace. Throws for anything else. */
  async #comesTo(
    name: string,
    { order, before, totalAmount, isGivenUp }: Prepared,
    { mayBeGivenUp }: { mayBeGivenUp: boolean },
  ): Promise<'applied' | 'given up'> {
    const end = await order.until(
      `${name}: at rest`,
      ({ change, questions, status }) =>
        change === null && status !== 'capturing' && questions.every(({ status: now }) => now !== 'open'),
    );
    await until(`${name}: what goes back has gone back, and its mails are sent`, async () => {
      const [row] = await query<{ open: number }>(
        this.#system.databases.orders.em.fork(),
        sql`select (select count(*) from refunds where order_id = ${order.id} and status = 'pending')::int
              + (select count(*) from mails where order_id = ${order.id} and status = 'due')::int as open`,
      );
      return row!.open === 0;
    });
    if (end.attention.length > 0) throw new Error(`it asks for a person: ${end.attention.join(', ')}`);
    const pieces = (of: typeof end) =>
      JSON.stringify([
        of.totalAmount,
        of.lines.map(({ variantId, quantity, amount }) => [variantId, quantity, amount]),
      ]);
    if (!isGivenUp && end.totalAmount === totalAmount) return 'applied';
    const isAsBefore = pieces(end) === pieces(before) && end.changes.length === 0;
    if (isAsBefore && (isGivenUp || mayBeGivenUp)) return 'given up';
    throw new Error(`it was ${pieces(before)}, and is ${pieces(end)}`);
  }
}

function soonAfter(first: Promise<void>): Promise<void> {
  return first.then(() => new Promise((resolve) => setTimeout(resolve, HALTED_MS)));
}
