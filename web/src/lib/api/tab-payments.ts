import type { BodyOf } from '#domain/contract/routes.ts';
import { guestTokens } from '../people/guest-tokens.ts';
import { call, type GivenBody } from './call.ts';

/** A part of a tab's bill that was set aside for its payer. */
export type ClaimedPart = BodyOf<'POST /api/tabs/:id/payments'>;

/** Sets a part of the bill aside for its payer, who has a few minutes to pay it. Idempotent per key and body. */
export async function claimPart(
  tabId: string,
  body: GivenBody<'POST /api/tabs/:id/payments'>,
  idempotencyKey: string,
): Promise<ClaimedPart> {
  const answer = await call('POST /api/tabs/:id/payments', { params: { id: tabId }, body, idempotencyKey });
  if (answer.guestToken !== undefined) guestTokens.remember(answer.order.id, answer.guestToken);
  return answer;
}
