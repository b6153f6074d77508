import { untrack } from 'svelte';
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
  /** Both undefined until they are known. They change together: a difference is never on neither. */
  open: readonly Difference[] | undefined = $state.raw();
  closed: readonly Difference[] | undefined = $state.raw();

  readonly #pagers = {
    open: new Pager<Difference>((cursor, signal) => listDifferences('open', cursor, signal)),
    closed: new Pager<Difference>((cursor, signal) => listDifferences('closed', cursor, signal)),
  };
  readonly failure = $derived(this.#pagers.open.failure ?? this.#pagers.closed.failure);
  readonly isLoading = $derived(this.#pagers.open.isLoading || this.#pagers.closed.isLoading);
  /** The next page of each list. */
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
   * Reads both lists again, as far as they were read; an older reading that is still on its way is dropped. An effect
   * that calls it does not depend on the lists.
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

  /** Takes in what mends answered. */
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
