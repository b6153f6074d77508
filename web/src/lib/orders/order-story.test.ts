import { describe, expect, it } from 'vitest';
import type { Order } from '#domain/contract/orders.ts';
import { END_REASONS, ORDER_STATUSES } from '#domain/order.ts';
import { anOrder, aShare } from './an-order.ts';
import { stepsOf } from './order-steps.ts';
import { tellStory } from './order-story.ts';

describe('the story of an order', () => {
  it.each(ORDER_STATUSES)('has a headline for %s', (status) => {
    expect(tellStory(anOrder({ status })).headline).not.toBe('');
  });

  it('says why a card was declined, and asks for another', () => {
    const order = anOrder({ shares: [aShare({ declineCode: 'insufficient_funds' })] });
    expect(tellStory(order)).toMatchObject({ mood: 'asking', headline: 'That card did not work' });
    expect(tellStory(order).text).toContain('not enough money');
  });

  it('waits while a card is being charged, and asks while none was given', () => {
    expect(tellStory(anOrder()).mood).toBe('asking');
    expect(tellStory(anOrder(), true).mood).toBe('working');
    expect(tellStory(anOrder({ shares: [aShare({ status: 'processing' })] })).mood).toBe('working');
    expect(tellStory(anOrder({ shares: [aShare({ status: 'requires_action' })] })).mood).toBe('asking');
  });

  it('tells each of several payers of her own share', () => {
    const shares = [
      aShare({ id: 'hers', participantId: 'ada', status: 'authorized' }),
      aShare({ id: 'his', participantId: 'ben', status: 'due' }),
    ];
    const order = anOrder({ host: 'ada', shares, paymentStatus: 'partly_authorized' });
    expect(tellStory(order, false, 'ada').headline).toBe('Your part is paid');
    expect(tellStory(order, false, 'ben')).toMatchObject({
      mood: 'asking',
      headline: tellStory(anOrder()).headline,
    });
    expect(tellStory(order).headline).toBe('Your part is paid');
  });

  it('says where a ready order goes', () => {
    const ready = (place: Order['place']) => tellStory(anOrder({ status: 'ready', place }));
    expect(ready({ kind: 'table', label: '7' })).toMatchObject({
      headline: 'On its way',
      text: 'We bring it to you: Table 7.',
    });
    // Independent of the wording.
    expect(ready({ kind: 'lane', label: 'Pick-up: Ada' }).headline).toBe('On its way');
    expect(ready({ kind: 'pickup', label: '', name: 'Ada' }).headline).toBe('Come and get it');
    expect(ready(null).headline).toBe('Come and get it');
    expect(ready({ kind: 'other', label: 'Pick-up: Ada' })).toMatchObject({
      headline: 'It is ready',
      text: 'Your order is ready: Pick-up: Ada.',
    });
  });

  it('says what became of the money of an order that ended', () => {
    const end = { status: 'canceled', reason: 'canceled_by_host' } as const;
    expect(tellStory(anOrder(end)).text).toBe('You canceled this order. Nothing was charged.');
    expect(tellStory(anOrder({ ...end, paymentStatus: 'paid' })).text).toContain('on its way back');
    expect(tellStory(anOrder({ ...end, paymentStatus: 'refunded', refundedAmount: 1250 })).text).toContain(
      '€12.50 went back to your card',
    );
  });

  it.each(END_REASONS)('takes nobody at her word who types %s as her reason', (reasonText) => {
    for (const reason of ['canceled_by_host', 'canceled_by_agent'] as const) {
      const end = { status: 'canceled', reason } as const;
      const { headline } = tellStory(anOrder({ ...end, reasonText: null }));
      expect(tellStory(anOrder({ ...end, reasonText })).headline).toBe(headline);
    }
  });

  it('repeats the words an agent gave', () => {
    const order = anOrder({
      status: 'canceled',
      reason: 'canceled_by_agent',
      reasonText: 'The oven is broken',
    });
    expect(tellStory(order)).toMatchObject({ headline: 'We had to cancel' });
    expect(tellStory(order).text).toContain('We are sorry');
    expect(tellStory(order).text).toContain('“The oven is broken”');
  });
});

describe('the steps of an order', () => {
  it('go on one after the other', () => {
    expect(stepsOf('preparing').map((step) => step.state)).toEqual([
      'done',
      'done',
      'current',
      'upcoming',
      'upcoming',
    ]);
    expect(stepsOf('completed').every((step) => step.state === 'done')).toBe(true);
  });
  it('are none once it ended otherwise', () => {
    expect(stepsOf('canceled')).toEqual([]);
  });
});
