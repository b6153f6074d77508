import type { Knock, Spot, SpotOfCode } from '#domain/contract/places.ts';
import type { BodyOf } from '#domain/contract/routes.ts';
import { guestTokens } from '../people/guest-tokens.ts';
import { call } from './call.ts';

/** Reads the spots that guests may choose. */
export async function listSpots(): Promise<Spot[]> {
  return (await call('GET /api/spots')).items;
}

/** Reads the spot of a printed code, and what one may do there. Throws not_found, or spot_not_in_use. */
export function readSpotOfCode(code: string): Promise<SpotOfCode> {
  return call('GET /api/spots/:code', { params: { code } });
}

/** Asks the people at a spot to let somebody in. Idempotent per key. */
export async function knockAtSpot(code: string, name: string, idempotencyKey: string): Promise<Knock> {
  const { knock, guestToken } = await call('POST /api/spots/:code/knock', {
    params: { code },
    body: { name },
    idempotencyKey,
  });
  if (guestToken !== undefined) guestTokens.remember(knock.id, guestToken);
  return taken(knock);
}

/** Reads what became of her request. */
export async function readKnock(knockId: string): Promise<Knock> {
  return taken((await call('GET /api/knocks/:knockId', { params: { knockId } })).knock);
}

/** What proved her while she waited proves her in the tab. */
function taken(knock: Knock): Knock {
  const token = guestTokens.of(knock.id);
  if (knock.tabId !== null && token !== undefined) guestTokens.remember(knock.tabId, token);
  return knock;
}

/** Lets somebody in who asks, or not. */
export function answerKnock(
  tabId: string,
  knockId: string,
  letIn: boolean,
): Promise<BodyOf<'POST /api/tabs/:id/knocks/:knockId'>> {
  return call('POST /api/tabs/:id/knocks/:knockId', { params: { id: tabId, knockId }, body: { letIn } });
}
