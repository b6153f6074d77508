import { beforeEach, describe, expect, it } from 'vitest';
import type { PlaceOrder } from '#domain/contract/orders.ts';
import { ERROR_CODES } from '#domain/failures.ts';
import { ApiError, type ClientErrorCode } from '../api/api-error.ts';
import type { PlacedOrder } from '../api/orders.ts';
import { createPlacement, type Attempt } from './placement.ts';

const coffee: PlaceOrder = {
  lines: [{ variantId: 'v1', quantity: 1 }],
  place: { kind: 'table', label: '7' },
};
const cake: PlaceOrder = { lines: [{ variantId: 'v2', quantity: 1 }] };
const placed = { order: { id: 'o1' } } as PlacedOrder;

let kept: Attempt | undefined;
let sent: { key: string; body?: PlaceOrder; attempt?: string }[];
let answers: (PlacedOrder | ApiError)[];
let secrets = 0;
let now = 0;

const answer = () => {
  const next = answers.shift() ?? placed;
  return next instanceof ApiError ? Promise.reject(next) : Promise.resolve(next);
};
/** One tab; all share the stored attempt. */
function tab() {
  return createPlacement({
    newSecret: () => `secret-${(secrets += 1)}`,
    kept: { read: () => kept, write: (attempt) => (kept = attempt) },
    exclusively: async (work) => work(),
    now: () => now,
    post: (body, key) => {
      sent.push({ body, key });
      return answer();
    },
    find: (attempt, key) => {
      sent.push({ attempt, key });
      return answer();
    },
  });
}
function failure(code: ClientErrorCode, details?: unknown, wasRepeated = false): ApiError {
  return Object.assign(new ApiError(code, code, 0, details), { wasRepeated });
}

beforeEach(() => {
  kept = undefined;
  sent = [];
  answers = [];
  secrets = 0;
  now = 1_000_000;
});

describe('placing an order', () => {
  it('is done with the first answer, and the next order has a new key and a new secret', async () => {
    const outcome = await tab().place(coffee);
    expect(outcome).toMatchObject({ kind: 'placed', answer: placed, body: coffee });
    await tab().place(coffee);
    expect(sent.map(({ key, body }) => [key, body?.attempt])).toEqual([
      ['secret-1', 'secret-2'],
      ['secret-3', 'secret-4'],
    ]);
  });

  it.each(['offline', 'try_again', 'internal_error', 'too_many_requests'] as const)(
    'sends the same body with the same key again after %s, from any tab, whatever the cart is by then',
    async (code) => {
      answers = [failure(code)];
      await expect(tab().place(coffee)).resolves.toMatchObject({ kind: 'unanswered' });
      const another = tab();
      expect(another.pending()?.body).toMatchObject(coffee);
      await expect(another.place(cake)).resolves.toMatchObject({ kind: 'placed' });
      expect(sent[1]).toEqual(sent[0]);
      expect(another.pending()).toBeUndefined();
    },
  );

  it('is one attempt when two tabs press at once', async () => {
    await Promise.all([tab().place(coffee), tab().place(coffee)]);
    expect(sent).toHaveLength(2);
    expect(sent[1]).toEqual(sent[0]);
  });

  it('takes a new key after an order that was decided too late', async () => {
    answers = [failure('try_again', { reason: 'too_late' })];
    await expect(tab().place(coffee)).resolves.toEqual({ kind: 'too_late' });
    expect(kept).toBeUndefined();
  });

  it('says what is short', async () => {
    const shortages = [{ variantId: 'v1', requested: 2, available: 1 }];
    answers = [failure('out_of_stock', shortages)];
    await expect(tab().place(coffee)).resolves.toEqual({ kind: 'out_of_stock', shortages });
    expect(kept).toBeUndefined();
  });

  it('says the new total of a changed price', async () => {
    answers = [failure('version_conflict', { totalAmount: 420 })];
    await expect(tab().place(coffee)).resolves.toEqual({ kind: 'price_changed', totalAmount: 420 });
  });

  it('is over when its first call is refused: nothing of it can have arrived', async () => {
    for (const code of ['invalid_request', 'unauthenticated', 'forbidden'] as const) {
      answers = [failure(code, [{ path: ['contact'] }])];
      await expect(tab().place(coffee)).resolves.toMatchObject({ kind: 'refused' });
      expect(kept).toBeUndefined();
    }
  });
});

/** Refusals that concern an attempt with a lost response, not its caller. */
const FINAL: ClientErrorCode[] = ['out_of_stock', 'version_conflict'];
const DECIDED_BY_THE_BODY: ClientErrorCode[] = [
  'tip_too_large',
  'not_found',
  'illegal_transition',
  'idempotency_conflict',
  'card_declined',
  'payload_too_large',
  'pay_first',
  'counter_only',
  'spot_not_in_use',
  'spot_taken',
  'alone_only',
  // Refusals of other requests.
  'label_taken',
  'currency_in_use',
  'tab_ended',
  'tab_locked',
  'tab_full',
  'tabs_differ',
  'removed_from_tab',
  'host_is_here',
  'over_spending_limit',
  'split_mismatch',
  'already_claimed',
  'nothing_owed',
  'card_required',
  'last_admin',
  'address_unverified',
  'tab_ended',
  'tab_locked',
  'tab_full',
  'removed_from_tab',
  'host_is_here',
  'over_spending_limit',
  'split_mismatch',
];
const whoAsks: [ClientErrorCode, unknown][] = [
  ['unauthenticated', undefined],
  ['forbidden', undefined],
  ['invalid_request', [{ path: ['contact'], message: 'is required of guests' }]],
  ['invalid_request', [{ path: ['payment', 'savePaymentMethod'], message: 'needs an account' }]],
];

describe('an attempt whose answer was lost', () => {
  it.each(whoAsks)('is never over by a refusal that depends on who asks: %s %o', async (code, details) => {
    answers = [failure('offline'), failure(code, details), placed];
    await tab().place(coffee);
    await expect(tab().place(coffee)).resolves.toMatchObject({ kind: 'unanswered' });
    await expect(tab().place(cake)).resolves.toMatchObject({ kind: 'placed' });
    expect(new Set(sent.map(({ key }) => key)).size).toBe(1);
  });

  it.each(whoAsks)(
    'nor when that comes after a repeat within the first call: %s %o',
    async (code, details) => {
      answers = [failure(code, details, true)];
      await expect(tab().place(coffee)).resolves.toMatchObject({ kind: 'unanswered' });
    },
  );

  it('has a decision for every code there is', async () => {
    const unanswered = ['offline', 'try_again', 'internal_error', 'too_many_requests'];
    const known = new Set([
      ...FINAL,
      ...DECIDED_BY_THE_BODY,
      ...unanswered,
      ...whoAsks.map(([code]) => code),
    ]);
    expect(ERROR_CODES.filter((code) => !known.has(code))).toEqual([]);
  });

  it('is only looked for once it cannot be on its way any more, and is over when it never arrived', async () => {
    answers = [failure('offline')];
    await tab().place(coffee);
    now += 121_000;
    answers = [failure('unauthenticated'), failure('not_found')];
    await expect(tab().place(coffee)).resolves.toMatchObject({ kind: 'unanswered' });
    await expect(tab().place(coffee)).resolves.toEqual({ kind: 'never_arrived' });
    expect(sent.slice(1)).toEqual([
      { attempt: 'secret-2', key: 'secret-1' },
      { attempt: 'secret-2', key: 'secret-1' },
    ]);
    expect(kept).toBeUndefined();
  });
});
