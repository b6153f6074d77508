import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { authorize, errorOf, held, startStand, type Stand } from '../testing/stand.ts';

let stand: Stand;
let stripe: Stripe;
beforeAll(async () => {
  stand = await startStand({ laterSeconds: 0 });
  ({ stripe } = stand);
});
afterAll(() => stand.stop());

async function disputed(paymentMethod = 'pm_card_createDispute'): Promise<Stripe.Dispute> {
  const intent = await stripe.paymentIntents.create({
    ...held,
    confirm: true,
    payment_method: paymentMethod,
  });
  await stripe.paymentIntents.capture(intent.id);
  const dispute = (await stripe.disputes.list({ payment_intent: intent.id })).data[0];
  if (!dispute) throw new Error('there is no dispute');
  return dispute;
}

/** Returns the events of the dispute, oldest first. */
async function told(id: string): Promise<string[]> {
  const events = (await stripe.events.list({ type: 'charge.dispute.*', limit: 100 })).data;
  return events
    .filter(({ data }) => (data.object as { id?: string }).id === id)
    .map(({ type }) => type.replace('charge.dispute.', ''))
    .toReversed();
}

const movements = async (id: string): Promise<[number, number][]> =>
  (await stripe.balanceTransactions.list({ source: id })).data.map(({ amount, fee }) => [amount, fee]);

test('the dispute card is disputed once it was captured, and then not refunded', async () => {
  const dispute = await disputed();
  expect(dispute).toMatchObject({ amount: 1250, reason: 'fraudulent', status: 'needs_response' });
  expect(
    await errorOf(stripe.refunds.create({ payment_intent: String(dispute.payment_intent) })),
  ).toMatchObject({ code: 'charge_disputed' });
  expect(await told(dispute.id)).toEqual(['created', 'funds_withdrawn']);
  expect(await movements(dispute.id)).toEqual([[-1250, 2000]]);
});

test('winning evidence brings the money back, the fee stays away, and a refund is possible again', async () => {
  const { id, charge } = await disputed();
  const answered = await stripe.disputes.update(id, { evidence: { uncategorized_text: 'winning_evidence' } });
  expect(answered).toMatchObject({ status: 'under_review', evidence_details: { submission_count: 1 } });
  expect(await stripe.disputes.retrieve(id)).toMatchObject({ status: 'won', is_charge_refundable: true });
  expect(await movements(id)).toEqual([
    [1250, 0],
    [-1250, 2000],
  ]);
  expect(await told(id)).toEqual(['created', 'funds_withdrawn', 'updated', 'closed', 'funds_reinstated']);
  const refund = await stripe.refunds.create({ charge: String(charge), amount: 1250 });
  expect(refund.status).toBe('succeeded');
});

test('losing evidence, closing it, or the knob loses it', async () => {
  const lose: ((id: string) => Promise<unknown>)[] = [
    (id) => stripe.disputes.update(id, { evidence: { uncategorized_text: 'losing_evidence' } }),
    (id) => stripe.disputes.close(id),
    (id) => stand.knob(`disputes/${id}/lose`, {}),
  ];
  for (const way of lose) {
    const { id } = await disputed('pm_card_createDisputeProductNotReceived');
    await way(id);
    expect(await stripe.disputes.retrieve(id)).toMatchObject({
      status: 'lost',
      reason: 'product_not_received',
    });
    expect((await told(id)).at(-1)).toBe('closed');
    expect(await movements(id)).toEqual([[-1250, 2000]]);
    expect(
      await errorOf(stripe.disputes.update(id, { evidence: { uncategorized_text: 'x' } })),
    ).toMatchObject({ statusCode: 400 });
  }
});

test('evidence that is not submitted is a draft, and the knob wins it once', async () => {
  const { id } = await disputed();
  const draft = await stripe.disputes.update(id, { evidence: { product_description: 'Tea' }, submit: false });
  expect(draft).toMatchObject({ status: 'needs_response', evidence_details: { has_evidence: true } });
  await stand.knob(`disputes/${id}/win`, {});
  await stand.knob(`disputes/${id}/win`, {});
  expect(await movements(id)).toHaveLength(2);
});

test('what is closed stays closed', async () => {
  const { id } = await disputed();
  await stripe.disputes.close(id);
  expect(await errorOf(stripe.disputes.close(id))).toMatchObject({ statusCode: 400 });
});

test('evidence is named as Stripe names it', async () => {
  const { id } = await disputed();
  const told = { evidence: { story: 'He ate it.' } } as unknown as Stripe.DisputeUpdateParams;
  expect(await errorOf(stripe.disputes.update(id, told))).toMatchObject({ param: 'evidence[story]' });
});

test('a charge can be disputed by hand, with a reason, once', async () => {
  const intent = await stripe.paymentIntents.capture((await authorize(stripe)).id);
  const dispute = `charges/${String(intent.latest_charge)}/dispute`;
  expect(await stand.knob(dispute, { reason: 'product_unacceptable' })).toMatchObject({
    reason: 'product_unacceptable',
    status: 'needs_response',
  });
  await expect(stand.knob(dispute, {})).rejects.toThrow('not disputed yet');
  await expect(stand.knob(dispute, { reason: 'mood' })).rejects.toThrow('must be one of');
});

test('an inquiry lets the charge be refunded, until it escalates', async () => {
  for (const escalate of [
    (id: string) =>
      stripe.disputes.update(id, { evidence: { uncategorized_text: 'escalate_inquiry_evidence' } }),
    (id: string) => stand.knob(`disputes/${id}/escalate`, {}),
  ]) {
    const { id, charge } = await disputed('pm_card_createDisputeInquiry');
    await stripe.refunds.create({ charge: String(charge), amount: 100 });
    await escalate(id);
    expect(await stripe.disputes.retrieve(id)).toMatchObject({
      status: 'needs_response',
      is_charge_refundable: false,
      payment_method_details: { card: { case_type: 'chargeback' } },
    });
    expect(await movements(id)).toEqual([[-1250, 2000]]);
    expect(await told(id)).toContain('funds_withdrawn');
    expect(await errorOf(stripe.refunds.create({ charge: String(charge) }))).toMatchObject({
      code: 'charge_disputed',
    });
  }
});

test('an inquiry takes no money, and is closed', async () => {
  const { id, status } = await disputed('pm_card_createDisputeInquiry');
  expect(status).toBe('warning_needs_response');
  await stand.knob(`disputes/${id}/win`, {});
  expect(await stripe.disputes.retrieve(id)).toMatchObject({ status: 'warning_closed' });
  expect([await movements(id), await told(id)]).toEqual([[], ['created', 'closed']]);
});
