import { expect, test } from 'vitest';
import { ORDER_STATUSES } from '#domain/order.ts';
import { goneWords } from '../agent/orders/gone-words.ts';
import { paymentWords } from '../agent/orders/payment-words.ts';
import { tellRoundStory } from '../tabs/round/round-story.ts';
import { statusWords } from '../ui/status-words.ts';
import { anOrder } from './an-order.ts';

test.each(ORDER_STATUSES)('a round that is paid later says nothing of a payment while it is %s', (status) => {
  const round = anOrder({ paidAfter: true, status, shares: [] });
  expect(tellRoundStory(round, false, round.host).headline).not.toMatch(/pa[yi]/i);
  expect(statusWords(status, true).label).not.toMatch(/pa[yi]/i);
  expect(paymentWords(round).label).not.toMatch(/pa[yi]|refund/i);
});

test('what is canceled of it is not called refunded', () => {
  const words = goneWords({ paidAfter: true });
  const said = [words.line(), words.count({ count: 1 }), words.of({ count: 1, total: 2 }), words.all()];
  for (const each of [...said, words.doNotPrepare()]) expect(each).not.toMatch(/refund/i);
  expect(goneWords({ paidAfter: false }).line()).toBe('Refunded');
});
