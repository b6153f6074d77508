import type { BodyOf } from '#domain/contract/routes.ts';
import { call, type GivenBody } from './call.ts';
import type { TabAnswer } from './tabs.ts';

/** Begins to give a card for what a tab will owe: Stripe.js confirms the SetupIntent. Idempotent per key and body. */
export function beginTabCard(
  tabId: string,
  body: GivenBody<'POST /api/tabs/:id/card'>,
  idempotencyKey: string,
): Promise<BodyOf<'POST /api/tabs/:id/card'>> {
  return call('POST /api/tabs/:id/card', { params: { id: tabId }, body, idempotencyKey });
}

/** Gives the card. Idempotent. */
export function giveTabCard(tabId: string, body: GivenBody<'PUT /api/tabs/:id/card'>): Promise<TabAnswer> {
  return call('PUT /api/tabs/:id/card', { params: { id: tabId }, body });
}

/** Takes one's own card back. */
export function takeTabCardBack(tabId: string): Promise<TabAnswer> {
  return call('DELETE /api/tabs/:id/card', { params: { id: tabId } });
}

/** Charges a refused card again. */
export function chargeTabCard(tabId: string, idempotencyKey: string): Promise<TabAnswer> {
  return call('POST /api/tabs/:id/card/charge', { params: { id: tabId }, idempotencyKey });
}
