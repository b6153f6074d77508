/** Words of tabs for staff. */

import { staffTab, tab as words } from '#messages';
import type { Tab } from '#domain/contract/tabs.ts';
import type { TabStatus } from '#domain/tab.ts';
import type { Tone } from '../../ui/Badge.svelte';
import { placeName } from '../../ui/place-words.ts';

export const TAB_STATUS_WORDS = {
  open: { label: staffTab.open(), tone: 'good' },
  closing: { label: staffTab.closing(), tone: 'warn' },
  closed: { label: staffTab.closed(), tone: 'neutral' },
  expired: { label: staffTab.expired(), tone: 'neutral' },
} as const satisfies Record<TabStatus, { label: string; tone: Tone }>;

/** Returns what staff call a tab: its title, else where it is, else whose it is. */
export function tabName({
  title,
  place,
  participants,
}: Pick<Tab, 'title' | 'place'> & {
  readonly participants: readonly { readonly name: string }[];
}): string {
  return title ?? (place ? placeName(place) : words.untitled({ name: participants[0]?.name ?? '' }));
}
