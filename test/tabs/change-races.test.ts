import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, test } from 'vitest';
import type { Random } from '../../bench/chaos/random.ts';
import { setting } from '../../dev/environment.ts';
import {
  HELD_UNPAID_WORDS,
  HELD_WORDS,
  holdChange,
  PLAIN_WORDS,
  WORDS,
  type HeldWords,
} from './agree-acts.ts';
import { CHANGES, ON_ORDER, ON_TAB, STAFF_CHANGES } from './change-acts.ts';
import {
  judge,
  setLooseScene,
  setScene,
  startChangeShop,
  type Act,
  type Acts,
  type ChangeShop,
  type Scene,
} from './change-scene.ts';
import { pairsOf, playPairs, soon, type Pair } from './race-pairs.ts';
import { ANSWERS, askSomebody, ON_QUESTION } from './sold-out-acts.ts';
import { CHANGES_UNPAID, DROPS, ON_UNPAID, payTheRest } from './unpaid-acts.ts';

/*
 * A change of a round, what is said to it, or what is answered about something that has run out, and whatever else may
 * happen to the round, in the same instant. Whoever wins, each is told what came of it, the order is changed and paid or as
 * it was, and every invariant holds. Some pairs are played, others each time; CHANGE_RACES=n plays every pair n times,
 * CHANGE_SEED=n repeats pairs and delays, CHANGE_RACE=name plays the pairs of that name alone.
 */
const SEED = Number(setting('CHANGE_SEED') ?? Date.now() % 1_000_000);
const AT_ONCE = 6;

let shop: ChangeShop;
beforeAll(async () => {
  shop = await startChangeShop();
});
afterAll(() => shop?.system.stop());

const MADE = { ...CHANGES, ...STAFF_CHANGES };
const EVERYTHING = { ...ON_ORDER, ...ON_TAB };

/** Whatever may have changed the order, by its name. */
const CHANGING = new Set(
  [MADE, CHANGES_UNPAID, WORDS, ANSWERS, { 'a change by another': '' }].flatMap((acts) => Object.keys(acts)),
);
const mayChange = (name: string) => CHANGING.has(name.split(': ').at(-1)!);

async function race<S extends Scene>(
  scene: S,
  pair: Pair,
  [one, other]: readonly [Act<S>, Act<S>],
  random: Random,
  then: () => Promise<void> = async () => {},
): Promise<void> {
  const replies = await soon([() => one(scene), () => other(scene)], random);
  await then();
  const told = replies.map((reply, index) => ({ reply, mayChange: mayChange(pair[index]!) }));
  await judge(scene, told, { isReduced: pair.includes(DROPS) });
}

interface Kind {
  readonly pairs: readonly Pair[];
  readonly some: number;
  readonly play: (pair: Pair, random: Random) => Promise<void>;
}

/** Returns an order that is paid: a tab's, if something happens to its tab, and now and then if not. */
function setPaid(pair: Pair, random: Random): Promise<Scene> {
  const isOfTab = pair.some((name) => name in ON_TAB) || random.isSo(0.2);
  return isOfTab ? setScene(shop, random) : setLooseScene(shop, random);
}

/** Whatever happens; those that need more of a scene are played in one that has it. */
const anyOf = (...acts: readonly Acts<never>[]) => Object.assign({}, ...acts) as Acts<Scene>;

/** Plays a pair of what is said to a change that waits, and something else. */
async function playHeld<S extends Scene>(
  setUp: () => Promise<S>,
  words: HeldWords,
  others: Acts<S>,
  pair: Pair,
  random: Random,
  { isAtItsEnd = false, afterwards }: { isAtItsEnd?: boolean; afterwards?: (scene: S) => Promise<void> } = {},
): Promise<void> {
  const { change, word } = words[pair[0]]!;
  for (;;) {
    const scene = await holdChange(await setUp(), change);
    if (!scene) continue;
    const end = Date.parse(scene.held.deadline!) + random.between(-600, 60);
    if (isAtItsEnd) await delay(Math.max(0, end - Date.now()));
    const other: Act<typeof scene> = (WORDS as Acts<typeof scene>)[pair[1]] ?? others[pair[1]]!;
    return race<typeof scene>(scene, pair, [word, other], random, async () => afterwards?.(scene));
  }
}

const AT_ITS_END: Acts<Scene> = {
  'nothing else': async () => ({ status: 200, body: {} }) as Awaited<ReturnType<Act>>,
  ...Object.fromEntries(
    ['the kitchen', 'staff cancel', 'staff take it back', 'one piece back', 'a change by another'].map(
      (name) => [name, ON_ORDER[name]!],
    ),
  ),
};

const PAID = anyOf(MADE, EVERYTHING);
const ASKED = anyOf(ANSWERS, ON_QUESTION, PAID);
const UNPAID = anyOf(CHANGES_UNPAID, ON_UNPAID);
const OTHERS = anyOf(EVERYTHING);

const KINDS: Readonly<Record<string, Kind>> = {
  'a change of a round that is paid': {
    pairs: pairsOf(MADE, PAID),
    some: 7,
    play: async (pair, random) =>
      race(await setPaid(pair, random), pair, [PAID[pair[0]]!, PAID[pair[1]]!], random),
  },
  'what is said to a change that waits': {
    pairs: pairsOf(HELD_WORDS, { ...WORDS, ...EVERYTHING }),
    some: 4,
    play: (pair, random) => playHeld(() => setPaid(pair, random), HELD_WORDS, OTHERS, pair, random),
  },
  'what is said to it at the end of its time': {
    pairs: pairsOf(HELD_WORDS, { ...WORDS, ...AT_ITS_END }),
    some: 3,
    play: (pair, random) =>
      playHeld(() => setLooseScene(shop, random, { isShort: true }), HELD_WORDS, AT_ITS_END, pair, random, {
        isAtItsEnd: true,
      }),
  },
  'an answer about what has run out': {
    pairs: pairsOf(ANSWERS, ASKED),
    some: 4,
    play: async (pair, random) => {
      const scene = await askSomebody(await setPaid(pair, random), random);
      return race<Scene>(scene, pair, [ASKED[pair[0]]!, ASKED[pair[1]]!], random);
    },
  },
  'what is said to a change of a round that nobody has paid yet': {
    pairs: pairsOf(HELD_UNPAID_WORDS, { ...PLAIN_WORDS, ...UNPAID }),
    some: 3,
    play: (pair, random) =>
      playHeld(
        () => setScene(shop, random, { isPaid: false }),
        HELD_UNPAID_WORDS,
        { ...CHANGES_UNPAID, ...ON_UNPAID },
        pair,
        random,
        { afterwards: payTheRest },
      ),
  },
  'a change of a round that nobody has paid yet': {
    pairs: pairsOf(CHANGES_UNPAID, UNPAID),
    some: 4,
    play: async (pair, random) => {
      const scene = await setScene(shop, random, { isPaid: false });
      const then = () => payTheRest(scene);
      return race<Scene>(scene, pair, [UNPAID[pair[0]]!, UNPAID[pair[1]]!], random, then);
    },
  },
};

test.each(Object.entries(KINDS))(
  `%s, and something else at once (CHANGE_SEED=${SEED})`,
  { timeout: 3_600_000 },
  async (_name, { pairs, some, play }) => {
    await playPairs(
      {
        ...{ pairs, some, seed: SEED, atOnce: AT_ONCE },
        ...{ times: setting('CHANGE_RACES'), only: setting('CHANGE_RACE') },
      },
      play,
    );
  },
);
