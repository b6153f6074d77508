/**
 * Places an order at most once. Every press of the button makes one attempt: a body, a key and a secret, stored until
 * the API gives a final response. While an attempt has none, only that attempt is sent again, from any tab, signed in
 * or not.
 */

import type { PlaceOrder } from '#domain/contract/orders.ts';
import { deviceNow } from '../shop/server-clock.svelte.ts';
import { isApiError, type ApiError } from '../api/api-error.ts';
import type { PlacedOrder } from '../api/orders.ts';
import { outcomeOf, type Outcome } from './outcome.ts';

export interface Attempt {
  readonly key: string;
  /** Includes `attempt`, the secret that binds the key to its holder, signed in or not. */
  readonly body: PlaceOrder;
  /** When it was first sent, by this device's clock. */
  readonly sentAt: number;
}

interface Kept {
  read(): Attempt | undefined;
  write(attempt: Attempt | undefined): void;
}

export interface Placement {
  /** The attempt that waits for a final response. */
  pending(): Attempt | undefined;
  /** Makes a new attempt. If one is pending, repeats that one instead. */
  place(body: PlaceOrder): Promise<Outcome>;
}

/** After this time a request is no longer in flight: if it has not arrived by now, it never will. */
const ON_ITS_WAY_MS = 120_000;

/**
 * `post` is POST /api/orders, `find` POST /api/orders/find; `kept` is shared by all tabs, and `exclusively` runs in one
 * tab at a time. Never throws an ApiError.
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
  /** For an old attempt: it arrived then, or never will. */
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
      // Another tab may have got its response meanwhile, and made a new attempt.
      if (outcome.kind !== 'unanswered' && kept.read()?.key === attempt.key) kept.write(undefined);
      return outcome;
    },
  };
}

/** A way to repeat an attempt, and the meaning of its refusals. */
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
