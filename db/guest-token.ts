import { createHmac, timingSafeEqual } from 'node:crypto';
import { deriveKeys, type AppSecrets } from './app-keys.ts';

/**
 * What lets a guest be one participant: `<participantId>.<HMAC>`. The same participant always gets the same
 * token, so it can be sent again in a mail and needs no row; it is good for as long as its secret is the current one
 * or one before it.
 */
export function guestTokenOf(appSecrets: AppSecrets, participantId: string): string {
  return tokenBy(deriveKeys(appSecrets, 'guest-tokens')[0], participantId);
}

function tokenBy(key: string, participantId: string): string {
  const mac = createHmac('sha256', key).update(`guest:${participantId}`).digest('base64url');
  return `${participantId}.${mac}`;
}

/** The participant a token stands for, or undefined for anything we did not make. Takes the same time for every wrong token. */
export function readGuestToken(appSecrets: AppSecrets, token: string): string | undefined {
  const participantId = token.split('.', 1)[0] ?? '';
  const given = Buffer.from(token);
  const isOurs = deriveKeys(appSecrets, 'guest-tokens')
    .map((key) => Buffer.from(tokenBy(key, participantId)))
    .some((expected) => given.length === expected.length && timingSafeEqual(given, expected));
  return isOurs ? participantId : undefined;
}

/** The link by which a guest follows her order: the token is in the fragment, which reaches no server and no log. */
export function orderLink(publicUrl: string, orderId: string, guestToken?: string): string {
  return `${publicUrl}/orders/${orderId}${fragmentOf(guestToken)}`;
}

/** The link to the receipt that she may print; the same holds of its token. */
export function receiptLink(publicUrl: string, orderId: string, guestToken?: string): string {
  return `${publicUrl}/orders/${orderId}/receipt${fragmentOf(guestToken)}`;
}

function fragmentOf(guestToken: string | undefined): string {
  return guestToken === undefined ? '' : `#guest=${guestToken}`;
}
