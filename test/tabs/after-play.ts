/** A random group at a tab that is paid after, on its phones and on the model at once. */

import type { Tab } from '../../domain/contract/tabs.ts';
import { hasEnded } from '../../domain/order.ts';
import { PlacedOrder } from '../harness/buyer.ts';
import type { System } from '../harness/system.ts';
import { until } from '../harness/until.ts';
import { patiently } from '../setup/patiently.ts';
import type { Seated } from '../setup/tabs.ts';
import type { Reply } from '../setup/visitor.ts';
import { AfterModel, type AfterLine, type AfterWish } from './after-model.ts';
import type { AfterStep } from './after-steps.ts';
import { codeOf, Group } from './groups.ts';
import { assertSame } from './stage.ts';

const NOTHING = ['nothing_owed', 'already_claimed'];
/** Stripe charges no less in euro. */
const LEAST_BY_CARD = 50;
const NAMES = ['Ada', 'Ben', 'Cleo', 'Dua'];

/** Plays the steps, compares the record with the model after each, and in the end has everything paid or written off. */
export async function playAfterwards(
  system: System,
  goods: readonly { readonly id: string; readonly unitAmount: number }[],
  steps: readonly AfterStep[],
): Promise<void> {
  const group = await Group.openAfter(system, NAMES);
  const { people } = group;
  const model = new AfterModel();
  const story: string[] = [];
  const told = () => story.join('\n');

  await order({ verb: 'order', by: 0, on: 0, n: 1 });
  for (const step of steps) {
    await play(step);
    await agree();
  }
  for (const { orderId } of model.payments.filter(({ isClaim }) => isClaim)) await giveUp(orderId);
  await end(steps.length % 2 === 0 && (steps[0]?.n ?? 0) % 3 === 0);

  async function play(step: AfterStep): Promise<void> {
    const who = people[step.by % people.length]!;
    const running = model.claimOf(who.participantId);
    switch (step.verb) {
      case 'order':
        return order(step);
      case 'pay':
      case 'decline':
      case 'cash':
      case 'claim':
        return pay(step.verb, who, wishOf(step));
      case 'giveUp':
        return running && giveUp(running.orderId);
      case 'payClaim':
        return running && payClaim(who, running.orderId);
      case 'cancel':
        return cancel(model.lines[step.on % model.lines.length]!);
      case 'close':
        // With nothing owed it would be closed for good.
        if (model.open === 0) return;
        expectCode('it is closed', await group.host.who.post(group.path('/close')), ['ok']);
        return expectCode('and opened again', await group.host.who.post(group.path('/reopen')), ['ok']);
    }
  }

  async function order({ by, on, n }: AfterStep): Promise<void> {
    const who = people[by % people.length]!;
    const { id: variantId, unitAmount } = goods[on % goods.length]!;
    const quantity = 1 + (n % 3);
    const others = people.filter((_, index) => ((on >> index) & 1) === 1);
    const sharers = n % 2 === 0 ? [who] : [...new Set([who, ...others])];
    const sharedBetween = sharers.map(({ participantId }) => ({ participantId }));
    const round = await group.orderLines(who, [variantId, { quantity, sharedBetween }]);
    story.push(`${who.participantId} orders ${quantity} × ${unitAmount} for ${sharers.length}`);
    const ids = sharers.map(({ participantId }) => participantId);
    model.ordered({ id: round.lines[0]!.id, roundId: round.id, unitAmount, quantity, sharers: ids });
  }

  function wishOf({ on, n }: AfterStep): AfterWish {
    const line = model.lines[n % model.lines.length]!;
    const wishes: AfterWish[] = [
      { kind: 'mine' },
      { kind: 'even', of: 2 + (n % 3) },
      { kind: 'amount', amount: 1 + (n % 700) },
      { kind: 'lines', lines: [{ lineId: line.id, quantity: 1 + (n % line.quantity) }] },
      { kind: 'mine' },
      n % 4 === 0 ? { kind: 'rest' } : { kind: 'mine' },
    ];
    return wishes[on % wishes.length]!;
  }

  async function pay(how: 'pay' | 'decline' | 'cash' | 'claim', who: Seated, wish: AfterWish): Promise<void> {
    // Whatever she asks for next ends what she has set aside.
    const running = model.claimOf(who.participantId);
    if (running) model.ended(running.orderId);
    const amount = model.priceOf(wish, who.participantId);
    const card = { pay: 'pm_card_visa', decline: 'pm_card_chargeDeclined', claim: undefined }[how as 'pay'];
    const reply =
      how === 'cash'
        ? await group.payInCash(who, wish as never)
        : await group.payPart(who, wish as never, { paymentMethodId: card });
    const what = `${who.participantId} has ${how} of ${JSON.stringify(wish)} for ${amount}`;
    if (amount === undefined) return expectCode(what, reply, NOTHING);
    if (how === 'decline' || (how === 'pay' && amount < LEAST_BY_CARD)) {
      // While Stripe is slow she hears later of it, and gives it up.
      expectCode(what, reply, ['card_declined', 'ok']);
      if (reply.status < 300) await giveUpAtRecord(reply.body.order.id as string);
      return;
    }
    expectCode(what, reply, ['ok']);
    const orderId = reply.body.order.id as string;
    const [share] = (await group.order(orderId)).shares;
    assertSame(share!.amount, amount, told());
    const evenOf = wish.kind === 'even' ? wish.of : undefined;
    model.claimed({ orderId, by: who.participantId, amount, evenOf }, share!.allocations);
    if (how !== 'claim') await completed(orderId);
  }

  async function payClaim(who: Seated, orderId: string): Promise<void> {
    const [share] = (await group.order(orderId)).shares;
    const path = `/api/orders/${orderId}/shares/${share!.id}/pay`;
    const isTooSmall = share!.amount < LEAST_BY_CARD;
    const reply = await patiently(who.who, 'POST', path, { paymentMethodId: 'pm_card_visa' });
    // While Stripe is slow she hears later of it.
    expectCode('pays it', reply, isTooSmall ? ['card_declined', 'ok'] : ['ok']);
    // It is hers until she gives it up.
    await (isTooSmall ? giveUp(orderId) : completed(orderId));
  }

  async function completed(orderId: string): Promise<void> {
    await new PlacedOrder(system, system.agent, orderId).untilStatus('completed', 60_000);
    model.payments.find((payment) => payment.orderId === orderId)!.isClaim = false;
  }

  async function giveUp(orderId: string): Promise<void> {
    await giveUpAtRecord(orderId);
    model.ended(orderId);
  }

  async function giveUpAtRecord(orderId: string): Promise<void> {
    const path = `/api/orders/${orderId}/cancel`;
    // Nothing ends it while Stripe is at work on it.
    await until('its end', async () => {
      if (hasEnded((await group.order(orderId)).status)) return true;
      const reply = await patiently(system.agent, 'POST', path, {});
      expectCode('gives it up', reply, ['ok', 'illegal_transition']);
      return false;
    });
  }

  async function cancel(line: AfterLine): Promise<void> {
    const body = { lines: [{ lineId: line.id, quantity: 1 }], reason: 'It ran out' };
    const reply = await patiently(system.agent, 'POST', `/api/orders/${line.roundId}/refunds`, body);
    const isOver = line.canceled === line.quantity;
    const may = model.isClaimed(line) ? ['already_claimed'] : isOver ? ['invalid_request'] : ['ok'];
    expectCode(`a unit of ${line.id} is canceled`, reply, isOver ? ['already_claimed', ...may] : may);
    if (reply.status < 300) model.canceledUnit(line);
  }

  function expectCode(what: string, reply: Reply<any>, right: readonly string[]): void {
    story.push(`${what} → ${codeOf(reply)}`);
    if (!right.includes(codeOf(reply)))
      throw new Error(`${told()}\nnot ${right.join(' or ')}: ${JSON.stringify(reply.body).slice(0, 400)}`);
  }

  /** Compares the record with the model; what goes back may be on its way. */
  async function agree(): Promise<Tab> {
    const claims = model.payments.filter(({ isClaim }) => isClaim);
    const expected = {
      total: model.total,
      paid: model.paid,
      owed: model.open + claims.reduce((sum, { amount }) => sum + amount, 0),
      claims: claims.map(({ by, amount }) => [by, amount]).toSorted(),
      payments: model.payments.filter(({ isClaim }) => !isClaim).map(({ by, amount }) => [by, amount]),
      due: people.map(({ participantId }) => model.owedBy(participantId)),
    };
    let tab = await group.read();
    if (tab.paidAmount !== expected.paid)
      tab = await until(
        'what goes back',
        async () => {
          tab = await group.read();
          return tab.paidAmount === expected.paid && tab;
        },
        { last: told },
      );
    const dueOf = (id: string) =>
      tab.owed
        .flatMap(({ due }) => due)
        .filter(({ participantId }) => participantId === id)
        .reduce((sum, { amount }) => sum + amount, 0);
    const found = {
      total: tab.totalAmount,
      paid: tab.paidAmount,
      owed: tab.owedAmount,
      claims: tab.claims.map(({ participantId, amount }) => [participantId, amount]).toSorted(),
      payments: tab.payments.map(({ participantId, amount }) => [participantId, amount]),
      due: people.map(({ participantId }) => dueOf(participantId)),
    };
    assertSame(found, expected, told());
    return tab;
  }

  async function end(isWalkOut: boolean): Promise<void> {
    const { owedAmount, status } = await agree();
    if (status === 'closed') return;
    if (isWalkOut) {
      const body = { writeOff: { reason: 'They left' } };
      if (owedAmount > 0) expectCode('walk out', await system.agent.post(group.path('/close'), body), ['ok']);
    } else if (owedAmount > 0)
      await pay(owedAmount < LEAST_BY_CARD ? 'cash' : 'pay', people[0]!, { kind: 'rest' });
    const written = (await group.read()).writtenOffAmount;
    assertSame(written, isWalkOut ? owedAmount : 0, told());
    assertSame((await group.read()).owedAmount, 0, told());
  }
}
