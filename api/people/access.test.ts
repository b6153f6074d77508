import { expect, test } from 'vitest';
import { exampleOrder } from '../../workers/mails/mail-examples.ts';
import { orderFor } from './access.ts';

const order = exampleOrder();
const [mine] = order.shares;
const theirs = { ...mine!, id: 'another', participantId: 'somebody-else' };
const shared = { ...order, shares: [mine!, theirs] };
const cardsFor = (role: 'host' | 'participant' | 'agent', participantId: string | null) =>
  orderFor(shared, { role, participantId, may: [] }).shares.map(({ card }) => card?.last4);

test('which card paid a share is told to its payer, the host and staff, and to nobody else', () => {
  expect(cardsFor('agent', null)).toEqual(['4242', '4242']);
  expect(cardsFor('host', mine!.participantId)).toEqual(['4242', '4242']);
  expect(cardsFor('participant', 'somebody-else')).toEqual([undefined, '4242']);
  expect(cardsFor('participant', 'a-third')).toEqual([undefined, undefined]);
});
