/** Changes of an order that are held and wait for somebody, and what is said to them. */

import { randomUUID } from 'node:crypto';
import type { Reply } from '../setup/visitor.ts';
import { atBank, CHANGES, confirmAtBank, declined, OF_SHARED, STAFF_CHANGES, visa } from './change-acts.ts';
import { SILENT, takeBack, type Act, type Acts, type Guest, type Scene } from './change-scene.ts';

/** An order with a change that waits. */
export interface HeldScene extends Scene {
  readonly held: NonNullable<Scene['before']['change']>;
}

/** Makes a change that waits; returns undefined if it was over too soon, on a busy machine. */
export async function holdChange<S extends Scene>(
  scene: S,
  change: Act<Scene>,
): Promise<(S & HeldScene) | undefined> {
  await change(scene);
  const before = await scene.order.read();
  return before.change?.status === 'held' && before.change.deadline !== null
    ? { ...scene, before, held: before.change }
    : undefined;
}

function say(
  { order, held }: HeldScene,
  { who }: Guest,
  what: 'agree' | 'withdraw',
  body: object = {},
): Promise<Reply<any>> {
  return who.post(`/api/orders/${order.id}/changes/${held.id}/${what}`, body, { key: randomUUID() });
}

const isOf =
  ({ participantId }: Guest) =>
  (payer: { readonly participantId: string }) =>
    payer.participantId === participantId;

/** Agrees as somebody it waits for, and pays her part. */
function agree(scene: HeldScene, guest: Guest, payment: object): Promise<Reply<any>> {
  const { differenceAmount: expectedDifference } = scene.held.payers.find(isOf(guest))!;
  const isToPay =
    expectedDifference > 0 && scene.before.status !== 'awaiting_payment' && !scene.before.paidAfter;
  return say(scene, guest, 'agree', { expectedDifference, ...(isToPay && payment) });
}

/** Whom a held change waits for; nobody: her bank. */
function awaited({ held, guests }: HeldScene): Guest[] {
  const waits = held.by === 'staff' ? held.payers : held.payers.filter(({ state }) => state === 'to_agree');
  return guests.filter((guest) => waits.some(isOf(guest)));
}

/** Does what it waits for; resolves with what the last of them is told. */
async function consent(scene: HeldScene, payment: object): Promise<Reply<any>> {
  const replies = await Promise.all(awaited(scene).map((guest) => agree(scene, guest, payment)));
  if (replies.length === 0) await confirmAtBank(scene);
  return replies.find(({ body }) => body.change?.status === 'applied') ?? replies[0] ?? SILENT;
}

/** What is said to a change that waits. */
export const WORDS: Acts<HeldScene> = {
  yes: (scene) => consent(scene, visa),
  'a declined yes': (scene) => consent(scene, declined),
  'a yes that her bank asks about': async (scene) => {
    const reply = await consent(scene, atBank);
    await confirmAtBank(scene);
    return reply;
  },
  'a yes that she leaves at her bank': (scene) => consent(scene, atBank),
  no: (scene) => say(scene, awaited(scene)[0] ?? scene.ben, 'withdraw'),
  'its maker takes it back': (scene) => {
    const maker = scene.guests.find(({ participantId }) => participantId === scene.held.participantId);
    return maker ? say(scene, maker, 'withdraw') : takeBack(scene);
  },
};

/** What is said where nothing is to pay with it. */
export const PLAIN_WORDS: Acts<HeldScene> = Object.fromEntries(
  ['yes', 'no', 'its maker takes it back'].map((word) => [word, WORDS[word]!]),
);

/** What waits, with what is said to it. */
export type HeldWords = Readonly<
  Record<string, { readonly change: Act<Scene>; readonly word: Act<HeldScene> }>
>;

function wordsTo(changes: Acts<Scene>, words: Acts<HeldScene>): HeldWords {
  return Object.fromEntries(
    Object.entries(changes).flatMap(([what, change]) =>
      Object.entries(words).map(([word, act]) => [`${what}: ${word}`, { change, word: act }]),
    ),
  );
}

/** Of an order that is paid. */
export const HELD_WORDS: HeldWords = {
  ...wordsTo(
    {
      'more of what both share': CHANGES['more of what both share']!,
      'what staff have added': STAFF_CHANGES['staff add, and she is to pay']!,
    },
    WORDS,
  ),
  ...wordsTo(
    {
      'none of what both share': CHANGES['none of what both share']!,
      'one that is at her bank': CHANGES['one that she leaves at her bank']!,
    },
    PLAIN_WORDS,
  ),
};

/** Of what nobody has paid. */
export const HELD_UNPAID_WORDS = wordsTo(OF_SHARED, PLAIN_WORDS);
