import { beforeEach, describe, expect, it } from 'vitest';
import type { PlaceOrder } from '#domain/contract/orders.ts';
import { ApiError, type ClientErrorCode } from '../api/api-error.ts';
import type { PlacedOrderAnswer } from '../api/answers.ts';
import { createPlacement, type Attempt } from './placement.ts';

const coffee: PlaceOrder = { lines: [{ variantId: 'v1', quantity: 1 }], place: 'Table 7' };
const cake: PlaceOrder = { lines: [{ variantId: 'v2', quantity: 1 }] };
const placed = { order: { id: 'o1' } } as PlacedOrderAnswer;

let kept: Attempt | undefined;
let sent: Attempt[];
let answers: (PlacedOrderAnswer | ApiError)[];
let keys = 0;

function placement() {
  return createPlacement({
    newKey: () => `key-${(keys += 1)}`,
    kept: { read: () => kept, write: (attempt) => (kept = attempt) },
    post: (body, key) => {
      sent.push({ body, key });
      const answer = answers.shift() ?? placed;
      return answer instanceof ApiError ? Promise.reject(answer) : Promise.resolve(answer);
    },
  });
}
const failure = (code: ClientErrorCode, details?: unknown) => new ApiError(code, 'No.', 0, details);

beforeEach(() => {
  kept = undefined;
  sent = [];
  answers = [];
  keys = 0;
});

describe('placing an order', () => {
  it('is done with the first answer, and the next order has a new key', async () => {
    await expect(placement().place(coffee)).resolves.toEqual({ kind: 'placed', answer: placed });
    await placement().place(coffee);
    expect(sent.map((attempt) => attempt.key)).toEqual(['key-1', 'key-2']);
  });

  it.each(['offline', 'try_again', 'internal_error', 'too_many_requests'] as const)(
    'sends the same body with the same key again after %s, whatever the cart is by then',
    async (code) => {
      answers = [failure(code)];
      await expect(placement().place(coffee)).resolves.toMatchObject({ kind: 'unanswered' });
      const afterReload = placement();
      expect(afterReload.pending()?.body).toEqual(coffee);
      await expect(afterReload.place(cake)).resolves.toMatchObject({ kind: 'placed' });
      expect(sent).toEqual([
        { body: coffee, key: 'key-1' },
        { body: coffee, key: 'key-1' },
      ]);
      expect(afterReload.pending()).toBeUndefined();
    },
  );

  it('takes a new key after an order that was decided too late', async () => {
    answers = [failure('try_again', { reason: 'too_late' })];
    await expect(placement().place(coffee)).resolves.toEqual({ kind: 'too_late' });
    await placement().place(coffee);
    expect(sent.map((attempt) => attempt.key)).toEqual(['key-1', 'key-2']);
  });

  it('says what is short', async () => {
    const shortages = [{ variantId: 'v1', requested: 2, available: 1 }];
    answers = [failure('out_of_stock', shortages)];
    await expect(placement().place(coffee)).resolves.toEqual({ kind: 'out_of_stock', shortages });
    expect(kept).toBeUndefined();
  });

  it('says the new total of a changed price', async () => {
    answers = [failure('version_conflict', { totalAmount: 420 })];
    await expect(placement().place(coffee)).resolves.toEqual({ kind: 'price_changed', totalAmount: 420 });
  });

  it('is over when it is refused', async () => {
    answers = [failure('invalid_request')];
    await expect(placement().place(coffee)).resolves.toMatchObject({ kind: 'refused' });
    expect(kept).toBeUndefined();
  });
});
