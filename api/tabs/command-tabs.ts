/** What all routes of tabs have in common: their parts, and their answer. */

import type { Config } from '../../config.ts';
import type { Settings } from '../../db/catalog/shop/settings.ts';
import type { Databases } from '../../db/databases.ts';
import type { TabChanged, TabCommand } from '../../db/orders/tabs/change-tab.ts';
import type { Tab, TabViewer } from '../../domain/contract/tabs.ts';
import { forbidden } from '../http/api-error.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import type { Reads } from '../http/reads.ts';
import type { Guests } from '../people/guests.ts';
import type { Person } from '../people/people.ts';
import type { LiveTab, TabFeed } from '../realtime/tab-feed.ts';
import type { TabPresences } from '../realtime/tab-presence.ts';
import type { TabWorkflows } from './tab-workflows.ts';
import { accessToTab, tabFor, type TabAccess } from './access.ts';

export interface TabDependencies {
  readonly config: Config;
  readonly settings: Settings;
  readonly databases: Databases;
  readonly tabWorkflows: TabWorkflows;
  readonly reads: Reads;
  readonly tabs: TabFeed;
  readonly presences: TabPresences;
  readonly guests: Guests;
  readonly rateLimits: RateLimits;
}

interface TabAnswer {
  readonly tab: Tab;
  readonly viewer: TabViewer;
}

/** The answer to a command: tells all who watch, and shows the tab to whoever asked. */
export async function answerChanged(
  { tabs, tabWorkflows }: Pick<TabDependencies, 'tabs' | 'tabWorkflows'>,
  person: Person,
  { tab, event }: TabChanged,
): Promise<TabAnswer> {
  tabWorkflows.noteEvent(tab.id, event?.type);
  return showTo(person, await tabs.changed(tab.id));
}

/** The tab as a person sees it. To whoever is not in it any more, it shows no way back in. */
export function showTo(person: Person, live: LiveTab): TabAnswer {
  const viewer = accessToTab(live.record, person)?.viewer;
  if (viewer) return { tab: tabFor(live.tab, viewer), viewer };
  const outside = { participantId: null, isHost: false, owedAmount: 0, email: null, may: [] };
  return {
    tab: { ...tabFor(live.tab, outside), joinUrl: null, joinCode: null, knocks: [] },
    viewer: outside,
  };
}

/** Returns the participant for whom a request acts: herself, or whomever it names; others need `tab.lead`. */
export function actsFor(access: TabAccess, named: string | undefined): string {
  const own = access.viewer.participantId;
  const participantId = named ?? own;
  if (participantId === null || (participantId !== own && !access.may('tab.lead'))) throw forbidden();
  return participantId;
}

/** Returns who asks for a participant: herself, or the host or staff for her. Throws forbidden for anybody else. */
export function commandFor(access: TabAccess, participantId: string): TabCommand {
  const isOwn = actsFor(access, participantId) === access.viewer.participantId;
  return access.commandTo(isOwn ? 'tab.order' : 'tab.lead');
}
