import type { TabLine } from '#domain/contract/basket.ts';
import { Basket, type BasketListener } from './basket.svelte.ts';
import type { ShownLine } from './basket-edits.ts';
import { LiveTab } from './live-tab.svelte.ts';
import { peopleIn, type Person } from './people.ts';

/** Everything that the page of a tab shows and changes, and who looks at it. */
export class TabDesk {
  readonly live: LiveTab;
  readonly basket: Basket;

  readonly people: readonly Person[] = $derived.by(() =>
    this.live.tab ? peopleIn(this.live.tab, this.live.viewer, this.live) : [],
  );
  readonly selfId: string | null = $derived.by(() => this.live.viewer?.participantId ?? null);
  readonly self: Person | undefined = $derived.by(() => this.people.find(({ isSelf }) => isSelf));
  readonly host: Person | undefined = $derived.by(() => this.people.find(({ isHost }) => isHost));
  /** May change settings, people and everybody's lines. */
  readonly leads: boolean = $derived.by(() => this.live.viewer?.may.includes('tab.lead') ?? false);
  readonly isOpen: boolean = $derived.by(() => this.live.tab?.status === 'open');
  /** Rounds go to the kitchen unpaid, and the tab is paid in parts. */
  readonly isPaidAfter: boolean = $derived.by(() => this.live.tab?.settlement === 'after');
  readonly currency: string = $derived.by(() => this.live.tab?.currency ?? 'eur');

  constructor(tabId: string, listener: BasketListener) {
    this.live = new LiveTab(tabId);
    this.basket = new Basket(this.live, listener);
  }

  get tabId(): string {
    return this.live.tabId;
  }

  /** The name of somebody, also of one who has left. */
  nameOf(participantId: string): string {
    return this.live.tab?.participants.find(({ id }) => id === participantId)?.name ?? '';
  }

  mayChange({ participantId }: Pick<TabLine, 'participantId'>): boolean {
    return this.isOpen && (participantId === this.selfId || this.leads);
  }

  linesOf(participantId: string): ShownLine[] {
    return this.basket.lines.filter((line) => line.participantId === participantId);
  }

  /** Lines of others that this person shares. */
  sharedWith(participantId: string): ShownLine[] {
    return this.basket.lines.filter(
      (line) =>
        line.participantId !== participantId &&
        line.sharedBetween.some((one) => one.participantId === participantId),
    );
  }
}
