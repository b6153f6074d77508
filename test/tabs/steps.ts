/** The steps of a random group, drawn at random and played one after the other. */

import fc from 'fast-check';

const VERBS = {
  join: 4,
  addPerson: 1,
  rename: 1,
  ready: 2,
  leave: 1,
  remove: 1,
  handOver: 1,
  lock: 1,
  limit: 1,
  title: 1,
  renewCode: 1,
  add: 10,
  change: 4,
  share: 5,
  removeLine: 2,
  stepOut: 2,
  reconnect: 2,
  send: 7,
  pay: 6,
  payAll: 3,
  decline: 2,
  cover: 3,
  drop: 3,
  takeBack: 2,
  close: 1,
} as const;
export type Verb = keyof typeof VERBS;

/** One step: numbers choose among what there is when it is played. */
export interface Step {
  readonly verb: Verb;
  readonly by: number;
  readonly on: number;
  readonly n: number;
  readonly isOdd: boolean;
}

export function stepsArbitrary(length: number): fc.Arbitrary<Step[]> {
  const verb = fc.oneof(
    ...Object.entries(VERBS).map(([name, weight]) => ({ weight, arbitrary: fc.constant(name as Verb) })),
  );
  const step = fc.record({ verb, by: fc.nat(999), on: fc.nat(999), n: fc.nat(999), isOdd: fc.boolean() });
  return fc.array(step, { minLength: length, maxLength: length });
}
