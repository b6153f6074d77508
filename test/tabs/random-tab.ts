/** A random group at a tab: what its people do, one after the other, on their phones and on the model at once. */

import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { Order } from '../../domain/contract/orders.ts';
import type { Tab } from '../../domain/contract/tabs.ts';
import { openTab } from '../setup/tabs.ts';
import { Visitor, type Reply } from '../setup/visitor.ts';
import { StrictScreen } from './strict-screen.ts';
import { until } from '../harness/until.ts';
import type { System } from '../harness/system.ts';
import { amountOf, contentOf, type ModelLine, type ModelSplit } from './model-split.ts';
import type { Asker, Expected } from './people-model.ts';
import { TabModel, type ModelRound, type ModelShare } from './tab-model.ts';

/** What is for sale; `scarce` runs out. */
export interface Goods {
  readonly id: string;
  readonly unitAmount: number;
  readonly isScarce: boolean;
}

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
type Verb = keyof typeof VERBS;

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

/** One phone and whom it shows. */
interface Phone {
  readonly who: Visitor;
  participantId: string | undefined;
  token: string | undefined;
  screen: StrictScreen | undefined;
}

const NAMES = ['Mia', 'mia', 'Ben', 'Zoé', 'Mia 2'];
const PHONES = 5;

export class RandomTab {
  readonly #system: System;
  readonly #goods: readonly Goods[];
  readonly #phones: Phone[];
  readonly #tabId: string;
  readonly model: TabModel;
  /** What was done, for the message of a failure. */
  readonly story: string[] = [];
  #scarceLeft: number;

  private constructor(
    system: System,
    of: { goods: readonly Goods[]; phones: Phone[]; tabId: string; model: TabModel; scarceLeft: number },
  ) {
    this.#system = system;
    this.#goods = of.goods;
    this.#phones = of.phones;
    this.#tabId = of.tabId;
    this.model = of.model;
    this.#scarceLeft = of.scarceLeft;
  }

  static async open(system: System, goods: readonly Goods[], scarceLeft: number): Promise<RandomTab> {
    const phones = Array.from({ length: PHONES }, (): Phone => ({
      who: new Visitor(system.url),
      participantId: undefined,
      token: undefined,
      screen: undefined,
    }));
    const host = await openTab(phones[0]!.who, { name: 'Mia' });
    const tab = new RandomTab(system, {
      ...{ goods, phones, scarceLeft, tabId: host.tab.id },
      model: new TabModel(host.participantId, 'Mia'),
    });
    await tab.#seat(phones[0]!, host.participantId, host.guestToken);
    return tab;
  }

  async play(step: Step): Promise<void> {
    await this.#verbs[step.verb](step);
    await this.agree();
  }

  close(): void {
    for (const { screen } of this.#phones) screen?.close();
  }

  /** Compares record, every screen, and the model. */
  async agree(): Promise<void> {
    const expected = this.#projection();
    const record = await until(
      'the end of a closed tab',
      async () => {
        const { status, body } = await patiently(this.#system.agent, 'GET', `/api/tabs/${this.#tabId}`);
        assertSame(status, 200, this.#told());
        const tab = body.tab as Tab;
        return (this.model.status !== 'closed' || tab.status === 'closed') && tab;
      },
      { last: () => this.#told() },
    );
    if (this.model.status === 'closed') this.model.version = record.version;
    this.#expectSame('the record', record, expected);
    for (const phone of this.#phones) {
      if (!phone.screen) continue;
      if (this.model.isIn(phone.participantId)) {
        await phone.screen.reach(record.version);
        assertSame(phone.screen.problems, [], this.#told());
        this.#expectSame(`the screen of ${phone.participantId}`, phone.screen.tab, expected);
        continue;
      }
      if (!phone.screen.isOut) await phone.screen.end(record.version);
      assertSame(phone.screen.problems, [], this.#told());
      assertSame((await this.#ask(phone, 'GET', '')).status, 404, this.#told());
    }
  }

  #expectSame(what: string, tab: Tab, expected: object): void {
    const found = { version: tab.version, ...projected(tab) } as Record<string, unknown>;
    const wanted = { version: this.model.version, ...expected } as Record<string, unknown>;
    const differences = Object.keys(wanted)
      .filter((name) => !isDeepStrictEqual(found[name], wanted[name]))
      .map((name) => `${name} is ${JSON.stringify(found[name])}, not ${JSON.stringify(wanted[name])}`);
    if (differences.length > 0)
      throw new Error(`${this.#told()}\n${what} differs: ${this.#short(differences.join('\n'))}`);
  }

  #projection() {
    const { model } = this;
    return {
      ...{ status: model.status, host: model.host, isLocked: model.isLocked, title: model.title },
      spendingLimit: model.spendingLimit,
      hasCode: model.status !== 'closed',
      people: model.people.map(({ id, shown, isReady, hasLeft }) => ({ id, name: shown, isReady, hasLeft })),
      lines: model.lines.map((line) => ({
        ...{ id: line.id, version: line.version, content: contentOf(line), amount: amountOf(line) },
      })),
      basketAmount: model.lines.reduce((sum, line) => sum + amountOf(line), 0),
      parts: [...model.parts].filter(([, amount]) => amount > 0).toSorted(),
      rounds: model.rounds.map(({ orderId, status, lines }) => ({
        ...{ orderId, status },
        ...(status === 'awaiting_payment' || status === 'confirmed'
          ? { totalAmount: lines.reduce((sum, line) => sum + amountOf(line), 0) }
          : {}),
      })),
    };
  }

  #told(): string {
    return this.#short(this.story.join('\n'));
  }

  /** The people by letters, the rest of all ids by their first characters. */
  #short(text: string): string {
    const lettered = this.model.people.reduce(
      (left, { id }, index) => left.replaceAll(id, String.fromCodePoint(65 + index)),
      text,
    );
    return lettered.replaceAll(/([\da-f]{8})-[\da-f-]{27}/g, '$1');
  }

  // Everybody and everything that a step may name.

  #phone({ by }: Step): Phone {
    return this.#phones[by % PHONES]!;
  }

  /** Who acts: mostly somebody at the tab, now and then staff or somebody outside. */
  #actor(step: Step): { readonly asker: Asker; readonly phone: Phone | undefined } {
    if (step.by % 11 === 10) return { asker: 'agent', phone: undefined };
    const seated = this.#phones.filter(({ participantId }) => this.model.isIn(participantId));
    const phone = step.by % 13 === 12 ? this.#phone(step) : seated[step.by % Math.max(1, seated.length)];
    return phone ? { asker: phone.participantId, phone } : { asker: 'agent', phone: undefined };
  }

  #person(number: number): string {
    return this.model.people[number % this.model.people.length]!.id;
  }

  #ask(phone: Phone | undefined, method: string, path: string, body?: unknown, key?: string) {
    return patiently(phone?.who ?? this.#system.agent, method, `/api/tabs/${this.#tabId}${path}`, body, key);
  }

  /** Compares the response with what the model says. */
  #compare(what: string, { status, body }: Reply<any>, expected: Expected): boolean {
    const code = status < 300 ? 'ok' : (body.error?.code as string);
    this.story.push(`${this.story.length + 1}. ${what} → ${code}`);
    const right = expected === 'ok' ? ['ok'] : expected;
    if (!right.includes(code))
      throw new Error(`${this.#told()}\nnot ${right.join(' or ')}: ${JSON.stringify(body).slice(0, 600)}`);
    return code === 'ok';
  }

  async #seat(phone: Phone, participantId: string, token: string | undefined): Promise<void> {
    phone.participantId = participantId;
    phone.token = token ?? phone.token;
    phone.screen?.close();
    phone.screen = await StrictScreen.open(phone.who, { tabId: this.#tabId, guestToken: phone.token });
  }

  readonly #verbs: Record<Verb, (step: Step) => Promise<void>> = {
    join: async (step) => {
      const phone = this.#phone(step);
      const { tab } = (await patiently(this.#system.agent, 'GET', `/api/tabs/${this.#tabId}`)).body as {
        tab: Tab;
      };
      const name = NAMES[step.n % NAMES.length]!;
      const reply = await patiently(phone.who, 'POST', '/api/tabs/join', {
        ...(step.isOdd || tab.joinUrl === null
          ? { code: tab.joinCode ?? 'AAAAAA' }
          : { secret: new URL(tab.joinUrl).hash.slice(1) }),
        name,
      });
      const newId = reply.body.participant?.id as string | undefined;
      const expected = this.model.join(phone.participantId, newId ?? randomUUID(), name);
      if (this.#compare(`phone ${step.by % PHONES} joins as ${name}`, reply, expected))
        await this.#seat(phone, newId!, reply.body.guestToken);
    },
    addPerson: async (step) => {
      const { asker, phone } = this.#actor(step);
      const name = NAMES[step.n % NAMES.length]!;
      const reply = await this.#ask(phone, 'POST', '/participants', { name });
      const added = reply.status === 201 ? (reply.body.tab as Tab).participants.at(-1)!.id : randomUUID();
      this.#compare(`${asker} adds ${name}`, reply, this.model.addPerson(asker, added, name));
    },
    rename: async (step) => {
      const { asker, phone } = this.#actor(step);
      const target =
        step.isOdd && asker !== 'agent' ? (asker ?? this.#person(step.on)) : this.#person(step.on);
      const name = NAMES[step.n % NAMES.length]!;
      const reply = await this.#ask(phone, 'PATCH', `/participants/${target}`, { name });
      this.#compare(`${asker} renames ${target} ${name}`, reply, this.model.rename(asker, target, name));
    },
    ready: async (step) => {
      const { asker, phone } = this.#actor(step);
      const target =
        step.n % 3 === 0 || asker === 'agent' ? this.#person(step.on) : (asker ?? this.model.host);
      const body = { isReady: step.isOdd || step.n % 2 === 0, participantId: target };
      const reply = await this.#ask(phone, 'POST', '/ready', body);
      this.#compare(
        `${asker}: ${target} is ready: ${body.isReady}`,
        reply,
        this.model.setReady(asker, target, body.isReady),
      );
    },
    leave: async (step) => {
      const { asker, phone } = this.#actor(step);
      if (asker === 'agent' || asker === undefined) return;
      const reply = await this.#ask(phone, 'DELETE', `/participants/${asker}`);
      this.#compare(`${asker} leaves`, reply, this.model.takeOut(asker, asker));
    },
    remove: async (step) => {
      const { asker, phone } = this.#actor(step);
      const target = this.#person(step.on);
      const reply = await this.#ask(phone, 'DELETE', `/participants/${target}`);
      this.#compare(`${asker} removes ${target}`, reply, this.model.takeOut(asker, target));
    },
    handOver: async (step) => {
      const { asker, phone } = this.#actor(step);
      const target = this.#person(step.on);
      const reply = await this.#ask(phone, 'POST', '/host', { participantId: target });
      this.#compare(`${asker} makes ${target} the host`, reply, this.model.handOver(asker, target));
    },
    lock: (step) => this.#settings(step, { isLocked: step.n % 3 === 0 }),
    limit: (step) => this.#settings(step, { spendingLimit: step.n % 3 === 0 ? 1000 : null }),
    title: (step) => this.#settings(step, { title: step.isOdd ? null : 'Lunch' }),
    renewCode: async (step) => {
      const { asker, phone } = this.#actor(step);
      const reply = await this.#ask(phone, 'POST', '/code', {});
      this.#compare(`${asker} renews the code`, reply, this.model.renewCode(asker));
    },
    add: async (step) => {
      const { asker, phone } = this.#actor(step);
      const owner =
        step.on % 4 === 0 || asker === 'agent' || asker === undefined ? this.#person(step.on) : asker;
      const goods = this.#goods[step.n % this.#goods.length]!;
      const sharers = step.isOdd ? this.#sharers(step) : new Map([[owner, 1]]);
      const line = { owner, sharers, variant: goods.id, quantity: 1 + (step.n % 3), note: null };
      const reply = await this.#ask(phone, 'POST', '/lines', {
        ...{ variantId: goods.id, quantity: line.quantity, participantId: owner },
        sharedBetween: asSharedBetween(sharers),
      });
      const id = reply.status === 201 ? (reply.body.tab as Tab).lines.at(-1)!.id : randomUUID();
      const expected = this.model.add(asker, { ...line, id, unitAmount: goods.unitAmount });
      this.#compare(`${asker} adds ${contentOf({ ...line, id, version: 1 })}`, reply, expected);
    },
    change: (step) => this.#change(step, { quantity: 1 + (step.n % 4), ...(step.isOdd && { note: 'hot' }) }),
    share: (step) => this.#change(step, { sharers: this.#sharers(step) }),
    removeLine: async (step) => {
      const line = this.#line(step.on);
      if (!line) return;
      const { asker, phone } = this.#actor(step);
      const ifVersion = step.n % 5 === 4 ? line.version + 1 : line.version;
      const reply = await this.#ask(phone, 'DELETE', `/lines/${line.id}?ifVersion=${ifVersion}`);
      this.#compare(
        `${asker} removes line ${line.id} at ${ifVersion}`,
        reply,
        this.model.remove(asker, line.id, ifVersion),
      );
    },
    stepOut: async (step) => {
      const line = this.#line(step.on);
      const { asker, phone } = this.#actor(step);
      if (!line || asker === 'agent') return;
      const reply = await this.#ask(phone, 'POST', `/lines/${line.id}/leave`);
      this.#compare(`${asker} steps out of ${line.id}`, reply, this.model.stepOut(asker, line.id));
    },
    reconnect: async (step) => {
      const phone = this.#phone(step);
      if (!phone.screen || phone.screen.isOut || !this.model.isIn(phone.participantId)) return;
      const since = Math.max(1, phone.screen.tab.version - (step.n % 4));
      phone.screen.close();
      const { who, token } = phone;
      phone.screen = await StrictScreen.open(who, { tabId: this.#tabId, guestToken: token, since });
      this.story.push(`phone ${step.by % PHONES} comes back since ${since}`);
    },
    send: (step) => this.#send(step),
    pay: async (step) => {
      const found = this.#share(step);
      if (found) await this.#pay(found.round, found.share, 'pm_card_visa');
    },
    payAll: async (step) => {
      const round = this.#round(step);
      if (!round) return;
      for (const share of round.shares) if (!share.isPaid) await this.#pay(round, share, 'pm_card_visa');
    },
    decline: async (step) => {
      const found = this.#share(step);
      if (found) await this.#pay(found.round, found.share, 'pm_card_chargeDeclined');
    },
    cover: async (step) => {
      const found = this.#share(step);
      const { asker, phone } = this.#actor(step);
      if (!found || asker === 'agent' || asker === undefined || !this.model.isIn(asker)) return;
      const { round, share } = found;
      const reply = await patiently(
        phone!.who,
        'POST',
        `/api/orders/${round.orderId}/shares/${share.id}/cover`,
      );
      const isOpen = round.status === 'awaiting_payment' && !share.isPaid;
      const expected =
        isOpen && share.payer !== asker
          ? 'ok'
          : isOpen
            ? ['illegal_transition', 'forbidden', 'ok']
            : ['illegal_transition'];
      if (this.#compare(`${asker} covers ${share.id}`, reply, expected) && share.payer !== asker) {
        share.payer = asker;
        this.model.version += 1;
      }
    },
    drop: async (step) => {
      const found = this.#share(step);
      const { asker, phone } = this.#actor(step);
      if (!found || !this.model.isIn(asker)) return;
      await this.#drop(found.round, found.share, asker, phone);
    },
    takeBack: async (step) => {
      const round = this.#round(step);
      const { asker, phone } = this.#actor(step);
      if (!round || !this.model.isIn(asker)) return;
      const who = phone?.who ?? this.#system.agent;
      const reply = await patiently(who, 'POST', `/api/orders/${round.orderId}/cancel`, {});
      const expected = this.model.mayLead(asker) ? 'ok' : ['forbidden'];
      if (!this.#compare(`${asker} takes back ${round.orderId}`, reply, expected)) return;
      this.#releaseScarce(round.lines);
      round.status = 'canceled';
      this.model.version += 1;
      await this.#returned(round.lines);
    },
    close: async (step) => {
      const { asker, phone } = this.#actor(step);
      if (step.n % 3 > 0) return;
      const reply = await this.#ask(phone, 'POST', '/close', {});
      this.#compare(`${asker} closes the tab`, reply, this.model.close(asker));
      this.#finish();
    },
  };

  async #settings(
    step: Step,
    wanted: { title?: string | null; isLocked?: boolean; spendingLimit?: number | null },
  ) {
    const { asker, phone } = this.#actor(step);
    const reply = await this.#ask(phone, 'PATCH', '', wanted);
    this.#compare(`${asker} sets ${JSON.stringify(wanted)}`, reply, this.model.settings(asker, wanted));
  }

  #line(number: number): ModelLine | undefined {
    return this.model.lines[number % Math.max(1, this.model.lines.length)];
  }

  #sharers({ on, n }: Step): Map<string, number> {
    const { people } = this.model;
    const count = 1 + (n % people.length);
    return new Map(
      Array.from({ length: count }, (_, index) => [
        people[(on + index) % people.length]!.id,
        1 + ((n >> index) % 3),
      ]),
    );
  }

  async #change(step: Step, wanted: { quantity?: number; note?: string; sharers?: Map<string, number> }) {
    const line = this.#line(step.on);
    if (!line) return;
    const { asker, phone } = this.#actor(step);
    const ifVersion = step.n % 5 === 4 ? Math.max(1, line.version - 1) : line.version;
    const { sharers, ...rest } = wanted;
    const reply = await this.#ask(phone, 'PATCH', `/lines/${line.id}`, {
      ...{ ifVersion, ...rest },
      ...(sharers && { sharedBetween: asSharedBetween(sharers) }),
    });
    const expected = this.model.change(asker, line.id, ifVersion, wanted);
    const shown = JSON.stringify({ ...rest, ...(sharers && { sharers: [...sharers] }) });
    this.#compare(`${asker} changes ${line.id} at ${ifVersion} to ${shown}`, reply, expected);
  }

  // Rounds.

  #round({ on }: Step): ModelRound | undefined {
    const { running } = this.model;
    return running[on % Math.max(1, running.length)];
  }

  #share(step: Step): { readonly round: ModelRound; readonly share: ModelShare } | undefined {
    const round = this.#round(step);
    const share = round?.shares[step.n % Math.max(1, round.shares.length)];
    return round && share && { round, share };
  }

  #splitFor({ n, on, isOdd }: Step): ModelSplit {
    const { lines, present } = this.model;
    const ids = present.map(({ id }) => id);
    const one = ids[on % Math.max(1, ids.length)] ?? this.model.host;
    const some = ids.filter((_, index) => index % 2 === n % 2);
    const total = lines.reduce((sum, line) => sum + amountOf(line), 0);
    const off = isOdd ? 0 : n % 3;
    const kinds: (() => ModelSplit)[] = [
      () => ({ kind: 'own' }),
      () => ({ kind: 'even' }),
      () => ({ kind: 'even', except: lines.slice(0, 1 + (n % 2)).map(({ id }) => id) }),
      () => (some.length > 0 ? { kind: 'even', participantIds: some } : { kind: 'even' }),
      () => ({ kind: 'treat', payerId: one }),
      () => (some.length > 0 ? { kind: 'treat', payerId: one, participantIds: some } : { kind: 'own' }),
      () => ({
        kind: 'own',
        treats: [{ kind: 'treat', payerId: one, participantIds: [ids[n % Math.max(1, ids.length)] ?? one] }],
      }),
      () => {
        const first = Math.floor((total * (n % 10)) / 10);
        const amounts = [{ participantId: one, amount: total - first + off }];
        const other = ids.find((id) => id !== one);
        if (!other) return { kind: 'custom', amounts: [{ participantId: one, amount: total + off }] };
        return { kind: 'custom', amounts: [...amounts, { participantId: other, amount: first }] };
      },
      () => {
        const part = Math.floor(10_000 / Math.max(1, ids.length));
        const rest = 10_000 - part * (ids.length - 1) - off;
        return {
          kind: 'custom',
          percents: ids.map((participantId, index) => ({
            participantId,
            basisPoints: index === 0 ? rest : part,
          })),
        };
      },
    ];
    return kinds[(n + on) % kinds.length]!();
  }

  async #send(step: Step): Promise<void> {
    const { model } = this;
    const { asker, phone } = step.by % 3 === 0 ? this.#actor(step) : this.#hostOrStaff();
    const split = this.#splitFor(step);
    const wanted = this.#scarceIn(model.lines);
    const lines = model.lines;
    const expected = model.send(asker, split, wanted <= this.#scarceLeft);
    const key = randomUUID();
    const reply = await this.#ask(phone, 'POST', '/rounds', { split }, key);
    const what = `${asker} sends by ${JSON.stringify(split)}`;
    if ('refused' in expected) {
      // So much of what is rare is not even held for one who has not paid.
      this.#compare(what, reply, [...expected.refused, ...(wanted > this.#scarceLeft ? ['pay_first'] : [])]);
      if (reply.body.error.code === 'out_of_stock') {
        const { body } = await patiently(this.#system.agent, 'GET', `/api/tabs/${this.#tabId}`);
        const orderId = (body.tab as Tab).rounds.at(-1)!.orderId;
        model.sent({ orderId, status: 'rejected', lines, shares: [] });
        model.version += 1;
        await this.#returned(lines);
      }
      return;
    }
    if (!this.#compare(what, reply, 'ok')) return;
    const again = await this.#ask(phone, 'POST', '/rounds', { split }, key);
    assertSame([again.status, again.body.order?.id], [201, reply.body.order.id], this.#told());
    this.#scarceLeft -= wanted;
    const order = await this.#readOrder(reply.body.order.id as string);
    const shares = [...expected.shares].filter(([, amount]) => amount > 0).toSorted();
    const actual = order.shares.flatMap(({ participantId, amount }) =>
      amount > 0 ? [[participantId, amount] as const] : [],
    );
    assertSame(actual.toSorted(), shares, this.#told());
    expectAllocated(order, this.#told());
    model.sent({
      orderId: order.id,
      status: 'awaiting_payment',
      lines,
      shares: order.shares.map(({ id, participantId, amount }) => ({
        ...{ id, owner: participantId, payer: participantId, amount, isPaid: amount === 0 },
      })),
    });
  }

  #hostOrStaff(): { readonly asker: Asker; readonly phone: Phone | undefined } {
    const { host } = this.model;
    const phone = this.#phones.find(({ participantId }) => participantId === host);
    return phone && this.model.isIn(host) ? { asker: host, phone } : { asker: 'agent', phone: undefined };
  }

  async #readOrder(orderId: string): Promise<Order> {
    const { status, body } = await patiently(this.#system.agent, 'GET', `/api/orders/${orderId}`);
    assertSame(status, 200, this.#told());
    return body.order as Order;
  }

  async #pay(round: ModelRound, share: ModelShare, card: string): Promise<void> {
    const phone = this.#phones.find(({ participantId }) => participantId === share.payer);
    if (!phone || round.status !== 'awaiting_payment') return;
    const path = `/api/orders/${round.orderId}/shares/${share.id}/pay`;
    const reply = await patiently(phone.who, 'POST', path, { paymentMethodId: card });
    const isGood = card === 'pm_card_visa';
    const expected = share.isPaid ? ['illegal_transition'] : isGood ? 'ok' : ['card_declined'];
    if (this.#compare(`${share.payer} pays ${share.id} with ${card}`, reply, expected)) share.isPaid = true;
    await this.#settle(round);
  }

  /** All or nothing: it is confirmed as soon as nobody owes anything, and not before. */
  async #settle(round: ModelRound): Promise<void> {
    if (round.status !== 'awaiting_payment') return;
    const isDone = round.shares.every(({ isPaid }) => isPaid);
    const order = isDone
      ? await until('the round confirmed', async () => {
          const now = await this.#readOrder(round.orderId);
          return now.status === 'confirmed' && now;
        })
      : await this.#readOrder(round.orderId);
    expectAllocated(order, this.#told());
    const amounts = order.shares.map(({ id, participantId, amount }) => [id, participantId, amount]);
    // T4: nobody's share changes, but by being covered or dropped.
    assertSame(
      amounts,
      round.shares.map(({ id, payer, amount }) => [id, payer, amount]),
      this.#told(),
    );
    if (!isDone) {
      assertSame(order.status, 'awaiting_payment', this.#told());
      return;
    }
    round.status = 'confirmed';
    this.model.version += 1;
    this.#finish();
  }

  async #drop(round: ModelRound, share: ModelShare, asker: Asker, phone: Phone | undefined): Promise<void> {
    const { model } = this;
    const before = await this.#readOrder(round.orderId);
    const who = phone?.who ?? this.#system.agent;
    const reply = await patiently(who, 'POST', `/api/orders/${round.orderId}/shares/${share.id}/drop`, {});
    const expected = !model.mayLead(asker)
      ? ['forbidden']
      : share.isPaid || share.owner === model.host
        ? ['illegal_transition']
        : 'ok';
    if (!this.#compare(`${asker} drops ${share.id}`, reply, expected)) return;
    const others = before.shares
      .filter(({ id }) => id !== share.id)
      .flatMap(({ allocations }) => allocations);
    const mine = before.shares.find(({ id }) => id === share.id)!.allocations;
    const gone = round.lines.filter(
      ({ id, owner }) =>
        owner === share.owner &&
        mine.some(({ lineId }) => lineId === id) &&
        !others.some(({ lineId }) => lineId === id),
    );
    round.lines = round.lines.filter((line) => !gone.includes(line));
    this.#releaseScarce(gone);
    share.amount -= gone.reduce((sum, line) => sum + amountOf(line), 0);
    share.payer = model.host;
    share.isPaid = share.amount === 0;
    model.version += 1;
    if (round.lines.length === 0) {
      await until('the empty round ended', async () => {
        const { status } = await this.#readOrder(round.orderId);
        return status === 'canceled' || status === 'expired';
      });
      round.status = 'canceled';
      model.version += 1;
    }
    await this.#returned(gone.filter(({ owner }) => model.isIn(owner)));
    await this.#settle(round);
  }

  /** Takes the ids and versions of lines that came back from the record, once they are what the model expects. */
  async #returned(lines: readonly ModelLine[]): Promise<void> {
    const known = this.model.lines.length;
    this.model.giveBack(lines);
    const came = this.model.lines.slice(known);
    const record = await until(
      'the lines of a round back in the basket',
      async () => {
        const { tab } = (await patiently(this.#system.agent, 'GET', `/api/tabs/${this.#tabId}`)).body as {
          tab: Tab;
        };
        return tab.lines.length === this.model.lines.length && tab;
      },
      { last: () => this.#told() },
    );
    record.lines.slice(known).forEach((line, index) => {
      Object.assign(came[index]!, { id: line.id, version: line.version });
    });
    this.#finish();
  }

  /** A closing tab ends when nothing is running any more. */
  #finish(): void {
    if (this.model.status === 'closing' && this.model.running.length === 0) this.model.status = 'closed';
  }

  #scarceIn(lines: readonly ModelLine[]): number {
    const scarce = this.#goods.filter(({ isScarce }) => isScarce).map(({ id }) => id);
    return lines.reduce((sum, { variant, quantity }) => sum + (scarce.includes(variant) ? quantity : 0), 0);
  }

  #releaseScarce(lines: readonly ModelLine[]): void {
    this.#scarceLeft += this.#scarceIn(lines);
  }
}

/** Asks as a page does: again with the same key, while a busy machine asks to. */
async function patiently(
  who: Visitor,
  method: string,
  path: string,
  body?: unknown,
  key: string = randomUUID(),
): Promise<Reply<any>> {
  const options = { ...(body !== undefined && { body }), ...(method === 'POST' && { key }) };
  for (let tries = 1; ; tries += 1) {
    const reply = await who.call<any>(method, path, options);
    if (reply.status !== 503 || tries === 10) return reply;
  }
}

function asSharedBetween(sharers: ReadonlyMap<string, number>) {
  return [...sharers].map(([participantId, weight]) => ({ participantId, weight }));
}

function assertSame(found: unknown, wanted: unknown, told: string): void {
  if (!isDeepStrictEqual(found, wanted))
    throw new Error(`${told}\n${JSON.stringify(found)} is not ${JSON.stringify(wanted)}`);
}

/** T2: the allocations of a line sum to it, those of a share to its amount. */
function expectAllocated({ lines, shares, totalAmount }: Order, told: string): void {
  const paid = new Map<string, number>();
  for (const { amount, allocations } of shares) {
    const sum = allocations.reduce((left, each) => left + each.amount, 0);
    assertSame(sum, amount, told);
    for (const each of allocations) paid.set(each.lineId, (paid.get(each.lineId) ?? 0) + each.amount);
  }
  for (const { id, amount } of lines) assertSame(paid.get(id) ?? 0, amount, told);
  const billed = shares.reduce((sum, { amount }) => sum + amount, 0);
  assertSame(billed, totalAmount, told);
}

/** Rounds that ended otherwise than by being confirmed are one for the model: it knows why. */
const ENDED: Readonly<Record<string, string>> = { expired: 'canceled', placing: 'awaiting_payment' };

function projected(tab: Tab) {
  return {
    ...{ status: tab.status, host: tab.host, isLocked: tab.isLocked, title: tab.title },
    spendingLimit: tab.spendingLimit,
    hasCode: tab.joinCode !== null,
    people: tab.participants.map(({ id, name, isReady, hasLeft }) => ({ id, name, isReady, hasLeft })),
    lines: tab.lines.map((line) => ({
      ...{ id: line.id, version: line.version, amount: line.amount },
      content: contentOf({
        ...{ id: line.id, version: line.version, owner: line.participantId },
        ...{ variant: line.variantId, quantity: line.quantity, note: line.note },
        sharers: new Map(line.sharedBetween.map(({ participantId, weight }) => [participantId, weight])),
      }),
    })),
    basketAmount: tab.basketAmount,
    parts: tab.parts
      .flatMap(({ participantId, amount }) => (amount > 0 ? [[participantId, amount] as const] : []))
      .toSorted(),
    rounds: tab.rounds.map(({ orderId, status, totalAmount }) => {
      const known = ENDED[status] ?? status;
      const isBilled = known === 'awaiting_payment' || known === 'confirmed';
      return { orderId, status: known, ...(isBilled && { totalAmount }) };
    }),
  };
}
