/** What the people of a random group do with their basket. */

import { randomUUID } from 'node:crypto';
import type { Tab } from '../../domain/contract/tabs.ts';
import { contentOf, type ModelLine } from './model-split.ts';
import type { Stage } from './stage.ts';
import type { Step } from './steps.ts';

export const BASKET_VERBS = {
  add: async (stage: Stage, step: Step) => {
    const { asker, phone } = stage.actor(step);
    const owner =
      step.on % 4 === 0 || asker === 'agent' || asker === undefined ? stage.person(step.on) : asker;
    const goods = stage.goods[step.n % stage.goods.length]!;
    const sharers = step.isOdd ? sharersOf(stage, step) : new Map([[owner, 1]]);
    const line = { owner, sharers, variant: goods.id, quantity: 1 + (step.n % 3), note: null };
    const reply = await stage.ask(phone, 'POST', '/lines', {
      ...{ variantId: goods.id, quantity: line.quantity, participantId: owner },
      sharedBetween: asSharedBetween(sharers),
    });
    const id = reply.status === 201 ? (reply.body.tab as Tab).lines.at(-1)!.id : randomUUID();
    const expected = stage.model.add(asker, { ...line, id, unitAmount: goods.unitAmount });
    stage.compare(`${asker} adds ${contentOf({ ...line, id, version: 1 })}`, reply, expected);
  },
  change: (stage: Stage, step: Step) =>
    change(stage, step, { quantity: 1 + (step.n % 4), ...(step.isOdd && { note: 'hot' }) }),
  share: (stage: Stage, step: Step) => change(stage, step, { sharers: sharersOf(stage, step) }),
  removeLine: async (stage: Stage, step: Step) => {
    const line = lineAt(stage, step.on);
    if (!line) return;
    const { asker, phone } = stage.actor(step);
    const ifVersion = step.n % 5 === 4 ? line.version + 1 : line.version;
    const reply = await stage.ask(phone, 'DELETE', `/lines/${line.id}?ifVersion=${ifVersion}`);
    stage.compare(
      `${asker} removes line ${line.id} at ${ifVersion}`,
      reply,
      stage.model.remove(asker, line.id, ifVersion),
    );
  },
  stepOut: async (stage: Stage, step: Step) => {
    const line = lineAt(stage, step.on);
    const { asker, phone } = stage.actor(step);
    if (!line || asker === 'agent') return;
    const reply = await stage.ask(phone, 'POST', `/lines/${line.id}/leave`);
    stage.compare(`${asker} steps out of ${line.id}`, reply, stage.model.stepOut(asker, line.id));
  },
};

function lineAt(stage: Stage, number: number): ModelLine | undefined {
  return stage.model.lines[number % Math.max(1, stage.model.lines.length)];
}

function sharersOf(stage: Stage, { on, n }: Step): Map<string, number> {
  const { people } = stage.model;
  const count = 1 + (n % people.length);
  return new Map(
    Array.from({ length: count }, (_, index) => [
      people[(on + index) % people.length]!.id,
      1 + ((n >> index) % 3),
    ]),
  );
}

async function change(
  stage: Stage,
  step: Step,
  wanted: { quantity?: number; note?: string; sharers?: Map<string, number> },
) {
  const line = lineAt(stage, step.on);
  if (!line) return;
  const { asker, phone } = stage.actor(step);
  const ifVersion = step.n % 5 === 4 ? Math.max(1, line.version - 1) : line.version;
  const { sharers, ...rest } = wanted;
  const reply = await stage.ask(phone, 'PATCH', `/lines/${line.id}`, {
    ...{ ifVersion, ...rest },
    ...(sharers && { sharedBetween: asSharedBetween(sharers) }),
  });
  const expected = stage.model.change(asker, line.id, ifVersion, wanted);
  const shown = JSON.stringify({ ...rest, ...(sharers && { sharers: [...sharers] }) });
  stage.compare(`${asker} changes ${line.id} at ${ifVersion} to ${shown}`, reply, expected);
}

function asSharedBetween(sharers: ReadonlyMap<string, number>) {
  return [...sharers].map(([participantId, weight]) => ({ participantId, weight }));
}
