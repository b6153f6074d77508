import type { BodyOf } from '#domain/contract/routes.ts';
import { call, type GivenBody } from '../../api/call.ts';
import { newIdempotencyKey } from '../../api/idempotency-key.ts';

/** Notes that the kitchen has seen this change, and those before it. */
export function seeChanges(
  orderId: string,
  changeId: string,
): Promise<BodyOf<'POST /api/orders/:id/changes/seen'>> {
  return call('POST /api/orders/:id/changes/seen', { params: { id: orderId }, body: { changeId } });
}

export type SoldOutBody = GivenBody<'POST /api/orders/:id/lines/:lineId/sold-out'>;

/** Asks whoever ordered a line that has run out what is to be done. Idempotent per key and body. */
export function markSoldOut(
  orderId: string,
  lineId: string,
  body: SoldOutBody,
  idempotencyKey: string,
): Promise<BodyOf<'POST /api/orders/:id/lines/:lineId/sold-out'>> {
  return call('POST /api/orders/:id/lines/:lineId/sold-out', {
    params: { id: orderId, lineId },
    body,
    idempotencyKey,
  });
}

/** Takes a question back: it has turned up after all. */
export function withdrawQuestion(
  orderId: string,
  questionId: string,
): Promise<BodyOf<'POST /api/orders/:id/questions/:questionId/withdraw'>> {
  return call('POST /api/orders/:id/questions/:questionId/withdraw', {
    params: { id: orderId, questionId },
    idempotencyKey: newIdempotencyKey(),
  });
}
