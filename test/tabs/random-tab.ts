/** A random group at a tab: what its people do, one after the other, on their phones and on the model at once. */

import { BASKET_VERBS } from './basket-verbs.ts';
import { PEOPLE_VERBS } from './people-verbs.ts';
import { ROUND_VERBS } from './round-verbs.ts';
import type { Step, Verb } from './steps.ts';
import type { Stage } from './stage.ts';

const ACTS: Readonly<Record<Verb, (stage: Stage, step: Step) => Promise<void>>> = {
  ...PEOPLE_VERBS,
  ...BASKET_VERBS,
  ...ROUND_VERBS,
};

/** Plays one step, and compares the record, every screen and the model. */
export async function playStep(stage: Stage, step: Step): Promise<void> {
  await ACTS[step.verb](stage, step);
  await stage.agree();
}
