/** Words of tabs for staff. */

import { staffTab } from '#messages';
import type { Tab } from '#domain/contract/tabs.ts';
import type { TabStatus } from '#domain/tab.ts';
import type { Tone } from '../../ui/Badge.svelte';
import { tabTitle } from '../../tabs/tab-title.ts';

export const TAB_STATUS_WORDS = {
  open: { label: staffTab.open(), tone: 'good' },
  closing: { label: staffTab.closing(), tone: 'warn' },
  closed: { label: staffTab.closed(), tone: 'neutral' },
  expired: { label: staffTab.expired(), tone: 'neutral' },
} as const satisfies Record<TabStatus, { label: string; tone: Tone }>;

/** Returns what staff call a tab: its title, else where it is, else whose it is. */
export function tabName(
  tab: Pick<Tab, 'title' | 'place'> & { readonly participants: readonly { readonly name: string }[] },
): string {
  return tabTitle({ ...tab, host: tab.participants[0]?.name ?? '' });
}
