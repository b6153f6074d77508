/** A tab that is played in the product and in its model at once, and how the two are compared. */

import { isDeepStrictEqual } from 'node:util';
import type { Order } from '../../domain/contract/orders.ts';
import type { Tab } from '../../domain/contract/tabs.ts';
import { patiently } from '../setup/patiently.ts';
import { openTab } from '../setup/tabs.ts';
import { Visitor, type Reply } from '../setup/visitor.ts';
import { StrictScreen } from './strict-screen.ts';
import { until } from '../harness/until.ts';
import type { System } from '../harness/system.ts';
import type { ModelLine } from './model-split.ts';
import type { Asker, Expected } from './people-model.ts';
import { projectedModel, projectedTab } from './projections.ts';
import type { Step } from './steps.ts';
import { TabModel } from './tab-model.ts';

/** What is for sale; `scarce` runs out. */
export interface Goods {
  readonly id: string;
  readonly unitAmount: number;
  readonly isScarce: boolean;
}

/** One phone and whom it shows. */
export interface Phone {
  readonly who: Visitor;
  participantId: string | undefined;
  token: string | undefined;
  screen: StrictScreen | undefined;
}

/** How many phones there are. */
export const PHONES = 5;

/** A tab in the product and in the model, and the phones of its people. */
export class Stage {
  readonly system: System;
  readonly goods: readonly Goods[];
  readonly phones: Phone[];
  readonly tabId: string;
  readonly model: TabModel;
  /** What was done, for the message of a failure. */
  readonly story: string[] = [];
  /** How much of what is rare may still be sent. */
  scarceLeft: number;

  private constructor(
    system: System,
    of: { goods: readonly Goods[]; phones: Phone[]; tabId: string; model: TabModel; scarceLeft: number },
  ) {
    this.system = system;
    this.goods = of.goods;
    this.phones = of.phones;
    this.tabId = of.tabId;
    this.model = of.model;
    this.scarceLeft = of.scarceLeft;
  }

  static async open(system: System, goods: readonly Goods[], scarceLeft: number): Promise<Stage> {
    const phones = Array.from({ length: PHONES }, (): Phone => ({
      who: new Visitor(system.url),
      participantId: undefined,
      token: undefined,
      screen: undefined,
    }));
    const host = await openTab(phones[0]!.who, { name: 'Mia' });
    const stage = new Stage(system, {
      ...{ goods, phones, scarceLeft, tabId: host.tab.id },
      model: new TabModel(host.participantId, 'Mia'),
    });
    await stage.seat(phones[0]!, host.participantId, host.guestToken);
    return stage;
  }

  close(): void {
    for (const { screen } of this.phones) screen?.close();
  }

  /** Compares the record, every screen and the model. */
  async agree(): Promise<void> {
    const expected = projectedModel(this.model);
    const record = await until(
      'the end of a closed tab',
      async () => {
        const { status, body } = await patiently(this.system.agent, 'GET', `/api/tabs/${this.tabId}`);
        assertSame(status, 200, this.told());
        const tab = body.tab as Tab;
        return (this.model.status !== 'closed' || tab.status === 'closed') && tab;
      },
      { last: () => this.told() },
    );
    if (this.model.status === 'closed') this.model.version = record.version;
    this.#expectSame('the record', record, expected);
    for (const phone of this.phones) {
      if (!phone.screen) continue;
      if (this.model.isIn(phone.participantId)) {
        await phone.screen.reach(record.version);
        assertSame(phone.screen.problems, [], this.told());
        this.#expectSame(`the screen of ${phone.participantId}`, phone.screen.tab, expected);
        continue;
      }
      if (!phone.screen.isOut) await phone.screen.end(record.version);
      assertSame(phone.screen.problems, [], this.told());
      assertSame((await this.ask(phone, 'GET', '')).status, 404, this.told());
    }
  }

  #expectSame(what: string, tab: Tab, expected: object): void {
    const found = { version: tab.version, ...projectedTab(tab) } as Record<string, unknown>;
    const wanted = { version: this.model.version, ...expected } as Record<string, unknown>;
    const differences = Object.keys(wanted)
      .filter((name) => !isDeepStrictEqual(found[name], wanted[name]))
      .map((name) => `${name} is ${JSON.stringify(found[name])}, not ${JSON.stringify(wanted[name])}`);
    if (differences.length > 0)
      throw new Error(`${this.told()}\n${what} differs: ${this.#short(differences.join('\n'))}`);
  }

  /** Returns what was done, short enough to read. */
  told(): string {
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

  phoneOf({ by }: Step): Phone {
    return this.phones[by % PHONES]!;
  }

  /** Who acts: mostly somebody at the tab, now and then staff or somebody outside. */
  actor(step: Step): { readonly asker: Asker; readonly phone: Phone | undefined } {
    if (step.by % 11 === 10) return { asker: 'agent', phone: undefined };
    const seated = this.phones.filter(({ participantId }) => this.model.isIn(participantId));
    const phone = step.by % 13 === 12 ? this.phoneOf(step) : seated[step.by % Math.max(1, seated.length)];
    return phone ? { asker: phone.participantId, phone } : { asker: 'agent', phone: undefined };
  }

  person(number: number): string {
    return this.model.people[number % this.model.people.length]!.id;
  }

  ask(phone: Phone | undefined, method: string, path: string, body?: unknown, key?: string) {
    return patiently(phone?.who ?? this.system.agent, method, `/api/tabs/${this.tabId}${path}`, body, key);
  }

  /** Compares the response with what the model says. */
  compare(what: string, { status, body }: Reply<any>, expected: Expected): boolean {
    const code = status < 300 ? 'ok' : (body.error?.code as string);
    this.story.push(`${this.story.length + 1}. ${what} → ${code}`);
    const right = expected === 'ok' ? ['ok'] : expected;
    if (!right.includes(code))
      throw new Error(`${this.told()}\nnot ${right.join(' or ')}: ${JSON.stringify(body).slice(0, 600)}`);
    return code === 'ok';
  }

  /** Has a phone show this participant from now on. */
  async seat(phone: Phone, participantId: string, token: string | undefined): Promise<void> {
    phone.participantId = participantId;
    phone.token = token ?? phone.token;
    phone.screen?.close();
    phone.screen = await StrictScreen.open(phone.who, { tabId: this.tabId, guestToken: phone.token });
  }

  /** The host if she has a phone and is there, else staff. */
  hostOrStaff(): { readonly asker: Asker; readonly phone: Phone | undefined } {
    const { host } = this.model;
    const phone = this.phones.find(({ participantId }) => participantId === host);
    return phone && this.model.isIn(host) ? { asker: host, phone } : { asker: 'agent', phone: undefined };
  }

  async readOrder(orderId: string): Promise<Order> {
    const { status, body } = await patiently(this.system.agent, 'GET', `/api/orders/${orderId}`);
    assertSame(status, 200, this.told());
    return body.order as Order;
  }

  /** Takes the ids and versions of lines that came back from the record, once they are what the model expects. */
  async returned(lines: readonly ModelLine[]): Promise<void> {
    const known = this.model.lines.length;
    this.model.giveBack(lines);
    const came = this.model.lines.slice(known);
    const record = await until(
      'the lines of a round back in the basket',
      async () => {
        const { tab } = (await patiently(this.system.agent, 'GET', `/api/tabs/${this.tabId}`)).body as {
          tab: Tab;
        };
        return tab.lines.length === this.model.lines.length && tab;
      },
      { last: () => this.told() },
    );
    record.lines.slice(known).forEach((line, index) => {
      Object.assign(came[index]!, { id: line.id, version: line.version });
    });
    this.finish();
  }

  /** A closing tab ends when nothing is running any more. */
  finish(): void {
    if (this.model.status === 'closing' && this.model.running.length === 0) this.model.status = 'closed';
  }

  /** Returns how much of what is rare these lines ask for. */
  scarceIn(lines: readonly ModelLine[]): number {
    const scarce = this.goods.filter(({ isScarce }) => isScarce).map(({ id }) => id);
    return lines.reduce((sum, { variant, quantity }) => sum + (scarce.includes(variant) ? quantity : 0), 0);
  }

  releaseScarce(lines: readonly ModelLine[]): void {
    this.scarceLeft += this.scarceIn(lines);
  }
}

export function assertSame(found: unknown, wanted: unknown, told: string): void {
  if (!isDeepStrictEqual(found, wanted))
    throw new Error(`${told}\n${JSON.stringify(found)} is not ${JSON.stringify(wanted)}`);
}
