import type { TabLine } from '#domain/contract/basket.ts';
import { isApiError, isUnanswered, type ApiError } from '../api/api-error.ts';
import { newIdempotencyKey } from '../api/idempotency-key.ts';
import { addTabLine, changeTabLine, leaveTabLine, removeTabLine, type NewLine } from '../api/tabs.ts';
import {
  findAdded,
  isFulfilled,
  onlyAdds,
  showLines,
  wishOf,
  type LineEdit,
  type ShownLine,
} from './basket-edits.ts';
import { findSame, joinWishes, wishForMore, type LineWish, type NewTabLine } from './line-wish.ts';
import type { LiveTab } from './live-tab.svelte.ts';
import { computeParts, type Parts } from './parts.ts';

/** What a page tells of edits that came to nothing. */
export interface BasketListener {
  /** The API refused; the line is shown as it is. */
  refused(error: ApiError): void;
  /** Somebody removed the line meanwhile. */
  lost(line: TabLine): void;
}

/**
 * A tab's basket with the viewer's edits. Each is shown at once and sent in turn, one request per line. Without an
 * answer it is kept and sent again with the same key; after a conflict it is kept for her to decide.
 */
export class Basket {
  #edits: readonly LineEdit[] = $state.raw([]);
  /** Keys of the lines that were added here, by line. */
  #keys: ReadonlyMap<string, string> = $state.raw(new Map());
  readonly #live: LiveTab;
  readonly #listener: BasketListener;

  readonly lines: readonly ShownLine[] = $derived.by(() =>
    showLines(this.#live.tab?.lines ?? [], this.#edits, this.#keys),
  );
  readonly parts: Parts = $derived.by(() => computeParts(this.#live.tab?.currency ?? 'eur', this.lines));
  readonly itemCount: number = $derived.by(() => this.lines.reduce((sum, line) => sum + line.quantity, 0));
  /** Some edits have no answer yet. */
  readonly hasUnsent: boolean = $derived.by(() => this.#edits.some(({ state }) => state === 'unsent'));
  readonly isSending: boolean = $derived.by(() => this.#edits.some(({ state }) => state === 'sending'));

  constructor(live: LiveTab, listener: BasketListener) {
    this.#live = live;
    this.#listener = listener;
  }

  /**
   * Adds a line, or its quantity to the same line of the same person. `line` is how it is shown until the API has
   * answered; `onRefused` is called, beside the listener, if the API refuses.
   */
  add(body: NewLine, line: NewTabLine, onRefused?: () => void): void {
    const same = findSame(
      this.lines.filter(({ edit }) => edit?.state !== 'conflict'),
      line,
    );
    if (same) {
      this.#edit(same, (edit) => ({
        ...edit,
        next: joinWishes(edit.next, wishForMore(same, line.quantity, onRefused)),
      }));
      return;
    }
    const idempotencyKey = newIdempotencyKey();
    const key = `new ${idempotencyKey}`;
    const before = new Set(this.#live.tab?.lines.map(({ id }) => id));
    const edit: LineEdit = {
      ...{ key, lineId: undefined, state: 'sending', ifVersion: 0, isRemoved: false, before },
      added: { body, idempotencyKey, line: { ...line, id: key, version: 0 }, onRefused },
    };
    this.#edits = [...this.#edits, edit];
    void this.#work(key);
  }

  change(line: ShownLine, wish: LineWish): void {
    this.#edit(line, (edit) => ({ ...edit, next: joinWishes(edit.next, wish) }));
  }

  remove(line: ShownLine): void {
    this.#edit(line, (edit) => ({ ...edit, isRemoved: true }));
  }

  /** Steps out of a shared line. Throws ApiError. */
  async stepOut(line: ShownLine): Promise<void> {
    await this.#live.send(() => leaveTabLine(this.#live.tabId, line.id));
  }

  /** Sends everything that has no answer yet once more. */
  retry(): void {
    for (const { key, state } of this.#edits) if (state === 'unsent') this.#start(key);
  }

  /** Applies the viewer's change to the line as somebody else has left it. */
  applyMine(key: string): void {
    const edit = this.#find(key);
    if (edit?.theirs) this.#start(key, { ifVersion: edit.theirs.version, theirs: undefined });
  }

  /** Gives an edit up: the line is shown as it is. */
  discard(key: string): void {
    this.#edits = this.#edits.filter((edit) => edit.key !== key);
  }

  #edit(line: ShownLine, change: (edit: LineEdit) => LineEdit): void {
    const known = this.#find(line.key);
    const edit: LineEdit = known ?? {
      ...{ key: line.key, lineId: line.id, state: 'sending', ifVersion: line.version, isRemoved: false },
      before: new Set(),
    };
    const changed = change(edit);
    if (known) this.#edits = this.#edits.map((each) => (each === known ? changed : each));
    else this.#edits = [...this.#edits, changed];
    if (!known) void this.#work(line.key);
    else if (known.state === 'unsent') this.#start(line.key);
    else if (known.state === 'conflict') this.applyMine(line.key);
  }

  #find(key: string): LineEdit | undefined {
    return this.#edits.find((edit) => edit.key === key);
  }

  #set(key: string, change: Partial<LineEdit>): void {
    this.#edits = this.#edits.map((edit) => (edit.key === key ? { ...edit, ...change } : edit));
  }

  #start(key: string, change: Partial<LineEdit> = {}): void {
    this.#set(key, { ...change, state: 'sending' });
    void this.#work(key);
  }

  /** Sends the edits of one line, one after the other. */
  async #work(key: string): Promise<void> {
    try {
      for (let edit = this.#find(key); edit?.state === 'sending'; edit = this.#find(key)) {
        if (!(await this.#sendNext(edit))) this.discard(key);
      }
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.#refuse(key, error);
    }
  }

  /** Sends what is due of an edit. Returns false if nothing is left to send. */
  async #sendNext(edit: LineEdit): Promise<boolean> {
    const { key, added, isRemoved, lineId } = edit;
    if (added) {
      await this.#add(edit, added);
      return true;
    }
    if (lineId === undefined) return false;
    if (isRemoved) {
      await this.#live.send(() => removeTabLine(this.#live.tabId, lineId, edit.ifVersion));
      return false;
    }
    const wish = wishOf(edit);
    if (!wish) return false;
    this.#set(key, { inFlight: wish, next: undefined });
    const { tab } = await this.#live.send(() =>
      changeTabLine(this.#live.tabId, lineId, { ...wish.body, ifVersion: edit.ifVersion }),
    );
    const now = tab.lines.find(({ id }) => id === lineId);
    this.#set(key, { inFlight: undefined, ifVersion: now?.version ?? edit.ifVersion, isInDoubt: false });
    return true;
  }

  async #add(edit: LineEdit, { body, idempotencyKey }: NonNullable<LineEdit['added']>): Promise<void> {
    const { tab } = await this.#live.send(() => addTabLine(this.#live.tabId, body, idempotencyKey));
    const line = findAdded(tab.lines, edit, this.#keys);
    if (line) this.#keys = new Map([...this.#keys, [line.id, edit.key]]);
    this.#set(edit.key, {
      ...{ added: undefined, lineId: line?.id, ifVersion: line?.version ?? 0, isInDoubt: false },
    });
  }

  #refuse(key: string, error: ApiError): void {
    const edit = this.#find(key);
    if (!edit) return;
    const line = this.#live.tab?.lines.find(({ id }) => id === edit.lineId);
    if (isUnanswered(error)) {
      this.#set(key, { state: 'unsent', isInDoubt: true });
    } else if (error.code === 'version_conflict') {
      void this.#conflict(edit, error);
    } else if (error.code === 'not_found' && edit.lineId !== undefined) {
      this.discard(key);
      if (line && !edit.isRemoved) this.#listener.lost({ ...line, ...wishOf(edit)?.shown });
      void this.#live.read();
    } else {
      this.discard(key);
      edit.added?.onRefused?.();
      wishOf(edit)?.onRefused?.();
      this.#listener.refused(error);
    }
  }

  async #conflict(edit: LineEdit, error: ApiError): Promise<void> {
    const theirs = error.detail('line') as TabLine | undefined;
    if (!theirs) {
      this.discard(edit.key);
      this.#listener.refused(error);
      return;
    }
    const wish = wishOf(edit);
    if (wish?.more !== undefined && onlyAdds(edit, theirs)) {
      const next = wishForMore(theirs, wish.more, wish.onRefused);
      this.#start(edit.key, { inFlight: undefined, next, ifVersion: theirs.version });
      return;
    }
    // A try whose answer was lost had carried it out.
    const isDone = edit.inFlight !== undefined && !edit.isRemoved && isFulfilled(theirs, edit.inFlight);
    if (isDone && edit.next) this.#start(edit.key, { inFlight: undefined, ifVersion: theirs.version });
    if (!isDone) this.#set(edit.key, { state: 'conflict', theirs, inFlight: undefined, next: wish });
    await this.#live.read();
    if (!isDone || edit.next) return;
    // She may have changed it again meanwhile.
    if (this.#find(edit.key)?.next) this.#start(edit.key, { inFlight: undefined, ifVersion: theirs.version });
    else this.discard(edit.key);
  }
}
