import { describe, expect, it } from 'vitest';
import { emptyDraft, fillCustom, mendCustom, splitOf, sumCustom, type SplitGround } from './split-draft.ts';

const [ada, ben, cy, dee, eve] = ['a', 'b', 'c', 'd', 'e'] as const;
const ground = (totalAmount: number, ...participantIds: string[]): SplitGround => ({
  currency: 'eur',
  participantIds,
  lineIds: ['steak', 'beer'],
  totalAmount,
});

describe('custom amounts', () => {
  const five = ground(52434, ada, ben, cy, dee, eve);
  const typed = { [ada]: '110.11', [ben]: '209,74', [cy]: '104.87', [dee]: '89.14', [eve]: '10.49' };

  it('say what they sum to, by how much they are over, and take it off one', () => {
    const draft = { ...emptyDraft(ada), way: 'custom' as const, amounts: typed };
    expect(sumCustom(draft, five)).toEqual({ sum: 52435, whole: 52434, difference: 1, unreadable: [] });
    expect(splitOf(draft, five)).toBeUndefined();
    expect(mendCustom(draft, five, eve)).toBe('10.48');
    draft.amounts = { ...typed, [eve]: '10.48' };
    expect(splitOf(draft, five)).toEqual({
      kind: 'custom',
      amounts: [ada, ben, cy, dee, eve].map((participantId, index) => ({
        participantId,
        amount: [11011, 20974, 10487, 8914, 1048][index],
      })),
    });
  });

  it('cannot be taken off somebody who has less, and are added to anybody', () => {
    const draft = { ...emptyDraft(ada), way: 'custom' as const, amounts: { [ada]: '1', [ben]: '12' } };
    expect(mendCustom(draft, ground(1000, ada, ben), ada)).toBeUndefined();
    expect(mendCustom(draft, ground(1000, ada, ben), ben)).toBe('9.00');
    expect(mendCustom(draft, ground(1500, ada, ben), ada)).toBe('3.00');
  });

  it('are not sent while one cannot be read', () => {
    const draft = { ...emptyDraft(ada), way: 'custom' as const, amounts: { [ada]: '10', [ben]: 'rest' } };
    expect(sumCustom(draft, ground(1000, ada, ben)).unreadable).toEqual([ben]);
    expect(splitOf(draft, ground(1000, ada, ben))).toBeUndefined();
  });

  it('start as what each owes, and percents as equal parts that sum', () => {
    const draft = { ...emptyDraft(ada), way: 'custom' as const };
    const three = ground(1200, ada, ben, cy);
    fillCustom(draft, three, new Map([[ada, 700], [ben, 500]])); // prettier-ignore
    expect(draft.amounts).toEqual({ [ada]: '7.00', [ben]: '5.00', [cy]: '0.00' });
    expect(sumCustom(draft, three).difference).toBe(0);
    expect(sumCustom({ ...draft, unit: 'percent' }, three)).toMatchObject({ sum: 10_000, difference: 0 });
    expect(splitOf({ ...draft, unit: 'percent' }, three)).toMatchObject({
      kind: 'custom',
      percents: [{}, {}, {}],
    });
  });
});

describe('the other ways', () => {
  const all = ground(1800, ada, ben, cy);
  it('divide evenly, but for the lines that stay with those they belong to', () => {
    // Somebody has taken the fish off again: it is excepted from nothing.
    expect(splitOf({ ...emptyDraft(ada), way: 'even', except: ['fish', 'steak'] }, all)).toEqual({
      kind: 'even',
      except: ['steak'],
    });
    expect(splitOf({ ...emptyDraft(ada), way: 'even', except: ['fish'] }, all)).toEqual({ kind: 'even' });
    expect(splitOf({ ...emptyDraft(ada), way: 'even' }, all)).toEqual({ kind: 'even' });
    expect(splitOf(emptyDraft(ada), all)).toEqual({ kind: 'own' });
  });

  it('have one treat everybody, or some treat some and the others pay their own or alike', () => {
    const draft = { ...emptyDraft(ada), way: 'treat' as const };
    expect(splitOf(draft, all)).toEqual({ kind: 'treat', payerId: ada });
    draft.treats = [{ payerId: ada, participantIds: [ben] }];
    const treats = [{ kind: 'treat', payerId: ada, participantIds: [ben] }];
    expect(splitOf(draft, all)).toEqual({ kind: 'own', treats });
    expect(splitOf({ ...draft, restIsEven: true }, all)).toEqual({ kind: 'even', treats });
  });

  it('are no split while a treat treats nobody, or only somebody who has left', () => {
    const draft = { ...emptyDraft(ada), way: 'treat' as const };
    draft.treats = [{ payerId: ada, participantIds: [] }];
    expect(splitOf(draft, all)).toBeUndefined();
    draft.treats = [{ payerId: ada, participantIds: ['gone'] }];
    expect(splitOf(draft, all)).toBeUndefined();
  });
});
