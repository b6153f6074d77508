/** The steps of a random group at a tab that is paid after, drawn at random and played one after the other. */

import fc from 'fast-check';

const VERBS = {
  order: 5,
  pay: 9,
  decline: 2,
  cash: 3,
  claim: 3,
  giveUp: 2,
  payClaim: 2,
  cancel: 3,
  close: 1,
} as const;
type Verb = keyof typeof VERBS;

/** One step: numbers choose among what there is when it is played. */
export interface AfterStep {
  readonly verb: Verb;
  readonly by: number;
  readonly on: number;
  readonly n: number;
}

export function afterSteps(length: number): fc.Arbitrary<AfterStep[]> {
  const verb = fc.oneof(
    ...Object.entries(VERBS).map(([name, weight]) => ({ weight, arbitrary: fc.constant(name as Verb) })),
  );
  const step = fc.record({ verb, by: fc.nat(999), on: fc.nat(999), n: fc.nat(999) });
  return fc.array(step, { minLength: length, maxLength: length });
}
