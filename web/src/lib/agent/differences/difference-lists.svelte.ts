import type { Difference } from '#domain/contract/reconciliation.ts';
import { isApiError, type ApiError } from '../../api/api-error.ts';
import { listDifferences } from './difference-calls.ts';

/** How often a mend that is under way is looked at. */
const FOLLOWING = 1500;

/**
 * Open and closed differences. One that is set right while it is looked at stays among the open ones, so that its
 * outcome is seen where its button was; mends under way are read again until they have an outcome.
 */
export class DifferenceLists {
  /** Both undefined until they are known. */
  open: readonly Difference[] | undefined = $state.raw();
  closed: readonly Difference[] | undefined = $state.raw();
  failure: ApiError | null = $state.raw(null);
  isLoading = $state(false);

  #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  stop(): void {
    this.#isStopped = true;
    this.#controller.abort();
    clearTimeout(this.#timer);
  }

  /** Reads both lists again; an older reading that is still on its way is dropped. */
  async read(): Promise<void> {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#controller.abort();
    const { signal } = (this.#controller = new AbortController());
    this.isLoading = true;
    try {
      const [open, closed] = await Promise.all([
        listDifferences('open', signal),
        listDifferences('closed', signal),
      ]);
      if (signal.aborted) return;
      this.open = withSettled(open.items, this.open ?? [], closed.items);
      this.closed = closed.items;
      this.failure = null;
    } catch (error) {
      if (signal.aborted) return;
      if (!isApiError(error)) throw error;
      this.failure = error;
    } finally {
      if (!signal.aborted) {
        this.isLoading = false;
        this.#follow();
      }
    }
  }

  /** Takes in what mends answered. */
  accept(...answers: readonly Difference[]): void {
    const byId = new Map(answers.map((answer) => [answer.id, answer]));
    this.open = this.open?.map((known) => byId.get(known.id) ?? known);
    void this.read();
  }

  #follow(): void {
    if (this.#isStopped || !this.open?.some(isUnderWay)) return;
    this.#timer = setTimeout(() => void this.read(), FOLLOWING);
  }
}

/** True while something is done about a difference. */
export function isUnderWay({ mends }: Difference): boolean {
  return mends[0]?.outcome === null;
}

/** The open ones, and those that were shown as open and that somebody has set right meanwhile, in their old order. */
function withSettled(
  open: readonly Difference[],
  shown: readonly Difference[],
  closed: readonly Difference[],
): Difference[] {
  const settled = closed.filter(
    ({ id, mends }) =>
      mends.length > 0 && shown.some((one) => one.id === id) && !open.some((one) => one.id === id),
  );
  return [...open, ...settled].toSorted(
    (one, other) => one.foundAt.localeCompare(other.foundAt) || one.id.localeCompare(other.id),
  );
}
