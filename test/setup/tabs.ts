/** Tabs over HTTP, as their people's phones open, join and fill them. */

import type { TabLine } from '../../domain/contract/basket.ts';
import type { JoinTab, OpenTab, Tab, TabViewer } from '../../domain/contract/tabs.ts';
import { Visitor, type Reply } from './visitor.ts';

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

/** Opens a tab with these people, the host first. */
export async function seatGroup(
  url: string,
  names: readonly string[],
  body: Partial<OpenTab> = {},
): Promise<Seated[]> {
  const [name = 'Ada', ...others] = names;
  const host = await openTab(new Visitor(url), { name, ...body });
  const people = [host];
  for (const other of others) people.push(await joinTab(new Visitor(url), host, { name: other }));
  return people;
}

/** Returns the path of somebody's tab, or of a part of it. */
export function at({ tab }: Pick<Seated, 'tab'>, part = ''): string {
  return `/api/tabs/${tab.id}${part}`;
}

/** Reads the tab as this person. */
export async function readTab(who: Seated): Promise<Tab> {
  return (await who.who.get(at(who))).body.tab as Tab;
}

/** Puts a line into the basket and returns it, or throws the response. */
export async function addLine(who: Seated, variantId: string, more: object = {}): Promise<TabLine> {
  const { body } = await who.who.command(at(who, '/lines'), { variantId, quantity: 1, ...more });
  return (body.tab as Tab).lines.at(-1)!;
}

export function changeLine(who: Seated, lineId: string, body: object): Promise<Reply<any>> {
  return who.who.call('PATCH', at(who, `/lines/${lineId}`), { body });
}

/** Returns what each person has of these shares or parts, in the order of the people. */
export function amountsOf(
  shares: readonly { readonly participantId: string; readonly amount: number }[],
  people: readonly Pick<Seated, 'participantId'>[],
): number[] {
  return people.map(
    ({ participantId }) => shares.find((share) => share.participantId === participantId)?.amount ?? 0,
  );
}

/** Returns the status of a response and the code of its refusal. */
export function refusalOf({ status, body }: Reply<any>): [status: number, code: string | undefined] {
  return [status, body.error?.code];
}
