import { StripeError } from '../protocol/errors.ts';
import type { Store } from '../store/store.ts';

/** Runs `work` and rolls back the writes of a rejected call. The writes of a declined card stay. */
export function undoUnlessKept(store: Store, work: () => string): string {
  let kept: StripeError | undefined;
  const body = store.savepoint(() => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof StripeError && error.keepsEffects)) throw error;
      kept = error;
      return '';
    }
  });
  if (kept) throw kept;
  return body;
}
