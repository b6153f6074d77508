/** Lives of orders, played as guests and staff, with the responses they got. */

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Order } from '../../domain/contract/orders.ts';
import { createCaller, isTooLate, type Answer, type Caller, type Met } from './caller.ts';
import type { Random } from './random.ts';

/** One order, from its first request to its last. */
export interface Life {
  readonly kind: string;
  /** Undefined if it was never placed. */
  orderId: string | undefined;
  /** The final responses to requests on it. */
  readonly told: { readonly what: string; readonly status: number }[];
  /** A request without a response, long after the system recovered. */
  readonly unanswered: string[];
  /** It was paid, and nobody asked to cancel it. */
  isToBeConfirmed: boolean;
  /** Shares whose payment was taken. */
  readonly paidShares: string[];
  /** Payments of a tab, orders of their own, that were taken. */
  readonly settlements: string[];
  /** A tab of which somebody was told that it is closed. */
  closedTabId: string | undefined;
  /** Changes of the order that were told as made. */
  readonly changes: string[];
  /** Requests that were refused, and should not have been. */
  readonly refused: string[];
}

export function newLife(kind: string): Life {
  return {
    ...{ kind, orderId: undefined, isToBeConfirmed: false, closedTabId: undefined },
    ...{ told: [], unanswered: [], paidShares: [], settlements: [], changes: [], refused: [] },
  };
}

/** The environment of lives. */
export interface Place {
  readonly apiUrls: readonly string[];
  readonly stripeUrl: string;
  readonly variantId: string;
  readonly agent: Caller;
  readonly met: Met;
}

export const LOOK_MS = 300;
export const PATIENCE_MS = 120_000;
export const VISA = 'pm_card_visa';
export const DECLINED = 'pm_card_chargeDeclined';

/** A guest and her order. */
class Guest {
  readonly life: Life;
  readonly #place: Place;
  readonly #caller: Caller;
  order: Order | undefined;

  constructor(place: Place, life: Life) {
    this.life = life;
    this.#place = place;
    this.#caller = createCaller(place.apiUrls, place.met, {});
  }

  /** Places the order, again if one came too late. */
  async place(card?: string): Promise<boolean> {
    const body = {
      lines: [{ variantId: this.#place.variantId, quantity: 1 }],
      contact: { name: 'Cleo Chaos', email: `cleo.${randomUUID()}@chaos.test` },
      ...(card && { payment: { paymentMethodId: card } }),
    };
    for (let tries = 0; tries < 20; tries += 1) {
      const answer = await this.note('place', this.#caller.send('POST', '/api/orders', body));
      if (answer && isTooLate(answer)) continue;
      if (answer?.status !== 201 || !answer.body.order) return false;
      this.order = answer.body.order;
      this.life.orderId = this.order.id;
      this.#caller.headers['Authorization'] = `Guest ${answer.body.guestToken ?? ''}`;
      return true;
    }
    return false;
  }

  /** Polls the order like her page, until a condition holds or it has ended. */
  async sees(look: (order: Order) => boolean): Promise<boolean> {
    for (const start = Date.now(); Date.now() - start < PATIENCE_MS; await delay(LOOK_MS)) {
      const answer = await this.#caller.send('GET', `/api/orders/${this.order!.id}`);
      if (!answer?.body.order) continue;
      this.order = answer.body.order;
      if (look(this.order)) return true;
      if (['rejected', 'expired', 'canceled'].includes(this.order.status)) return false;
    }
    return false;
  }

  pay(card?: string) {
    const path = `/api/orders/${this.order!.id}/shares/${this.order!.shares[0]!.id}/pay`;
    return this.note('pay', this.#caller.send('POST', path, card ? { paymentMethodId: card } : {}));
  }

  cancel(by: 'guest' | 'agent') {
    const caller = by === 'guest' ? this.#caller : this.#place.agent;
    return this.note('cancel', caller.send('POST', `/api/orders/${this.order!.id}/cancel`, {}));
  }

  /** A staff member acts on it. */
  staff(what: 'advance' | 'refunds', body: object) {
    return this.note(what, this.#place.agent.send('POST', `/api/orders/${this.order!.id}/${what}`, body));
  }

  /** She changes it by what she sees of it. What moved on, or was declined, stays as it was. */
  async change(wish: (order: Order) => object): Promise<void> {
    if (!(await this.sees(() => true))) return;
    const body = { ifVersion: this.order!.version, ...wish(this.order!) };
    const path = `/api/orders/${this.order!.id}/changes`;
    const answer = await this.note('change', this.#caller.send('POST', path, body));
    noteChange(this.life, answer);
  }

  takeCash() {
    const path = `/api/orders/${this.order!.id}/shares/${this.order!.shares[0]!.id}/cash`;
    return this.note('cash', this.#place.agent.send('POST', path, {}));
  }

  /** She passes her bank's challenge. */
  async passBank(): Promise<void> {
    const answer = await this.pay();
    const secret = answer?.body.payment?.clientSecret;
    const intentId = secret?.split('_secret_')[0];
    if (!intentId) return;
    for (const start = Date.now(); Date.now() - start < PATIENCE_MS; await delay(LOOK_MS)) {
      const passed = await fetch(`${this.#place.stripeUrl}/_/payment_intents/${intentId}/authenticate`, {
        method: 'POST',
        signal: AbortSignal.timeout(5_000),
      }).catch(() => undefined);
      if (passed) break;
    }
    await this.pay();
  }

  async note(what: string, asked: Promise<Answer | undefined>): Promise<Answer | undefined> {
    const answer = await asked;
    if (answer) this.life.told.push({ what, status: answer.status });
    else this.life.unanswered.push(what);
    return answer;
  }
}

/** Notes a change that was told as made. */
export function noteChange(life: Life, answer: Answer | undefined): void {
  const change = answer?.body.change;
  if (answer?.status === 201 && change?.status === 'applied') life.changes.push(change.id);
}

export const isConfirmed = ({ confirmedAt }: Order) => confirmedAt !== null;
const STEPS = ['preparing', 'ready', 'completed'] as const;

type Script = (guest: Guest, random: Random) => Promise<void>;

async function paidAtOnce(guest: Guest): Promise<boolean> {
  if (!(await guest.place(VISA))) return false;
  guest.life.isToBeConfirmed = true;
  return guest.sees(isConfirmed);
}

/** One more, then something off again. */
async function changeTwice(guest: Guest, random: Random): Promise<void> {
  const paymentMethodId = random.pick([VISA, VISA, DECLINED]);
  await guest.change(({ lines: [line] }) => ({
    ...{ add: [{ variantId: line!.variantId, quantity: 1 }], expectedDifference: line!.unitAmount },
    payment: { paymentMethodId },
  }));
  await delay(random.between(0, 1_000));
  await guest.change(({ lines }) =>
    lines.length === 1
      ? { set: [{ lineId: lines[0]!.id, note: 'hot' }], expectedDifference: 0 }
      : { set: [{ lineId: lines[0]!.id, quantity: 0 }], expectedDifference: -lines[0]!.amount },
  );
}

async function advance(guest: Guest, random: Random): Promise<void> {
  for (const to of STEPS) {
    if (random.isSo(0.2)) return;
    await delay(random.between(0, 1_500));
    await guest.staff('advance', { to });
  }
}

/** Weighted by their number of entries. */
const SCRIPTS: readonly (readonly [kind: string, play: Script])[] = [
  [
    'paid, prepared',
    async (guest, random) => {
      if (await paidAtOnce(guest)) await advance(guest, random);
    },
  ],
  [
    'paid, prepared',
    async (guest, random) => {
      if (await paidAtOnce(guest)) await advance(guest, random);
    },
  ],
  ['paid', async (guest) => void (await paidAtOnce(guest))],
  ['paid', async (guest) => void (await paidAtOnce(guest))],
  [
    'paid, partly refunded',
    async (guest, random) => {
      if (!(await paidAtOnce(guest))) return;
      await delay(random.between(0, 1_000));
      await guest.staff('refunds', { amount: 100, reason: 'Lukewarm' });
      await advance(guest, random);
    },
  ],
  [
    'paid, changed',
    async (guest, random) => {
      if (!(await paidAtOnce(guest))) return;
      await changeTwice(guest, random);
      await advance(guest, random);
    },
  ],
  [
    'paid, changed while it is prepared or canceled',
    async (guest, random) => {
      if (!(await paidAtOnce(guest))) return;
      const isCanceled = random.isSo(0.5);
      const rival = isCanceled ? guest.cancel('guest') : advance(guest, random);
      await Promise.all([changeTwice(guest, random), rival]);
    },
  ],
  [
    'paid, canceled',
    async (guest, random) => {
      if (!(await guest.place(VISA))) return;
      await delay(random.between(0, 2_000));
      await guest.cancel(random.pick(['guest', 'agent'] as const));
    },
  ],
  [
    'declined, then paid',
    async (guest, random) => {
      if (!(await guest.place(DECLINED))) return;
      if (!(await guest.sees(({ shares }) => shares[0]?.declineCode != null))) return;
      await delay(random.between(0, 1_000));
      const answer = await guest.pay(VISA);
      guest.life.isToBeConfirmed = answer?.status === 200 || answer?.status === 202;
      if (await guest.sees(isConfirmed)) await advance(guest, random);
    },
  ],
  [
    'paid at the counter',
    async (guest, random) => {
      if (!(await guest.place())) return;
      await delay(random.between(0, 2_000));
      const answer = await guest.takeCash();
      guest.life.isToBeConfirmed = answer?.status === 200 || answer?.status === 202;
      if (await guest.sees(isConfirmed)) await advance(guest, random);
    },
  ],
  [
    'canceled unpaid',
    async (guest, random) => {
      if (!(await guest.place())) return;
      await delay(random.between(0, 2_000));
      await guest.cancel(random.pick(['guest', 'agent'] as const));
    },
  ],
  [
    '3-D Secure',
    async (guest, random) => {
      if (!(await guest.place('pm_card_authenticationRequired'))) return;
      if (!(await guest.sees(({ shares }) => shares[0]?.status === 'requires_action'))) return;
      await delay(random.between(0, 1_500));
      await guest.passBank();
      guest.life.isToBeConfirmed = true;
      if (await guest.sees(isConfirmed)) await advance(guest, random);
    },
  ],
  ['placed, left unpaid', async (guest) => void (await guest.place())],
];

/** Plays one life to its end. Never rejects. */
export async function playLife(place: Place, random: Random): Promise<Life> {
  const [kind, play] = random.pick(SCRIPTS);
  const life = newLife(kind);
  await play(new Guest(place, life), random);
  return life;
}

/** Orders and pays; resolves when the order is confirmed. */
export async function playProbe(place: Place): Promise<Life> {
  const life = newLife('probe');
  await paidAtOnce(new Guest(place, life));
  return life;
}
