import { expect, test } from 'vitest';
import { answerByChoice, draftAnswer, unitsLeft } from './sold-out-answer.ts';

const asked = { lineId: 'tea', participantId: 'ada', quantity: 2 };
const line = (id: string, more: object = {}) => ({
  ...{ id, participantId: 'ada', sharedBetween: ['ada'], quantity: 3, returnedQuantity: 0 },
  ...more,
});
const bill = [
  line('tea'),
  line('cake', { returnedQuantity: 1 }),
  line('given back', { returnedQuantity: 3 }),
  line('pizza', { sharedBetween: ['ada', 'ben'] }),
  line('for ben', { sharedBetween: ['ben'] }),
  line('beer', { participantId: 'ben', sharedBetween: ['ben'] }),
];

test('an answer takes off what has run out, and adds what she takes or chooses', () => {
  const set = [{ lineId: 'tea', quantity: 1 }];
  expect(draftAnswer(asked, 'leave_out', bill, ['juice'])).toEqual({ set, add: [] });
  expect(draftAnswer(asked, 'take', bill, ['juice'])).toEqual({ set, add: ['juice'] });
  expect(draftAnswer(asked, 'choose', bill, ['juice'])).toEqual({ set, add: ['juice'] });
});

test('who wants nothing any more gives up what is hers alone; what others share stays theirs', () => {
  expect(draftAnswer(asked, 'cancel', bill, ['juice'])).toEqual({
    set: [
      { lineId: 'tea', quantity: 0 },
      { lineId: 'cake', quantity: 1 },
    ],
    add: [],
  });
  const shared = draftAnswer({ ...asked, lineId: 'pizza' }, 'cancel', bill, []);
  expect(shared.set).toContainEqual({ lineId: 'pizza', quantity: 1 });
});

test('units that were given back meanwhile are not taken off again', () => {
  expect(unitsLeft(asked, [line('tea', { returnedQuantity: 2 })])).toBe(1);
  expect(unitsLeft(asked, [line('tea', { returnedQuantity: 3 })])).toBe(0);
  expect(unitsLeft(asked, [])).toBe(0);
});

test('without an answer nothing is taken that costs more', () => {
  expect(answerByChoice('replace', { isSuggestionFree: true })).toBe('take');
  expect(answerByChoice('replace', { isSuggestionFree: false })).toBe('leave_out');
  expect(answerByChoice('ask', { isSuggestionFree: true })).toBe('leave_out');
  expect(answerByChoice('cancel', { isSuggestionFree: true })).toBe('cancel');
});
