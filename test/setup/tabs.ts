/** Tabs over HTTP, as their people's phones open, join and fill them. */

import type { JoinTab, OpenTab, Tab, TabViewer } from '../../domain/contract/tabs.ts';
import type { Visitor } from './visitor.ts';

/** Somebody in a tab. */
export interface Seated {
  readonly who: Visitor;
  readonly participantId: string;
  /** Undefined for an account. */
  readonly guestToken: string | undefined;
  readonly tab: Tab;
  readonly viewer: TabViewer;
}

/** Opens a tab, or throws the response. */
export async function openTab(who: Visitor, body: Partial<OpenTab> = {}): Promise<Seated> {
  return seat(who, await who.post('/api/tabs', { name: 'Ada', ...body }));
}

/** Joins a tab by its code, unless stated otherwise. */
export async function joinTab(who: Visitor, { tab }: Pick<Seated, 'tab'>, body: JoinTab): Promise<Seated> {
  const key = body.secret === undefined ? { code: tab.joinCode } : {};
  return seat(who, await who.post('/api/tabs/join', { ...key, ...body }));
}

function seat(who: Visitor, { status, body }: Awaited<ReturnType<Visitor['post']>>): Seated {
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
  const { tab, viewer, participant, guestToken } = body as Seated & { participant: { id: string } };
  return { who, tab, viewer, guestToken, participantId: participant.id };
}

/** Returns the secret of a tab's link. */
export function secretOf({ joinUrl }: Pick<Tab, 'joinUrl'>): string {
  return new URL(joinUrl!).hash.slice(1);
}
