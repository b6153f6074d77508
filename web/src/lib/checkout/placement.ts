/**
 * Placing an order so that it can never be placed twice. Every press of the button makes one attempt: a body, its key
 * and its secret, kept until the API has given a final answer. While an attempt has none, only that very attempt is
 * sent again, from whichever tab, signed in or not.
 */

import type { PlaceOrder } from '#domain/contract/orders.ts';
import { deviceNow } from '../session/server-clock.svelte.ts';
import { isApiError, type ApiError } from '../api/api-error.ts';
import type { PlacedOrder } from '../api/orders.ts';
import { outcomeOf, type Outcome } from './outcome.ts';

export interface Attempt {
  readonly key: string;
  /** With its `attempt`, the secret that makes the key whoever's it is. */
  readonly body: PlaceOrder;
  /** When it was first sent, by this device's clock. */
  readonly sentAt: number;
}

interface Kept {
  read(): Attempt | undefined;
  write(attempt: Attempt | undefined): void;
}

export interface Placement {
  /** The attempt that still waits for a final answer. */
  pending(): Attempt | undefined;
  /** Makes a new attempt. While one is pending, that one is asked for instead. */
  place(body: PlaceOrder): Promise<Outcome>;
}

/** A request that was sent so long ago is not on its way any more: what has not arrived by now never will. */
const ON_ITS_WAY_MS = 120_000;

/**
 * `post` is POST /api/orders, `find` POST /api/orders/find; `kept` is shared by all tabs, and `exclusively` runs in one
 * of them at a time. Never throws an ApiError.
 */
export function createPlacement(options: {
  post: (body: PlaceOrder, key: string) => Promise<PlacedOrder>;
  find: (attempt: string, key: string) => Promise<PlacedOrder>;
  newSecret: () => string;
  kept: Kept;
  exclusively: <Result>(work: () => Result) => Promise<Result>;
  now?: () => number;
}): Placement {
  const { post, find, newSecret, kept, exclusively, now = deviceNow } = options;

  const begin = (body: PlaceOrder): Promise<{ attempt: Attempt; isNew: boolean }> =>
    exclusively(() => {
      const pending = kept.read();
      if (pending) return { attempt: pending, isNew: false };
      const attempt = { key: newSecret(), body: { ...body, attempt: newSecret() }, sentAt: now() };
      kept.write(attempt);
      return { attempt, isNew: true };
    });

  const send = ({ body, key }: Attempt, isNew: boolean): Asking => ({
    ask: () => post(body, key),
    judge: (error) => outcomeOf(error, isNew),
  });
  /** For what was sent long ago: it arrived then, or never will. */
  const lookFor = ({ body, key }: Attempt): Asking => ({
    ask: () => find(body.attempt ?? '', key),
    judge: (error): Outcome =>
      error.code === 'not_found' ? { kind: 'never_arrived' } : outcomeOf(error, false),
  });

  return {
    pending: () => kept.read(),
    async place(body) {
      const { attempt, isNew } = await begin(body);
      const isOld = Math.abs(now() - attempt.sentAt) > ON_ITS_WAY_MS;
      const outcome = await tell(attempt.body, isOld ? lookFor(attempt) : send(attempt, isNew));
      // Another tab may have had its answer, and begun another, meanwhile.
      if (outcome.kind !== 'unanswered' && kept.read()?.key === attempt.key) kept.write(undefined);
      return outcome;
    },
  };
}

/** One way of asking for an attempt, and what its refusals mean. */
interface Asking {
  readonly ask: () => Promise<PlacedOrder>;
  readonly judge: (error: ApiError) => Outcome;
}

async function tell(body: PlaceOrder, { ask, judge }: Asking): Promise<Outcome> {
  try {
    return { kind: 'placed', answer: await ask(), body };
  } catch (error) {
    if (!isApiError(error)) throw error;
    return judge(error);
  }
}
