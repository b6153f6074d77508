/** Answers to the question what is to be done about something that has run out, and its end without one. */

import type { Random } from '../../bench/chaos/random.ts';
import type { Act, Acts, Guest, Scene } from './change-scene.ts';
import { DEAR, ownLine, PRICE, sharedLine, SILENT } from './change-scene.ts';
import { atBank, confirmAtBank, declined, visa } from './change-acts.ts';

/** An order of which somebody is asked about a piece. */
export interface AskedScene extends Scene {
  readonly questionId: string;
  readonly asked: Guest;
  /** The price of what is suggested. */
  readonly suggestedAmount: number;
}

/** Says that a piece of Ben's, or the one that both share, has run out; suggests something as dear, or dearer. */
export async function askSomebody<S extends Scene>(scene: S, random: Random): Promise<S & AskedScene> {
  const { shop, order, ada, ben } = scene;
  const isShared = random.isSo(0.3);
  const line = isShared ? sharedLine(scene) : ownLine(scene, ben);
  const isDear = random.isSo(0.5);
  const suggestion = { variantId: isDear ? shop.juice : shop.tea, quantity: 1 };
  const { body } = await order.askAbout(line.id, { quantity: 1, suggestion });
  return {
    ...scene,
    ...{ questionId: body.questionId as string, asked: isShared ? ada : ben },
    ...{ suggestedAmount: isDear ? DEAR : PRICE, before: await order.read() },
  };
}

const answer =
  (body: (scene: AskedScene) => Record<string, unknown>): Act<AskedScene> =>
  (scene) =>
    scene.order.answer(
      scene.questionId,
      { ifVersion: scene.before.version, ...body(scene) },
      { by: scene.asked.who },
    );
const juice = ({ shop }: Scene) => ({
  ...{ answer: 'choose', add: { variantId: shop.juice, quantity: 1 }, expectedDifference: DEAR - PRICE },
});

/** What is answered. */
export const ANSWERS: Acts<AskedScene> = {
  'she takes it': answer(({ suggestedAmount }) => ({
    ...{ answer: 'take', expectedDifference: suggestedAmount - PRICE, ...visa },
  })),
  'she chooses something': answer((scene) => ({ ...juice(scene), ...visa })),
  'she chooses something, declined': answer((scene) => ({ ...juice(scene), ...declined })),
  'she chooses something, and her bank asks': async (scene) => {
    const reply = await answer(() => ({ ...juice(scene), ...atBank }))(scene);
    await confirmAtBank(scene);
    return reply;
  },
  'she chooses something, and leaves it at her bank': answer((scene) => ({ ...juice(scene), ...atBank })),
  'she leaves it out': answer(() => ({ answer: 'leave_out' })),
  'she wants nothing': answer(() => ({ answer: 'cancel' })),
  'her time is over': async (scene) => {
    await scene.order.endTimeToAnswer(scene.questionId);
    return SILENT;
  },
  'it is here after all': ({ shop, order, questionId }) =>
    shop.system.agent.post(`/api/orders/${order.id}/questions/${questionId}/withdraw`),
};

/** What else happens to what has run out. */
export const ON_QUESTION: Acts<AskedScene> = {
  'it is asked again': ({ order, ...scene }) => order.askAbout(ownLine(scene, scene.ben).id, { quantity: 1 }),
  'the rest of it runs out': ({ order, ...scene }) => order.askAbout(sharedLine(scene).id, {}),
};
