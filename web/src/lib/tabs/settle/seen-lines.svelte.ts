import { untrack } from 'svelte';
import type { OwedLine } from '#domain/contract/tab-payments.ts';
import type { Tab } from '#domain/contract/tabs.ts';

/**
 * The lines to choose from: what is owed, and what was paid since the page was opened, which keeps its place, so that
 * nothing moves under a finger. Made while a component is created.
 */
export class SeenLines {
  #byId: ReadonlyMap<string, OwedLine> = $state.raw(new Map());
  readonly all: readonly OwedLine[] = $derived([...this.#byId.values()]);

  constructor(tab: () => Tab | null) {
    $effect.pre(() => {
      const open = new Map(tab()?.owed.map((line) => [line.lineId, line]));
      const seen = untrack(() => this.#byId);
      const kept = [...seen].map(([id, line]): [string, OwedLine] => [id, open.get(id) ?? paidUp(line)]);
      this.#byId = new Map([...kept, ...open]);
    });
  }
}

function paidUp(line: OwedLine): OwedLine {
  return { ...line, openAmount: 0, due: [], claimed: [] };
}
