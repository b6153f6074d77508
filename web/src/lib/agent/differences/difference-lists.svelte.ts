import { untrack } from 'svelte';
import type { Difference } from '#domain/contract/reconciliation.ts';
import { DIFFERENCE_KINDS } from '#domain/reconciliation.ts';
import { Pager } from '../../api/pager.svelte.ts';
import { listDifferences } from './difference-calls.ts';

/** Polling interval for running mends. */
const FOLLOWING = 1500;

/**
 * Open and closed differences, paginated. One that is mended while shown stays among the open ones, so that its outcome
 * appears where its button was. Running mends are polled until they have an outcome.
 */
export class DifferenceLists {
  /** Both undefined until loaded. They change together: a difference is never missing from both. */
  open: readonly Difference[] | undefined = $state.raw();
  closed: readonly Difference[] | undefined = $state.raw();

  readonly #pagers = {
    open: new Pager<Difference>((cursor, signal) => listDifferences('open', cursor, signal)),
    closed: new Pager<Difference>((cursor, signal) => listDifferences('closed', cursor, signal)),
  };
  readonly failure = $derived(this.#pagers.open.failure ?? this.#pagers.closed.failure);
  readonly isLoading = $derived(this.#pagers.open.isLoading || this.#pagers.closed.isLoading);
  /** Loads the next page of each list. */
  readonly more = { open: this.#moreOf('open'), closed: this.#moreOf('closed') };

  #timer: ReturnType<typeof setTimeout> | undefined;
  #reading = 0;
  #isStopped = false;

  stop(): void {
    this.#isStopped = true;
    this.#pagers.open.stop();
    this.#pagers.closed.stop();
    clearTimeout(this.#timer);
  }

  /**
   * Reloads both lists to their current length and discards responses still in flight. Untracked: an effect that calls
   * it does not depend on the lists.
   */
  read(): Promise<void> {
    return untrack(() => this.#read());
  }

  async #read(): Promise<void> {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    const reading = ++this.#reading;
    const { open, closed } = this.#pagers;
    await Promise.all([open.restart(open.items.length), closed.restart(closed.items.length)]);
    if (this.#isStopped || reading !== this.#reading) return;
    this.#show();
    if (this.open?.some(isUnderWay)) this.#timer = setTimeout(() => void this.read(), FOLLOWING);
  }

  /** Applies the responses of mends. */
  accept(...answers: readonly Difference[]): void {
    const byId = new Map(answers.map((answer) => [answer.id, answer]));
    this.open = this.open?.map((known) => byId.get(known.id) ?? known);
    void this.read();
  }

  #show(): void {
    const { open, closed } = this.#pagers;
    if (!open.isLoaded || !closed.isLoaded) return;
    const listed = new Set(open.items.map(({ id }) => id));
    const shown = new Set(this.open?.map(({ id }) => id));
    const settled = closed.items.filter(
      ({ id, mends }) => mends.length > 0 && shown.has(id) && !listed.has(id),
    );
    this.open = inOrder([...open.items, ...settled]);
    this.closed = closed.items;
  }

  #moreOf(status: 'open' | 'closed'): Pick<Pager<Difference>, 'nextCursor' | 'isLoading' | 'readMore'> {
    const pager = this.#pagers[status];
    return {
      get nextCursor() {
        return pager.nextCursor;
      },
      get isLoading() {
        return pager.isLoading;
      },
      readMore: async () => {
        await pager.readMore();
        this.#show();
      },
    };
  }
}

/** True while a mend of this difference is running. */
export function isUnderWay({ mends }: Difference): boolean {
  return mends[0]?.outcome === null;
}

/** Most urgent kind first, then oldest, as the API lists them. */
function inOrder(differences: readonly Difference[]): Difference[] {
  const pressing = ({ kind }: Difference): number => DIFFERENCE_KINDS.indexOf(kind);
  return differences.toSorted(
    (one, other) =>
      pressing(one) - pressing(other) ||
      one.foundAt.localeCompare(other.foundAt) ||
      one.id.localeCompare(other.id),
  );
}
