/** Rounds of groups at a tab: one basket, and everybody pays in the same moment, each in her own way. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Order } from '../../domain/contract/orders.ts';
import type { Answer, Caller } from './caller.ts';
import {
  DECLINED,
  isConfirmed,
  LOOK_MS,
  newLife,
  PATIENCE_MS,
  VISA,
  type Life,
  type Place,
} from './lives.ts';
import { Party, type Member } from './party.ts';
import type { Random } from './random.ts';

type Share = Order['shares'][number];

/** How a share ends. Weighted by the number of entries. */
const WAYS = [
  ...Array<'card'>(10).fill('card'),
  ...(['declined', 'declined', 'declined', 'cash', 'cash', 'covered', 'covered', 'dropped'] as const),
] as const;
type Way = (typeof WAYS)[number];

/** How a round ends. */
const ENDS = ['settled', 'settled', 'settled', 'settled', 'left unpaid', 'taken back'] as const;

class Group extends Party {
  order: Order | undefined;

  async send(): Promise<boolean> {
    const answer = await this.sendRound(this.host);
    this.order = answer?.status === 201 ? answer.body.order : undefined;
    if (answer && !this.order) super.refuse('send', answer);
    this.life.orderId = this.order?.id;
    return this.order !== undefined;
  }

  shareOf({ participantId }: Member): Share {
    return this.order!.shares.find((share) => share.participantId === participantId)!;
  }

  async settle(member: Member, way: Way, random: Random): Promise<void> {
    const share = this.shareOf(member);
    await delay(random.between(0, 150));
    if (way === 'card') return this.#pay(member, share);
    if (way === 'declined') {
      await this.note('decline', this.#onShare(member.caller, share, 'pay', { paymentMethodId: DECLINED }));
      if (
        await this.#sees(({ shares }) => shares.some(({ id, declineCode }) => id === share.id && declineCode))
      )
        return this.#pay(member, share);
      return;
    }
    if (way === 'cash') return this.#pay({ ...member, caller: this.place.agent }, share, 'cash', {});
    if (way === 'dropped') {
      await this.must('drop', this.#onShare(this.host.caller, share, 'drop', {}));
      return;
    }
    const covering = random.pick(this.members.filter((one) => one !== member));
    await this.must('cover', this.#onShare(covering.caller, share, 'cover', {}));
    await this.#pay(covering, share);
  }

  async #pay(
    by: Member,
    share: Share,
    does: 'pay' | 'cash' = 'pay',
    body: object = { paymentMethodId: VISA },
  ) {
    const answer = await this.must(does, this.#onShare(by.caller, share, does, body));
    if (answer && answer.status < 300) this.life.paidShares.push(share.id);
  }

  #onShare(caller: Caller, share: Share, does: string, body: object) {
    return caller.send('POST', `/api/orders/${this.order!.id}/shares/${share.id}/${does}`, body);
  }

  takeBack() {
    return this.note('cancel', this.host.caller.send('POST', `/api/orders/${this.order!.id}/cancel`, {}));
  }

  async sees(look: (order: Order) => boolean): Promise<boolean> {
    return this.#sees(look);
  }

  async #sees(look: (order: Order) => boolean): Promise<boolean> {
    for (const start = Date.now(); Date.now() - start < PATIENCE_MS; await delay(LOOK_MS)) {
      const answer = await this.host.caller.send('GET', `/api/orders/${this.order!.id}`);
      if (!answer?.body.order) continue;
      if (look(answer.body.order)) return true;
      if (['rejected', 'expired', 'canceled'].includes(answer.body.order.status)) return false;
    }
    return false;
  }

  /** Whatever is refused to a group whose round was taken back was right. */
  protected override refuse(what: string, answer: Answer): void {
    if (this.life.kind !== 'group: taken back') super.refuse(what, answer);
  }
}

/** Plays one round of a group to its end. Never rejects. */
export async function playGroup(place: Place, random: Random, people: number): Promise<Life> {
  const end = random.pick(ENDS);
  const life = newLife(`group: ${end}`);
  const group = new Group(place, life);
  if (!(await group.gather(people)) || !(await group.send())) return life;
  const [first, ...rest] = group.others;
  const settles = rest.map((member) => group.settle(member, random.pick(WAYS), random));
  // In other rounds than those that are left unpaid or taken back, all that is due is paid, by whomever.
  if (end === 'settled') settles.push(group.settle(first!, 'card', random));
  settles.push(group.settle(group.host, 'card', random));
  if (end === 'taken back') {
    await delay(random.between(0, 2_000));
    await group.takeBack();
  }
  await Promise.all(settles);
  if (end !== 'settled') return life;
  life.isToBeConfirmed = life.unanswered.length === 0 && life.refused.length === 0;
  await group.sees(isConfirmed);
  return life;
}
