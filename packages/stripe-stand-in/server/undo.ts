import { StripeError } from '../protocol/errors.ts';
import type { Store } from '../store/store.ts';

/** Runs `work` so that a refused call leaves nothing behind; a declined card leaves its traces. */
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
