import type { BodyOf } from '#domain/contract/routes.ts';
import { call, type GivenBody } from './call.ts';

/** What a change of an order would cost. */
export type ChangePreview = BodyOf<'POST /api/orders/:id/changes/preview'>;
/** A change, with the order as it is now. */
export type ChangeAnswer = BodyOf<'POST /api/orders/:id/changes'>;
export type ChangeRequest = GivenBody<'POST /api/orders/:id/changes'>;
/** What is to be worked out. */
export type ChangeToPreview = GivenBody<'POST /api/orders/:id/changes/preview'>;
/** What is to be different, without what it depends on. */
export type ChangeWish = Pick<ChangeRequest, 'set' | 'add' | 'place'>;

/** Works out what a change costs, or gives back. Writes nothing. */
export function previewChange(
  orderId: string,
  body: ChangeToPreview,
  signal: AbortSignal,
): Promise<ChangePreview> {
  return call('POST /api/orders/:id/changes/preview', { params: { id: orderId }, body, signal });
}

/** Changes an order. Repeated with the same key, it tells what became of the change. */
export function changeOrder(
  orderId: string,
  body: ChangeRequest,
  idempotencyKey: string,
): Promise<ChangeAnswer> {
  return call('POST /api/orders/:id/changes', { params: { id: orderId }, body, idempotencyKey });
}

/** What is given for a yes to somebody else's change. */
export type Agreement = GivenBody<'POST /api/orders/:id/changes/:changeId/agree'>;

/** Agrees to a change of somebody else, and pays her part of it. */
export function agreeToChange(
  orderId: string,
  changeId: string,
  body: Agreement,
  idempotencyKey: string,
): Promise<ChangeAnswer> {
  const params = { id: orderId, changeId };
  return call('POST /api/orders/:id/changes/:changeId/agree', { params, body, idempotencyKey });
}

/** Takes her change back, or says no to somebody else's. Safe to repeat. */
export function withdrawChange(orderId: string, changeId: string): Promise<ChangeAnswer> {
  return call('POST /api/orders/:id/changes/:changeId/withdraw', { params: { id: orderId, changeId } });
}

/** An answer to the question what is to be done about a line that has run out. */
export type SoldOutAnswer = GivenBody<'POST /api/orders/:id/questions/:questionId/answer'>;

/** Works out what an answer costs, or gives back. Writes nothing. */
export function previewAnswer(
  orderId: string,
  questionId: string,
  body: GivenBody<'POST /api/orders/:id/questions/:questionId/preview'>,
  signal: AbortSignal,
): Promise<ChangePreview> {
  const params = { id: orderId, questionId };
  return call('POST /api/orders/:id/questions/:questionId/preview', { params, body, signal });
}

/** Answers the question. Repeated with the same key, it tells what became of the answer. */
export function answerQuestion(
  orderId: string,
  questionId: string,
  body: SoldOutAnswer,
  idempotencyKey: string,
): Promise<BodyOf<'POST /api/orders/:id/questions/:questionId/answer'>> {
  const params = { id: orderId, questionId };
  return call('POST /api/orders/:id/questions/:questionId/answer', { params, body, idempotencyKey });
}
