import { sql } from 'kysely';
import { query } from '../db/sql.ts';
import { glob, readFile } from 'node:fs/promises';
import {
  isWebhookKind,
  REQUEST_KINDS,
  type Fault,
  type FaultKind,
  type FaultRequest,
  type LoggedRequest,
} from 'stripe-stand-in';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDashboard, readAllAtStripe } from './harness/at-stripe.ts';
import { CHANGE_LIVES } from './harness/change-lives.ts';
import { ORDER_LIVES } from './harness/order-lives.ts';
import { OrdersWatch } from './harness/orders-watch.ts';
import { CARD_HOLDER_LIFE, ROUNDS } from './harness/other-lives.ts';
import { PECULIAR_LIVES } from './harness/peculiar-lives.ts';
import { playAll } from './harness/play-all.ts';
import { lookAround, lookAroundWhile } from './harness/rounds.ts';
import {
  aimAt,
  CALLS,
  type Act,
  type Call,
  type Hero,
  type Life,
  type Stage,
} from './harness/stripe-lives.ts';
import { pickSome, sweepSeed } from './harness/sweep.ts';
import { startSystem, type System } from './harness/system.ts';
import { TAB_CARD_LIFE } from './harness/tab-card-lives.ts';
import { until } from './harness/until.ts';
import { addProduct } from './setup/menu.ts';
import { signUp, Visitor } from './setup/visitor.ts';

/*
 * Every knob of the stand-in × every call to Stripe that the product makes, at every place. Life cycles run
 * in parallel, each with one knob that targets its own order or account; in each act, every call is affected.
 * Random faults and random orders of actions are in test/payments-model.test.ts.
 */

/** By effect. The SDK itself retries once when a connection breaks, so these affect the retry as well. */
const KNOBS: Readonly<Record<string, FaultRequest>> = {
  'failing before the effect': { kind: 'error_before' },
  'failing after the effect': { kind: 'error_after' },
  'cut off before the effect': { kind: 'reset_before', count: 2 },
  'cut off in the middle of the answer': { kind: 'reset', count: 2 },
  'never answered': { kind: 'timeout', ms: 300, count: 2 },
  'one too many': { kind: 'rate_limit', retryAfter: 1 },
  slow: { kind: 'latency', ms: 300, count: 1 },
  'answered slowly': { kind: 'latency', ms: 300, when: 'after', count: 1 },
  'while Stripe is down': { kind: 'down', count: 4 },
  'told late': { kind: 'webhook_delay', ms: 500, count: null },
  'told twice': { kind: 'webhook_duplicate', count: null },
  'told in reverse': { kind: 'webhook_reorder', count: null },
  'never told': { kind: 'webhook_drop', count: null },
  'told by a forger, too': { kind: 'webhook_forge', count: null },
};
/** Custom errors and `processing` do not apply to every call; dedicated acts set these knobs themselves. */
const PECULIAR: readonly FaultKind[] = ['answer', 'processing'];
const AFTER_THE_EFFECT: readonly FaultKind[] = ['error_after', 'reset', 'timeout'];

function effectOf({ kind }: FaultRequest): string {
  if (isWebhookKind(kind)) return 'told otherwise';
  if (kind === 'latency') return 'slow';
  return AFTER_THE_EFFECT.includes(kind) ? 'after the effect' : 'before the effect';
}

/** One knob in one act, and the outcome. */
interface Cell {
  readonly act: Act<Hero>;
  readonly knob: FaultRequest;
  readonly strikes: readonly Strike[];
  faults: Fault[];
  hero?: Hero;
  outcome: 'not reached' | 'as it should' | Error;
}
type Strike = { readonly call: Call; readonly saying?: string } | { readonly type: string };

function strikesOf({ calls, events = [] }: Act<Hero>, { kind }: FaultRequest): Strike[] {
  if (isWebhookKind(kind)) return events.map((type) => ({ type }));
  return calls.map((call) => (typeof call === 'string' ? { call } : call));
}

/** A life cycle with one knob. */
interface Play {
  readonly life: Life<Hero>;
  readonly knob: FaultRequest;
  readonly cells: readonly Cell[];
}
/** The longest first. */
const LIVES = [
  TAB_CARD_LIFE,
  ...ORDER_LIVES,
  ...CHANGE_LIVES,
  CARD_HOLDER_LIFE,
  ...ROUNDS,
] as readonly Life<Hero>[];
const EVERY = LIVES.flatMap((life) =>
  Object.values(KNOBS).map((knob): Play => ({
    life,
    knob,
    cells: life.acts.map((act): Cell => ({
      act,
      knob,
      strikes: strikesOf(act, knob),
      faults: [],
      outcome: 'not reached',
    })),
  })),
).filter(({ cells }) => cells.some(({ strikes }) => strikes.length > 0));
/**
 * Some are tried, others each time: every call and every event with every knob in one act or another, and every act with
 * one knob of each effect. KNOBS_SEED=n repeats them, KNOBS_SEED=all tries all.
 */
const SEED = sweepSeed('KNOBS_SEED');
const PLAYS = pickSome(EVERY, SEED, ({ cells, knob }) =>
  cells
    .filter(({ strikes }) => strikes.length > 0)
    .flatMap(({ act, strikes }) => [
      `${act.name}: ${effectOf(knob)}`,
      ...strikes.map((strike) => `${JSON.stringify(strike)}: ${JSON.stringify(knob)}`),
    ]),
);
const AT_ONCE = 14;
/** Reached only when an admin mends a ledger difference; test/reconciliation/ledger.test.ts covers it. */
const MADE_IN_MENDS_ALONE: readonly string[] = ['disputes.retrieve'];

let system: System;
let stage: Stage;
const outcomes = new Map<string, unknown>();
let log: LoggedRequest[];
let atStripe: Awaited<ReturnType<typeof readAllAtStripe>>;
beforeAll(async () => {
  system = await startSystem();
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 10_000 }],
  });
  const admin = new Visitor(system.url);
  await signUp(admin, system.databases, 'admin');
  stage = {
    system,
    admin,
    variantId: product.variants[0]!.id,
    watch: new OrdersWatch(system),
    dashboard: openDashboard(system),
    lookAround: () => lookAround(system),
  };
  await lookAroundWhile(system, async () => {
    const beside = PLAYS.filter(({ life }) => !life.alone);
    const alone = LIVES.filter((life) => life.alone).map((life) =>
      PLAYS.filter((play) => play.life === life),
    );
    const peculiar = PECULIAR_LIVES.map(async ({ name, play }) => {
      outcomes.set(
        name,
        await play(stage).then(
          () => 'as it should',
          (error: unknown) => error,
        ),
      );
    });
    await Promise.all([
      playAll(beside, AT_ONCE, playLife),
      ...alone.map((plays) => playAll(plays, 1, playLife)),
      ...peculiar,
    ]);
  });
  system.stripe.faults.clear();
  log = await readLog();
  atStripe = await readAllAtStripe(stage.dashboard);
}, 400_000);
afterAll(() => system?.stop());

async function playLife({ life, cells }: Play): Promise<void> {
  let current = cells[0]!;
  try {
    const hero = await life.begin(stage);
    for (const cell of cells) {
      current = Object.assign(cell, { hero });
      arm(cell, hero);
      await cell.act.play(stage, hero, cell.faults);
      await until('all its faults strike', () => cell.faults.every(({ hits }) => hits > 0));
      // Any remaining faults apply to this act alone.
      for (const { id } of cell.faults) system.stripe.faults.clear(id);
      cell.outcome = 'as it should';
    }
  } catch (error) {
    current.outcome = error as Error;
  }
}

function arm(cell: Cell, hero: Hero): void {
  const { act, knob, strikes } = cell;
  const { faults } = system.stripe;
  const about = act.about?.(hero) ?? hero.about;
  const aim = about === undefined ? {} : { about };
  if (act.first) faults.add({ ...act.first, ...aim });
  cell.faults = strikes.map((strike) => {
    if ('type' in strike) return faults.add({ ...knob, ...aim, types: [strike.type] });
    const { call, saying } = strike;
    return faults.add({
      ...knob,
      ...aimAt(call),
      ...aim,
      ...(saying !== undefined && { about: [about!, saying] }),
    });
  });
}

async function readLog(): Promise<LoggedRequest[]> {
  const all: LoggedRequest[] = [];
  for (let after: number | null = 0; after !== null;) {
    const response = await fetch(`${system.stripe.url}/_/requests?limit=10000&after=${after}`);
    const page = (await response.json()) as { items: LoggedRequest[]; next: number | null };
    all.push(...page.items);
    after = page.next;
  }
  return all;
}

const CELLS = PLAYS.flatMap(({ cells }) => cells).filter(({ strikes }) => strikes.length > 0);
const nameOf = ({ act, knob }: Cell) =>
  `${act.name}: ${Object.keys(KNOBS).find((name) => KNOBS[name] === knob)!}`;

describe(`comes out right (KNOBS_SEED=${SEED})`, () => {
  test.each(CELLS.map((cell) => [nameOf(cell), cell] as const))('%s', (_name, cell) => {
    if (cell.outcome instanceof Error) throw cell.outcome;
    expect(cell.outcome).toBe('as it should');
    const struck = new Set(log.flatMap(({ faultIds }) => faultIds));
    const missed = cell.faults.filter(({ id, kind, hits }) =>
      isWebhookKind(kind) ? hits === 0 : !struck.has(id),
    );
    expect(missed, 'these never struck').toEqual([]);
  });
});

test.each(PECULIAR_LIVES.map(({ name }) => name))('%s', (name) => {
  const outcome = outcomes.get(name);
  if (outcome instanceof Error) throw outcome;
  expect(outcome).toBe('as it should');
});

test('no order was charged twice, or other than it says', async () => {
  const heroes = new Set(CELLS.flatMap(({ hero }) => (hero?.orderId === undefined ? [] : [hero.orderId])));
  const rows = await query<Record<string, string | number>>(
    system.databases.orders.em.fork(),
    sql`select order_id as id, sum(captured_amount)::int as captured, sum(refunded_amount)::int as refunded,
          1 + (select count(*)::int from changes c join change_payers y on y.change_id = c.id
            where c.order_id = p.order_id and c.status = 'applied' and y.share_id is not null) as most
     from payments p group by order_id`,
  );
  expect(rows.length).toBeGreaterThanOrEqual(heroes.size);
  for (const { id, captured, refunded, most } of rows) {
    const charges = Number(captured) > 0 ? Number(most) : 0;
    expect(atStripe.get(String(id)), String(id)).toEqual({ captured, refunded, charges, open: [] });
  }
});

describe('nothing is left out', () => {
  test('every call is struck by every kind of fault', () => {
    const kinds = REQUEST_KINDS.filter((kind) => !PECULIAR.includes(kind));
    const tried = new Set(
      CELLS.flatMap(({ knob, strikes }) =>
        strikes.flatMap((strike) => ('call' in strike ? [`${strike.call} ${knob.kind}`] : [])),
      ),
    );
    const wanted = Object.keys(CALLS).flatMap((call) => kinds.map((kind) => `${call} ${kind}`));
    expect(wanted.filter((cell) => !tried.has(cell))).toEqual([]);
  });

  test('Stripe was called in no other way', () => {
    const calls = Object.keys(CALLS).map((call) => aimAt(call as Call));
    const isKnown = ({ method, path }: LoggedRequest) =>
      calls.some(
        (call) => call.method === method && new RegExp(`^${call.path.replaceAll('*', '[^/]+')}$`).test(path),
      );
    const others = log.filter((request) => request.keyKind !== 'own_page' && !isKnown(request));
    expect(others.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });

  test('and nowhere in the sources', async () => {
    const known: readonly string[] = Object.values(CALLS);
    const found = new Set<string>();
    for await (const file of glob('{api,workers,workflows,db,domain}/**/*.ts', { exclude: ['**/*.test.ts'] }))
      for (const [, method] of (await readFile(file, 'utf8')).matchAll(/\bstripe\.(\w+\.\w+)\(/g))
        found.add(method!);
    expect([...found].toSorted()).toEqual([...known, ...MADE_IN_MENDS_ALONE].toSorted());
  });
});
