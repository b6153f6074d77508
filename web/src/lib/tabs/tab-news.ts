import type { ShownLine } from './basket-edits.ts';
import type { Person } from './people.ts';

/** Something that happened in a tab and is worth telling its viewer, whatever she looks at. */
export type News =
  | { readonly kind: 'joined'; readonly name: string }
  | { readonly kind: 'all_ready' }
  | { readonly kind: 'host' }
  | { readonly kind: 'shared'; readonly line: ShownLine };

interface Seen {
  readonly people: readonly Person[];
  readonly lines: readonly ShownLine[];
  readonly selfId: string | null;
}

/**
 * Compares a tab with what its viewer was told last. With twenty people most changes are seen, not told: only who
 * comes, that all are ready, a new role of hers, and a dish that somebody shares with her.
 */
export class TabNews {
  #people: ReadonlySet<string> | undefined;
  #shared: ReadonlySet<string> = new Set();
  #isAllReady = false;
  #isHost = false;

  /** Returns what is new since the last call; nothing on the first. */
  read({ people, lines, selfId }: Seen): News[] {
    if (people.length === 0) return [];
    const before = this.#people;
    const withHer = lines.filter(
      (line) =>
        line.participantId !== selfId &&
        line.sharedBetween.some(({ participantId }) => participantId === selfId),
    );
    const choosers = people.filter(({ id }) => lines.some(({ participantId }) => participantId === id));
    const isAllReady = choosers.length > 1 && choosers.every(({ isReady }) => isReady);
    const isHost = people.some((person) => person.isSelf && person.isHost);
    const news: News[] = [
      ...people.flatMap(({ id, name, isSelf }): News[] =>
        isSelf || before?.has(id) ? [] : [{ kind: 'joined', name }],
      ),
      ...withHer.flatMap((line): News[] => (this.#shared.has(line.id) ? [] : [{ kind: 'shared', line }])),
      ...(isAllReady && !this.#isAllReady ? [{ kind: 'all_ready' } as const] : []),
      ...(isHost && !this.#isHost ? [{ kind: 'host' } as const] : []),
    ];
    this.#people = new Set(people.map(({ id }) => id));
    this.#shared = new Set(withHer.map(({ id }) => id));
    this.#isAllReady = isAllReady;
    this.#isHost = isHost;
    return before ? news : [];
  }
}
