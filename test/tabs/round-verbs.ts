/** What the people of a random group do with their rounds. */

import { randomUUID } from 'node:crypto';
import type { Order } from '../../domain/contract/orders.ts';
import type { Tab } from '../../domain/contract/tabs.ts';
import { until } from '../harness/until.ts';
import { patiently } from '../setup/patiently.ts';
import { amountOf } from './model-split.ts';
import type { Asker } from './people-model.ts';
import { splitFor } from './split-for.ts';
import { assertSame, type Phone, type Stage } from './stage.ts';
import type { Step } from './steps.ts';
import type { ModelRound, ModelShare } from './tab-model.ts';

export const ROUND_VERBS = {
  send,
  pay: async (stage: Stage, step: Step) => {
    const found = shareOf(stage, step);
    if (found) await pay(stage, found.round, found.share, 'pm_card_visa');
  },
  payAll: async (stage: Stage, step: Step) => {
    const round = roundOf(stage, step);
    if (!round) return;
    for (const share of round.shares) if (!share.isPaid) await pay(stage, round, share, 'pm_card_visa');
  },
  decline: async (stage: Stage, step: Step) => {
    const found = shareOf(stage, step);
    if (found) await pay(stage, found.round, found.share, 'pm_card_chargeDeclined');
  },
  cover: async (stage: Stage, step: Step) => {
    const found = shareOf(stage, step);
    const { asker, phone } = stage.actor(step);
    if (!found || asker === 'agent' || asker === undefined || !stage.model.isIn(asker)) return;
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
    if (stage.compare(`${asker} covers ${share.id}`, reply, expected) && share.payer !== asker) {
      share.payer = asker;
      stage.model.version += 1;
    }
  },
  drop: async (stage: Stage, step: Step) => {
    const found = shareOf(stage, step);
    const { asker, phone } = stage.actor(step);
    if (!found || !stage.model.isIn(asker)) return;
    await drop(stage, found.round, found.share, asker, phone);
  },
  takeBack: async (stage: Stage, step: Step) => {
    const round = roundOf(stage, step);
    const { asker, phone } = stage.actor(step);
    if (!round || !stage.model.isIn(asker)) return;
    const who = phone?.who ?? stage.system.agent;
    const reply = await patiently(who, 'POST', `/api/orders/${round.orderId}/cancel`, {});
    const expected = stage.model.mayLead(asker) ? 'ok' : ['forbidden'];
    if (!stage.compare(`${asker} takes back ${round.orderId}`, reply, expected)) return;
    stage.releaseScarce(round.lines);
    round.status = 'canceled';
    stage.model.version += 1;
    await stage.returned(round.lines);
  },
};

function roundOf(stage: Stage, { on }: Step): ModelRound | undefined {
  const { running } = stage.model;
  return running[on % Math.max(1, running.length)];
}

function shareOf(
  stage: Stage,
  step: Step,
): { readonly round: ModelRound; readonly share: ModelShare } | undefined {
  const round = roundOf(stage, step);
  const share = round?.shares[step.n % Math.max(1, round.shares.length)];
  return round && share && { round, share };
}

async function send(stage: Stage, step: Step): Promise<void> {
  const { model } = stage;
  const { asker, phone } = step.by % 3 === 0 ? stage.actor(step) : stage.hostOrStaff();
  const split = splitFor(model, step);
  const wanted = stage.scarceIn(model.lines);
  const lines = model.lines;
  const expected = model.send(asker, split, wanted <= stage.scarceLeft);
  const key = randomUUID();
  const reply = await stage.ask(phone, 'POST', '/rounds', { split }, key);
  const what = `${asker} sends by ${JSON.stringify(split)}`;
  if ('refused' in expected) {
    // So much of what is rare is not even held for one who has not paid.
    stage.compare(what, reply, [...expected.refused, ...(wanted > stage.scarceLeft ? ['pay_first'] : [])]);
    if (reply.body.error.code === 'out_of_stock') {
      const { body } = await patiently(stage.system.agent, 'GET', `/api/tabs/${stage.tabId}`);
      const orderId = (body.tab as Tab).rounds.at(-1)!.orderId;
      model.sent({ orderId, status: 'rejected', lines, shares: [] });
      model.version += 1;
      await stage.returned(lines);
    }
    return;
  }
  if (!stage.compare(what, reply, 'ok')) return;
  const again = await stage.ask(phone, 'POST', '/rounds', { split }, key);
  assertSame([again.status, again.body.order?.id], [201, reply.body.order.id], stage.told());
  stage.scarceLeft -= wanted;
  const order = await stage.readOrder(reply.body.order.id as string);
  const shares = [...expected.shares].filter(([, amount]) => amount > 0).toSorted();
  const actual = order.shares.flatMap(({ participantId, amount }) =>
    amount > 0 ? [[participantId, amount] as const] : [],
  );
  assertSame(actual.toSorted(), shares, stage.told());
  expectAllocated(order, stage.told());
  model.sent({
    orderId: order.id,
    status: 'awaiting_payment',
    lines,
    shares: order.shares.map(({ id, participantId, amount }) => ({
      ...{ id, owner: participantId, payer: participantId, amount, isPaid: amount === 0 },
    })),
  });
}

async function pay(stage: Stage, round: ModelRound, share: ModelShare, card: string): Promise<void> {
  const phone = stage.phones.find(({ participantId }) => participantId === share.payer);
  if (!phone || round.status !== 'awaiting_payment') return;
  const path = `/api/orders/${round.orderId}/shares/${share.id}/pay`;
  const reply = await patiently(phone.who, 'POST', path, { paymentMethodId: card });
  const isGood = card === 'pm_card_visa';
  const expected = share.isPaid ? ['illegal_transition'] : isGood ? 'ok' : ['card_declined'];
  if (stage.compare(`${share.payer} pays ${share.id} with ${card}`, reply, expected)) share.isPaid = true;
  await settle(stage, round);
}

/** All or nothing: it is confirmed as soon as nobody owes anything, and not before. */
async function settle(stage: Stage, round: ModelRound): Promise<void> {
  if (round.status !== 'awaiting_payment') return;
  const isDone = round.shares.every(({ isPaid }) => isPaid);
  const order = isDone
    ? await until('the round confirmed', async () => {
        const now = await stage.readOrder(round.orderId);
        return now.status === 'confirmed' && now;
      })
    : await stage.readOrder(round.orderId);
  expectAllocated(order, stage.told());
  const amounts = order.shares.map(({ id, participantId, amount }) => [id, participantId, amount]);
  // T4: nobody's share changes, but by being covered or dropped.
  assertSame(
    amounts,
    round.shares.map(({ id, payer, amount }) => [id, payer, amount]),
    stage.told(),
  );
  if (!isDone) {
    assertSame(order.status, 'awaiting_payment', stage.told());
    return;
  }
  round.status = 'confirmed';
  stage.model.version += 1;
  stage.finish();
}

async function drop(
  stage: Stage,
  round: ModelRound,
  share: ModelShare,
  asker: Asker,
  phone: Phone | undefined,
): Promise<void> {
  const { model } = stage;
  const before = await stage.readOrder(round.orderId);
  const who = phone?.who ?? stage.system.agent;
  const reply = await patiently(who, 'POST', `/api/orders/${round.orderId}/shares/${share.id}/drop`, {});
  const expected = !model.mayLead(asker)
    ? ['forbidden']
    : share.isPaid || share.owner === model.host
      ? ['illegal_transition']
      : 'ok';
  if (!stage.compare(`${asker} drops ${share.id}`, reply, expected)) return;
  const others = before.shares.filter(({ id }) => id !== share.id).flatMap(({ allocations }) => allocations);
  const mine = before.shares.find(({ id }) => id === share.id)!.allocations;
  const gone = round.lines.filter(
    ({ id, owner }) =>
      owner === share.owner &&
      mine.some(({ lineId }) => lineId === id) &&
      !others.some(({ lineId }) => lineId === id),
  );
  round.lines = round.lines.filter((line) => !gone.includes(line));
  stage.releaseScarce(gone);
  share.amount -= gone.reduce((sum, line) => sum + amountOf(line), 0);
  share.payer = model.host;
  share.isPaid = share.amount === 0;
  model.version += 1;
  if (round.lines.length === 0) {
    await until('the empty round ended', async () => {
      const { status } = await stage.readOrder(round.orderId);
      return status === 'canceled' || status === 'expired';
    });
    round.status = 'canceled';
    model.version += 1;
  }
  await stage.returned(gone.filter(({ owner }) => model.isIn(owner)));
  await settle(stage, round);
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
