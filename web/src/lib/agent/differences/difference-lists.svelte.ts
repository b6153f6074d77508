import type { Difference } from '#domain/contract/reconciliation.ts';
import { DIFFERENCE_KINDS } from '#domain/reconciliation.ts';
import { Pager } from '../../api/pager.svelte.ts';
import { listDifferences } from './difference-calls.ts';

/** How often a mend that is under way is looked at. */
const FOLLOWING = 1500;

/**
 * Open and closed differences, page by page. One that is set right while it is looked at stays among the open ones, so
 * that its outcome is seen where its button was; mends under way are read again until they have an outcome.
 */
export class DifferenceLists {
  readonly pagers = {
    open: new Pager<Difference>((cursor, signal) => listDifferences('open', cursor, signal)),
    closed: new Pager<Difference>((cursor, signal) => listDifferences('closed', cursor, signal)),
  };
  /** Both undefined until they are known. */
  readonly open: readonly Difference[] | undefined = $derived.by(() =>
    this.pagers.open.isLoaded ? inOrder([...this.pagers.open.items, ...this.#settled]) : undefined,
  );
  readonly closed: readonly Difference[] | undefined = $derived.by(() =>
    this.pagers.closed.isLoaded ? this.pagers.closed.items : undefined,
  );
  readonly failure = $derived.by(() => this.pagers.open.failure ?? this.pagers.closed.failure);
  readonly isLoading = $derived.by(() => this.pagers.open.isLoading || this.pagers.closed.isLoading);

  /** Those that were shown as open and that somebody has set right meanwhile. */
  #settled: readonly Difference[] = $state.raw([]);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reading = 0;
  #isStopped = false;

  stop(): void {
    this.#isStopped = true;
    this.pagers.open.stop();
    this.pagers.closed.stop();
    clearTimeout(this.#timer);
  }

  /** Reads both lists again, as far as they were read; an older reading that is still on its way is dropped. */
  async read(): Promise<void> {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    const reading = ++this.#reading;
    const shown = this.open ?? [];
    const { open, closed } = this.pagers;
    await Promise.all([open.restart(open.items.length), closed.restart(closed.items.length)]);
    if (this.#isStopped || reading !== this.#reading) return;
    this.#settled = closed.items.filter(
      ({ id, mends }) =>
        mends.length > 0 && shown.some((one) => one.id === id) && !open.items.some((one) => one.id === id),
    );
    if (this.open?.some(isUnderWay)) this.#timer = setTimeout(() => void this.read(), FOLLOWING);
  }

  /** Takes in what mends answered. */
  accept(...answers: readonly Difference[]): void {
    const byId = new Map(answers.map((answer) => [answer.id, answer]));
    const { open } = this.pagers;
    open.items = open.items.map((known) => byId.get(known.id) ?? known);
    void this.read();
  }
}

/** True while something is done about a difference. */
export function isUnderWay({ mends }: Difference): boolean {
  return mends[0]?.outcome === null;
}

/** The most pressing kind first, in it the oldest, as the API lists them. */
function inOrder(differences: readonly Difference[]): Difference[] {
  const pressing = ({ kind }: Difference): number => DIFFERENCE_KINDS.indexOf(kind);
  return differences.toSorted(
    (one, other) =>
      pressing(one) - pressing(other) ||
      one.foundAt.localeCompare(other.foundAt) ||
      one.id.localeCompare(other.id),
  );
}
