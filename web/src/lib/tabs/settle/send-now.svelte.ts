import type { TabLine } from '#domain/contract/basket.ts';
import { CommandKey } from '../../api/idempotency-key.ts';
import { sendRound } from '../../api/rounds.ts';
import { rememberRunning } from '../../orders/running-ids.ts';
import { guestTokens } from '../../people/guest-tokens.ts';
import type { LiveTab } from '../live-tab.svelte.ts';
import { sendProblemOf, type SendProblem } from '../round/send-problem.ts';
import { sumOf } from './owing.ts';

/** Sending lines of a tab that is paid after: they go to the kitchen at once, and nothing is split. */
export class SendNow {
  /** Whose lines are on their way. */
  busyWith: 'own' | 'all' | undefined = $state();
  problem: SendProblem | undefined = $state.raw();

  readonly #live: LiveTab;
  readonly #key = new CommandKey();

  constructor(live: LiveTab) {
    this.#live = live;
  }

  /** Sends exactly these lines. Returns whether the kitchen has them. */
  async send(whose: 'own' | 'all', lines: readonly TabLine[]): Promise<boolean> {
    if (this.busyWith !== undefined || lines.length === 0) return false;
    this.busyWith = whose;
    this.problem = undefined;
    const { tabId } = this.#live;
    const amount = sumOf(lines);
    const body = { lineIds: lines.map(({ id }) => id), expectedAmount: amount };
    try {
      const { order } = await this.#key.run(body, (key) => sendRound(tabId, body, key));
      const token = guestTokens.of(tabId);
      if (token !== undefined) guestTokens.remember(order.id, token);
      rememberRunning(order.id);
      await this.#live.read();
      return true;
    } catch (error) {
      await this.#live.read();
      this.problem = sendProblemOf(error, { lines, amount, now: this.#live.tab });
      return false;
    } finally {
      this.busyWith = undefined;
    }
  }
}
