/** Groups at a tab over HTTP, for tests of what happens to their rounds. */

import { randomUUID } from 'node:crypto';
import type { Order } from '../../domain/contract/orders.ts';
import type { SplitInput } from '../../domain/contract/rounds.ts';
import type { WhatInput } from '../../domain/contract/tab-payments.ts';
import type { OpenTab, Tab } from '../../domain/contract/tabs.ts';
import { PlacedOrder } from '../harness/buyer.ts';
import type { System } from '../harness/system.ts';
import { patiently } from '../setup/patiently.ts';
import { changeSettings } from '../setup/shop-settings.ts';
import { seatGroup, type Seated } from '../setup/tabs.ts';
import type { Reply } from '../setup/visitor.ts';

/** What a request came to: 'ok', or the code of its refusal. */
export function codeOf({ status, body }: Reply<any>): string {
  return status < 300 ? 'ok' : (body.error.code as string);
}

/** People choose how a tab is settled. */
const BOTH = { tabsAtTables: 'both', tabsAtLanes: 'both', tabsElsewhere: 'both' } as const;

/** People with a tab. */
export class Group {
  readonly system: System;
  /** The host first. */
  readonly people: readonly Seated[];
  readonly id: string;

  private constructor(system: System, people: readonly Seated[], id = people[0]!.tab.id) {
    this.system = system;
    this.people = people;
    this.id = id;
  }

  /** Returns these people at the tab of which theirs is a part now, if it was merged. */
  async followed(): Promise<Group> {
    const { mergedInto } = await this.read();
    return mergedInto === null ? this : new Group(this.system, this.people, mergedInto).followed();
  }

  static async open(
    system: System,
    names: readonly string[],
    of: Partial<OpenTab> & { url?: string } = {},
  ): Promise<Group> {
    const { url = system.url, ...body } = of;
    return new Group(system, await seatGroup(url, names, body));
  }

  /** Opens one whose tab is settled after. */
  static async openAfter(...args: Parameters<typeof Group.open>): Promise<Group> {
    const [system, names, of = {}] = args;
    await changeSettings(system, BOTH, of.url);
    return Group.open(system, names, { ...of, settlement: 'after' });
  }

  get host(): Seated {
    return this.people[0]!;
  }

  path(rest = ''): string {
    return `/api/tabs/${this.id}${rest}`;
  }

  async read(): Promise<Tab> {
    return (await patiently(this.system.agent, 'GET', this.path())).body.tab as Tab;
  }

  /** Puts a line into the basket and returns its id. */
  async add(who: Seated, variantId: string, more: object = {}): Promise<string> {
    const { body } = await who.who.command(this.path('/lines'), { variantId, quantity: 1, ...more });
    return (body.tab as Tab).lines.at(-1)!.id;
  }

  send(split?: SplitInput, key: string = randomUUID()): Promise<Reply<any>> {
    return this.host.who.post(this.path('/rounds'), { ...(split && { split }) }, { key });
  }

  /** Sends the basket and returns the order. */
  async sent(split?: SplitInput): Promise<Order> {
    for (;;) {
      const { status, body } = await patiently(this.host.who, 'POST', this.path('/rounds'), {
        ...(split && { split }),
      });
      if (status === 201) return this.order(body.order.id as string);
      // On a busy machine it may be too late for it, and its lines are in the basket again.
      if (body.error.details?.reason !== 'too_late') throw new Error(JSON.stringify(body));
    }
  }

  async order(orderId: string): Promise<Order> {
    return (await patiently(this.system.agent, 'GET', `/api/orders/${orderId}`)).body.order as Order;
  }

  /** Returns a round once the kitchen has it. */
  async confirmed(orderId: string): Promise<Order> {
    await new PlacedOrder(this.system, this.system.agent, orderId).untilStatus('confirmed');
    return this.order(orderId);
  }

  /** Has this person order these at a tab that is settled after; returns the round once the kitchen has it. */
  async orderLines(who: Seated, ...lines: readonly [variantId: string, more?: object][]): Promise<Order> {
    for (const [variantId, more] of lines) await this.add(who, variantId, more);
    const { body } = await who.who.command(this.path('/rounds'), {});
    return this.confirmed(body.order.id as string);
  }

  /** The share that this person has in the round from its sending. */
  shareOf(order: Order, { participantId }: Seated): Order['shares'][number] {
    return order.shares.find((share) => (share.ownerId ?? share.participantId) === participantId)!;
  }

  onShare(
    who: Seated,
    order: Order,
    share: Pick<Order['shares'][number], 'id'>,
    does: 'pay' | 'cover' | 'drop',
  ): Promise<Reply<any>> {
    const body = does === 'pay' ? { paymentMethodId: 'pm_card_visa' } : {};
    return who.who.post(`/api/orders/${order.id}/shares/${share.id}/${does}`, body);
  }

  /** Pays a part of a tab that is settled after; without a card, which `paymentMethodId: undefined` says, sets it aside. */
  payPart(
    who: Pick<Seated, 'who'>,
    what: WhatInput,
    more: Readonly<Record<string, unknown>> = {},
    key: string = randomUUID(),
  ): Promise<Reply<any>> {
    const body = { what, paymentMethodId: 'pm_card_visa', ...more };
    return patiently(who.who, 'POST', this.path('/payments'), body, key);
  }

  /** Has staff set a part aside for somebody and take her cash for it. */
  async payInCash({ participantId }: Seated, what: WhatInput): Promise<Reply<any>> {
    const agent = { who: this.system.agent };
    const claimed = await this.payPart(agent, what, { paymentMethodId: undefined, participantId });
    if (claimed.status !== 201) return claimed;
    const { order, share } = claimed.body;
    return patiently(this.system.agent, 'POST', `/api/orders/${order.id}/shares/${share.id}/cash`);
  }

  pay(who: Seated, order: Order): Promise<Reply<any>> {
    return this.onShare(who, order, this.shareOf(order, who), 'pay');
  }
}
