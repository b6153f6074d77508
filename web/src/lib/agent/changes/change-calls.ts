import type { BodyOf } from '#domain/contract/routes.ts';
import { call, type GivenBody } from '../../api/call.ts';
import { newIdempotencyKey } from '../../api/idempotency-key.ts';

export type ChangePreview = BodyOf<'POST /api/orders/:id/changes/preview'>;
export type ChangeWanted = GivenBody<'POST /api/orders/:id/changes/preview'>;

/** Returns what a change comes to. Changes nothing. */
export function previewChange(
  orderId: string,
  body: ChangeWanted,
  signal: AbortSignal,
): Promise<ChangePreview> {
  return call('POST /api/orders/:id/changes/preview', { params: { id: orderId }, body, signal });
}

/** Makes a change. Idempotent per key and body. */
export function makeChange(
  orderId: string,
  body: GivenBody<'POST /api/orders/:id/changes'>,
  idempotencyKey: string,
): Promise<BodyOf<'POST /api/orders/:id/changes'>> {
  return call('POST /api/orders/:id/changes', { params: { id: orderId }, body, idempotencyKey });
}

/** Takes a change back that is not made yet: the order stays as it was. */
export function withdrawChange(
  orderId: string,
  changeId: string,
): Promise<BodyOf<'POST /api/orders/:id/changes/:changeId/withdraw'>> {
  return call('POST /api/orders/:id/changes/:changeId/withdraw', {
    params: { id: orderId, changeId },
    idempotencyKey: newIdempotencyKey(),
  });
}

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
