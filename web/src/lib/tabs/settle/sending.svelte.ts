import * as m from '#messages';
import { announcer } from '../../ui/announcer.svelte.ts';
import { toast } from '../../ui/toast.ts';
import type { ShownLine } from '../basket-edits.ts';
import type { TabDesk } from '../tab-desk.svelte.ts';
import { SendNow } from './send-now.svelte.ts';

/** What of the basket its viewer sends, in a tab that is paid after. */
export class Sending {
  readonly now: SendNow;
  readonly #desk: TabDesk;
  #last: 'own' | 'all' = 'own';

  readonly own: readonly ShownLine[] = $derived.by(() => {
    const { selfId } = this.#desk;
    return selfId === null ? [] : this.#desk.linesOf(selfId);
  });
  /** Everything that she sees has arrived. */
  readonly canSend: boolean = $derived.by(() => !this.#desk.basket.isSending && !this.#desk.basket.hasUnsent);

  constructor(desk: TabDesk) {
    this.#desk = desk;
    this.now = new SendNow(desk.live);
  }

  /** Returns whether it went. */
  send(whose: 'own' | 'all'): Promise<boolean> {
    this.#last = whose;
    return this.#send(whose, this.#linesOf(whose));
  }

  /** Sends what she wanted to, but for these lines. */
  without(lineIds: readonly string[]): Promise<boolean> {
    const lines = this.#linesOf(this.#last).filter(({ id }) => !lineIds.includes(id));
    return this.#send(this.#last, lines);
  }

  #linesOf(whose: 'own' | 'all'): readonly ShownLine[] {
    return whose === 'own' ? this.own : this.#desk.basket.lines;
  }

  async #send(whose: 'own' | 'all', lines: readonly ShownLine[]): Promise<boolean> {
    if (!this.canSend) return false;
    const isSent = await this.now.send(whose, lines);
    if (isSent) {
      toast.success(m.settle.sent());
      announcer.say(m.settle.sent());
    }
    return isSent;
  }
}
