import { createHmac, timingSafeEqual } from 'node:crypto';
import { deriveKeys, type AppSecrets } from './app-keys.ts';

/**
 * Returns the token that proves a guest to be one participant: `<participantId>.<HMAC>`. It is deterministic, so it can
 * be sent again in a mail and needs no row; it is valid while its secret is the current one or a predecessor.
 */
export function guestTokenOf(appSecrets: AppSecrets, participantId: string): string {
  return tokenBy(deriveKeys(appSecrets, 'guest-tokens')[0], participantId);
}

function tokenBy(key: string, participantId: string): string {
  const mac = createHmac('sha256', key).update(`guest:${participantId}`).digest('base64url');
  return `${participantId}.${mac}`;
}

/**
 * Returns the participant of a token, or undefined for a token that we didn't make. Takes constant time for wrong
 * tokens.
 */
export function readGuestToken(appSecrets: AppSecrets, token: string): string | undefined {
  const participantId = token.split('.', 1)[0] ?? '';
  const given = Buffer.from(token);
  const isOurs = deriveKeys(appSecrets, 'guest-tokens')
    .map((key) => Buffer.from(tokenBy(key, participantId)))
    .some((expected) => given.length === expected.length && timingSafeEqual(given, expected));
  return isOurs ? participantId : undefined;
}

/**
 * Returns the link by which a guest follows her order. The token is in the fragment, which reaches no server or log.
 */
export function orderLink(publicUrl: string, orderId: string, guestToken?: string): string {
  return `${publicUrl}/orders/${orderId}${fragmentOf(guestToken)}`;
}

/** Returns the link to a guest's printable receipt, with the token in the fragment as well. */
export function receiptLink(publicUrl: string, orderId: string, guestToken?: string): string {
  return `${publicUrl}/orders/${orderId}/receipt${fragmentOf(guestToken)}`;
}

/** Returns the link to a guest's tab, with the token in the fragment as well. */
export function tabLink(publicUrl: string, tabId: string, guestToken?: string): string {
  return `${publicUrl}/tabs/${tabId}${fragmentOf(guestToken)}`;
}

function fragmentOf(guestToken: string | undefined): string {
  return guestToken === undefined ? '' : `#guest=${guestToken}`;
}
