import { StripeError } from '../protocol/errors.ts';
import type { Store } from '../store/store.ts';

/** Runs `work` and undoes what a refused call wrote. What a declined card wrote stays. */
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
