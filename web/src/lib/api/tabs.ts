import type { BodyOf } from '#domain/contract/routes.ts';
import { guestTokens } from '../people/guest-tokens.ts';
import { call, type GivenBody } from './call.ts';

/** A tab, and the viewer's relation to it. */
export type TabAnswer = BodyOf<'GET /api/tabs/:id'>;
export type JoinedTab = BodyOf<'POST /api/tabs'>;
export type NewLine = GivenBody<'POST /api/tabs/:id/lines'>;
export type LineChange = Omit<GivenBody<'PATCH /api/tabs/:id/lines/:lineId'>, 'ifVersion'>;
export type TabSettings = GivenBody<'PATCH /api/tabs/:id'>;
export type PersonChange = GivenBody<'PATCH /api/tabs/:id/participants/:participantId'>;

export async function openTab(body: GivenBody<'POST /api/tabs'>, idempotencyKey: string): Promise<JoinedTab> {
  return rememberToken(await call('POST /api/tabs', { body, idempotencyKey }));
}

/** Joins by the link's secret or the spoken code. Who is in already comes back as herself. */
export async function joinTab(
  body: GivenBody<'POST /api/tabs/join'>,
  idempotencyKey: string,
): Promise<JoinedTab> {
  return rememberToken(await call('POST /api/tabs/join', { body, idempotencyKey }));
}

function rememberToken(answer: JoinedTab): JoinedTab {
  if (answer.guestToken !== undefined) guestTokens.remember(answer.tab.id, answer.guestToken);
  return answer;
}

export function readTab(tabId: string): Promise<TabAnswer> {
  return call('GET /api/tabs/:id', { params: { id: tabId } });
}

/** Reads a tab's history above version `after`, oldest first. */
export function readTabEvents(tabId: string, after = 0): Promise<BodyOf<'GET /api/tabs/:id/events'>> {
  return call('GET /api/tabs/:id/events', { params: { id: tabId }, query: { after } });
}

export function changeTab(tabId: string, body: TabSettings): Promise<TabAnswer> {
  return call('PATCH /api/tabs/:id', { params: { id: tabId }, body });
}

/** Moves a tab to the spot whose printed code its host has scanned. Idempotent per key. */
export function moveTabByCode(tabId: string, spotCode: string, idempotencyKey: string): Promise<TabAnswer> {
  return call('POST /api/tabs/:id/move', { params: { id: tabId }, body: { spotCode }, idempotencyKey });
}

/** Exchanges the token of a guest's link for a cookie. */
export async function openTabSession(tabId: string, guestToken: string): Promise<void> {
  guestTokens.remember(tabId, guestToken);
  await call('POST /api/tabs/:id/session', {
    params: { id: tabId },
    authorization: `Guest ${guestToken}`,
  });
}

/** Adds a person without a phone. */
export function addPerson(tabId: string, name: string, idempotencyKey: string): Promise<TabAnswer> {
  return call('POST /api/tabs/:id/participants', { params: { id: tabId }, body: { name }, idempotencyKey });
}

export function changePerson(tabId: string, participantId: string, body: PersonChange): Promise<TabAnswer> {
  return call('PATCH /api/tabs/:id/participants/:participantId', {
    params: { id: tabId, participantId },
    body,
  });
}

/** Takes somebody out of the tab; herself, if she leaves. */
export function takeOut(tabId: string, participantId: string): Promise<TabAnswer> {
  return call('DELETE /api/tabs/:id/participants/:participantId', { params: { id: tabId, participantId } });
}

export function setReady(tabId: string, body: GivenBody<'POST /api/tabs/:id/ready'>): Promise<TabAnswer> {
  return call('POST /api/tabs/:id/ready', { params: { id: tabId }, body });
}

/** Hands the host's role over, or takes it over. */
export function makeHost(tabId: string, participantId: string): Promise<TabAnswer> {
  return call('POST /api/tabs/:id/host', { params: { id: tabId }, body: { participantId } });
}

export function renewCode(tabId: string, idempotencyKey: string): Promise<TabAnswer> {
  return call('POST /api/tabs/:id/code', { params: { id: tabId }, idempotencyKey });
}

/** `chargeAmount`: what she was told is charged to the card on file; if it is something else now, nothing is closed. */
export function closeTab(tabId: string, chargeAmount?: number): Promise<TabAnswer> {
  const body = chargeAmount === undefined ? {} : { expectedAmount: chargeAmount };
  return call('POST /api/tabs/:id/close', { params: { id: tabId }, body });
}

/** Opens a tab again that is closing. */
export function reopenTab(tabId: string): Promise<TabAnswer> {
  return call('POST /api/tabs/:id/reopen', { params: { id: tabId } });
}

/** Gives up what is open of a tab, and ends it. Idempotent per key and body. */
export function writeOffTab(
  tabId: string,
  writeOff: { readonly reason: string },
  idempotencyKey: string,
): Promise<TabAnswer> {
  return call('POST /api/tabs/:id/close', { params: { id: tabId }, body: { writeOff }, idempotencyKey });
}

export function addTabLine(tabId: string, body: NewLine, idempotencyKey: string): Promise<TabAnswer> {
  return call('POST /api/tabs/:id/lines', { params: { id: tabId }, body, idempotencyKey });
}

export function changeTabLine(
  tabId: string,
  lineId: string,
  body: GivenBody<'PATCH /api/tabs/:id/lines/:lineId'>,
): Promise<TabAnswer> {
  return call('PATCH /api/tabs/:id/lines/:lineId', { params: { id: tabId, lineId }, body });
}

export function removeTabLine(tabId: string, lineId: string, ifVersion: number): Promise<TabAnswer> {
  return call('DELETE /api/tabs/:id/lines/:lineId', {
    params: { id: tabId, lineId },
    query: { ifVersion },
    body: {},
  });
}

/** Steps out of a shared line. */
export function leaveTabLine(tabId: string, lineId: string): Promise<TabAnswer> {
  return call('POST /api/tabs/:id/lines/:lineId/leave', { params: { id: tabId, lineId } });
}
