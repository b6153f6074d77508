/** Tables that pay afterwards: what they order is cooked at once, and each pays parts of it, in her own way, at any time. */

import { setTimeout as delay } from 'node:timers/promises';
import type { WhatInput } from '../../domain/contract/tab-payments.ts';
import type { Tab } from '../../domain/contract/tabs.ts';
import type { Answer, Caller } from './caller.ts';
import { DECLINED, LOOK_MS, newLife, noteChange, VISA, type Life, type Place } from './lives.ts';
import { Party, type Member } from './party.ts';
import type { Random } from './random.ts';

/** Longer than a claim that nobody pays. */
const EVENING_MS = 420_000;

/** What somebody does next. Weighted by the number of entries. */
const ACTS = [
  ...(['order', 'order', 'mine', 'mine', 'beer', 'even', 'amount', 'declined', 'cash', 'cash'] as const),
  ...(['given up', 'left at the form', 'change'] as const),
] as const;
type Act = (typeof ACTS)[number];

/** What staff do meanwhile. */
const ERRANDS = ['nothing', 'cancel a line', 'move', 'merge'] as const;

/** How the evening ends. */
const ENDS = ['paid by card', 'paid in cash', 'walked out'] as const;
type End = (typeof ENDS)[number];

/** What others at the table, or staff, may have done a moment before. */
const OVERTAKEN: readonly (string | undefined)[] = [
  ...['already_claimed', 'nothing_owed', 'version_conflict', 'illegal_transition', 'tab_ended'],
  // They owe as much as a table may.
  'pay_first',
  // Nothing is left in the basket, or of the line.
  ...['invalid_request', 'not_found'],
];

class Table extends Party {
  protected override refuse(what: string, answer: Answer): void {
    if (!OVERTAKEN.includes(answer.body.error?.code)) super.refuse(what, answer);
  }

  async send(by: Member): Promise<boolean> {
    const answer = await this.sendRound(by);
    if (answer && answer.status >= 300) this.refuse('send', answer);
    if (!answer?.body.order) return false;
    this.life.orderId ??= answer.body.order.id;
    return true;
  }

  async act(member: Member, act: Act, random: Random): Promise<void> {
    const card = (what: WhatInput, paymentMethodId = VISA) => this.#pay(member, what, { paymentMethodId });
    switch (act) {
      case 'order':
        await this.choose(member);
        await this.send(member);
        return;
      case 'mine':
        return card({ kind: 'mine' });
      case 'beer':
        return card(await this.#oneUnit(member, random));
      case 'even':
        return card({ kind: 'even', of: this.members.length });
      case 'amount':
        return card({ kind: 'amount', amount: Math.floor(random.between(1, 400)) });
      case 'declined':
        await this.note('decline', this.#ask(member.caller, { kind: 'mine' }, { paymentMethodId: DECLINED }));
        return card({ kind: 'mine' });
      case 'cash':
        return this.payInCash(member, { kind: 'mine' });
      case 'change':
        return this.#change(member, random);
      case 'given up':
      case 'left at the form': {
        const claim = await this.must('claim', this.#ask(member.caller, { kind: 'mine' }, {}));
        if (act === 'left at the form' || !claim?.body.order) return;
        await delay(random.between(0, 1_000));
        await this.must(
          'give up',
          member.caller.send('POST', `/api/orders/${claim.body.order.id}/cancel`, {}),
        );
      }
    }
  }

  /** Staff take somebody's cash. */
  async payInCash(member: Member, what: WhatInput): Promise<void> {
    const { agent } = this.place;
    const more = { participantId: member.participantId };
    const claim = await this.must('claim', this.#ask(agent, what, more));
    const { order, share } = claim?.body ?? {};
    if (!order || !share) return;
    const path = `/api/orders/${order.id}/shares/${share.id}/cash`;
    const answer = await this.must('cash', agent.send('POST', path, {}));
    if (answer?.status === 200) this.life.settlements.push(order.id);
  }

  async #pay(member: Member, what: WhatInput, more: object): Promise<void> {
    const answer = await this.must('pay', this.#ask(member.caller, what, more));
    if (answer?.body.order && answer.body.payment?.status === 'captured')
      this.life.settlements.push(answer.body.order.id);
  }

  payRest(): Promise<void> {
    return this.#pay(this.host, { kind: 'rest' }, { paymentMethodId: VISA });
  }

  #ask(caller: Caller, what: WhatInput, more: object) {
    return caller.send('POST', `/api/tabs/${this.tabId}/payments`, { what, ...more });
  }

  /** She wants one more of what she has ordered, or one less. */
  async #change(member: Member, random: Random): Promise<void> {
    const own = (await this.read())?.owed.find(({ participantId }) => participantId === member.participantId);
    const round = own && (await member.caller.send('GET', `/api/orders/${own.orderId}`))?.body.order;
    const line = round?.lines.find(({ id }) => id === own?.lineId);
    if (!round || !line) return;
    const by = random.pick([1, -1]);
    const body = {
      ...{ ifVersion: round.version, set: [{ lineId: line.id, quantity: line.quantity + by }] },
      expectedDifference: by * line.unitAmount,
    };
    const answer = await this.must(
      'change',
      member.caller.send('POST', `/api/orders/${round.id}/changes`, body),
    );
    if (round.id === this.life.orderId) noteChange(this.life, answer);
  }

  /** One unit of a line that is still open; the rest if there is none. */
  async #oneUnit(member: Member, random: Random): Promise<WhatInput> {
    const open = (await this.read())?.owed.filter(({ openAmount, unitAmount }) => openAmount >= unitAmount);
    if (!open || open.length === 0) return { kind: 'rest' };
    const own = open.filter(({ participantId }) => participantId === member.participantId);
    const { lineId } = random.pick(own.length > 0 ? own : open);
    return { kind: 'lines', lines: [{ lineId, quantity: 1 }] };
  }

  async read(): Promise<Tab | undefined> {
    return (await this.place.agent.send('GET', `/api/tabs/${this.tabId}`))?.body.tab;
  }

  async errand(what: (typeof ERRANDS)[number], random: Random): Promise<void> {
    if (what === 'nothing') return;
    await delay(random.between(500, 6_000));
    if (what === 'merge') return this.#merge(random);
    if (what === 'move') {
      const label = `${Math.floor(random.between(1, 9_999))}`;
      const place = { kind: 'table', label };
      await this.must('move', this.#byStaff(`/api/tabs/${this.tabId}/move`, { place }));
      return;
    }
    const [line] = (await this.read())?.owed ?? [];
    if (!line) return;
    const lines = [{ lineId: line.lineId, quantity: 1 }];
    const body = { lines, reason: 'It ran out', restock: true };
    await this.must('cancel a line', this.#byStaff(`/api/orders/${line.orderId}/refunds`, body));
  }

  /** Two who sat elsewhere, and owe something, come to this table with all they have. */
  async #merge(random: Random): Promise<void> {
    const other = new Table(this.place, this.life);
    if (!(await other.gather(2, { settlement: 'after' })) || !(await other.send(other.host))) return;
    await delay(random.between(0, 1_000));
    const body = { intoTabId: this.tabId };
    const answer = await this.must('merge', this.#byStaff(`/api/tabs/${other.tabId}/merge`, body));
    if (answer?.status !== 200) {
      await other.end('paid in cash');
      return;
    }
    this.members.push(...other.members);
  }

  #byStaff(path: string, body: object) {
    return this.place.agent.send('POST', path, body);
  }

  /** Goes on until nothing is owed, and the tab is closed. */
  async end(how: End): Promise<void> {
    for (const start = Date.now(); Date.now() - start < EVENING_MS; await delay(LOOK_MS * 3)) {
      const tab = await this.read();
      if (!tab) continue;
      if (tab.status === 'closed') {
        this.life.closedTabId = this.tabId;
        return;
      }
      const close = `/api/tabs/${this.tabId}/close`;
      if (how === 'walked out') {
        await this.must('write off', this.#byStaff(close, { writeOff: { reason: 'They are gone' } }));
        continue;
      }
      if (tab.owed.some(({ openAmount }) => openAmount > 0))
        await (how === 'paid by card' ? this.payRest() : this.payInCash(this.host, { kind: 'rest' }));
      else if (tab.status === 'open') await this.must('close', this.host.caller.send('POST', close, {}));
    }
    this.life.refused.push('close: it is never closed');
  }
}

/** Plays the evening of one table to its end. Never rejects. */
export async function playTable(place: Place, random: Random, people: number): Promise<Life> {
  const end = random.pick(ENDS);
  const errand = random.pick(ERRANDS);
  const life = newLife(`table: ${errand}, ${end}`);
  const table = new Table(place, life);
  if (!(await table.gather(people, { settlement: 'after' })) || !(await table.send(table.host))) return life;
  life.isToBeConfirmed = true;
  const visits = table.members.map(async (member) => {
    for (let left = Math.floor(random.between(1, 4)); left > 0; left -= 1) {
      await delay(random.between(0, 1_500));
      await table.act(member, random.pick(ACTS), random);
    }
  });
  await Promise.all([...visits, table.errand(errand, random)]);
  await table.end(end);
  return life;
}
