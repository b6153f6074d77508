/** People at a tab, each with a phone, and the responses that they got. */

import type { OpenTab } from '../../domain/contract/tabs.ts';
import { createCaller, isTooLate, type Answer, type Caller } from './caller.ts';
import type { Life, Place } from './lives.ts';

/** Somebody at a tab. */
export interface Member {
  readonly caller: Caller;
  readonly participantId: string;
}

/** Those who share a tab. */
export class Party {
  readonly life: Life;
  readonly members: Member[] = [];
  protected readonly place: Place;
  tabId = '';

  constructor(place: Place, life: Life) {
    this.life = life;
    this.place = place;
  }

  get host(): Member {
    return this.members[0]!;
  }

  get others(): readonly Member[] {
    return this.members.slice(1);
  }

  /** Opens a tab, and lets everybody else join it at once by its code. Each chooses something. */
  async gather(people: number, opening: Partial<OpenTab> = {}): Promise<boolean> {
    const opened = await this.#sit('/api/tabs', { name: 'Guest 1', ...opening });
    const code = opened?.body.tab?.joinCode;
    if (!code) return false;
    this.tabId = opened.body.tab.id;
    const joins = Array.from({ length: people - 1 }, (_, index) =>
      this.#sit('/api/tabs/join', { code, name: `Guest ${index + 2}` }),
    );
    await Promise.all(joins);
    const chosen = await Promise.all(this.members.map((member) => this.choose(member)));
    return chosen.length === people && chosen.every((answer) => answer?.status === 201);
  }

  /** Puts something into the basket. */
  choose({ caller }: Member): Promise<Answer | undefined> {
    const choice = { variantId: this.place.variantId, quantity: 1 };
    return this.must('choose', caller.send('POST', `/api/tabs/${this.tabId}/lines`, choice));
  }

  /** Has somebody send the basket, again if it came too late. */
  async sendRound({ caller }: Member): Promise<Answer | undefined> {
    for (let tries = 1; ; tries += 1) {
      const path = `/api/tabs/${this.tabId}/rounds`;
      const answer = await this.note('place', caller.send('POST', path, {}));
      if (!answer || !isTooLate(answer) || tries === 20) return answer;
    }
  }

  async #sit(path: string, body: object): Promise<Answer | undefined> {
    const caller = createCaller(this.place.apiUrls, this.place.met, {});
    const answer = await this.must(path, caller.send('POST', path, body));
    const participantId = answer?.body.participant?.id;
    if (answer?.status !== 201 || participantId === undefined) return undefined;
    caller.headers['Authorization'] = `Guest ${answer.body.guestToken ?? ''}`;
    this.members.push({ caller, participantId });
    return answer;
  }

  /** Notes a response, and a refusal as one that should not have been. */
  async must(what: string, asked: Promise<Answer | undefined>): Promise<Answer | undefined> {
    const answer = await this.note(what, asked);
    if (answer && answer.status >= 300) this.refuse(what, answer);
    return answer;
  }

  protected refuse(what: string, { status, body }: Answer): void {
    this.life.refused.push(`${what}: ${status} ${body.error?.code ?? ''}`);
  }

  async note(what: string, asked: Promise<Answer | undefined>): Promise<Answer | undefined> {
    const answer = await asked;
    if (answer) this.life.told.push({ what, status: answer.status });
    else this.life.unanswered.push(what);
    return answer;
  }
}
