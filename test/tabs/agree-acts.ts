/** Changes of an order that are held and wait for somebody, and what is said to them. */

import { randomUUID } from 'node:crypto';
import type { Reply } from '../setup/visitor.ts';
import { atBank, CHANGES, confirmAtBank, declined, STAFF_CHANGES, visa } from './change-acts.ts';
import { SILENT, takeBack, type Acts, type Guest, type Scene } from './change-scene.ts';

/** An order with a change that waits. */
export interface HeldScene extends Scene {
  readonly held: NonNullable<Scene['before']['change']>;
}

/** Changes that wait for somebody, each with whether she pays with her yes. */
const WAITING = {
  'more of what both share': { change: CHANGES['more of what both share']!, isPaid: true },
  'none of what both share': { change: CHANGES['none of what both share']!, isPaid: false },
  'what staff have added': { change: STAFF_CHANGES['staff add, and she is to pay']!, isPaid: true },
  'one that is at her bank': { change: CHANGES['one that she leaves at her bank']!, isPaid: false },
} as const;
type Waiting = keyof typeof WAITING;

/** Makes one of these changes, which waits; returns undefined if it was over too soon, on a busy machine. */
export async function holdChange<S extends Scene>(
  scene: S,
  what: string,
): Promise<(S & HeldScene) | undefined> {
  await WAITING[what as Waiting].change(scene);
  const before = await scene.order.read();
  const { change } = before;
  return change?.status === 'held' && change.deadline !== null
    ? { ...scene, before, held: change }
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
const PLAIN = ['yes', 'no', 'its maker takes it back'];

/** What waits, with what is said to it. */
export const HELD_WORDS: Readonly<Record<string, { readonly what: Waiting; readonly word: string }>> =
  Object.fromEntries(
    Object.entries(WAITING).flatMap(([what, { isPaid }]) =>
      Object.keys(WORDS).flatMap((word) =>
        isPaid || PLAIN.includes(word) ? [[`${what}: ${word}`, { what: what as Waiting, word }]] : [],
      ),
    ),
  );
