/** `POST /api/orders/:id/questions/:questionId/preview`: what an answer would cost. */

import type { z } from 'zod';
import { ChangeRefused } from '../../db/orders/changes/change-refused.ts';
import { previewChange } from '../../db/orders/changes/request-change.ts';
import type { QuestionRow } from '../../db/orders/entities/question.ts';
import { QuestionRefused } from '../../db/orders/questions/ask.ts';
import { deriveId } from '../../db/ids.ts';
import type { Databases } from '../../db/databases.ts';
import type { Settings } from '../../db/catalog/shop/settings.ts';
import type { changePreviewAnswer } from '../../domain/contract/changes.ts';
import type { Order } from '../../domain/contract/orders.ts';
import { chargeStep } from '../../domain/currency.ts';
import { amountOfUnits } from '../../domain/discount.ts';
import type { PreviewAnswer } from '../../domain/contract/sold-out.ts';
import { refusalOfRequest } from '../changes/change-refusal.ts';
import { boundsOfChange } from '../changes/owed-bounds.ts';
import { boundRefusal } from '../changes/owed-refusal.ts';
import { presentPreview } from '../changes/present-preview.ts';
import type { OrderAccess } from '../people/access.ts';
import { draftOfAnswer } from './draft-answer.ts';
import { refusalOfQuestion } from './question-refusal.ts';

export async function previewAnswer(
  { databases, settings }: { databases: Databases; settings: Settings },
  { record: { order }, person }: OrderAccess,
  question: QuestionRow,
  body: PreviewAnswer,
): Promise<z.output<typeof changePreviewAnswer>> {
  const { participantId } = question;
  const draft = await draftOfAnswer(databases, order, question, body, deriveId('preview', question.id));
  const wanted = {
    by: 'guest' as const,
    ...{ orderId: order.id, participantId, ifVersion: body.ifVersion, draft },
    answers: { questionId: question.id, answer: body.answer },
    bounds: boundsOfChange(await settings.read(), person.user?.id ?? null),
  };
  try {
    const plan = await previewChange(databases.orders, wanted);
    return presentPreview(order, draft, plan, participantId);
  } catch (error) {
    if (error instanceof QuestionRefused) throw refusalOfQuestion(error, order);
    if (!(error instanceof ChangeRefused)) throw boundRefusal(error);
    // All of it goes: the order ends, and what was paid comes back.
    if (error.reason === 'nothing_left') return presentEnd(order, participantId);
    throw refusalOfRequest(error, order);
  }
}

function presentEnd(order: Order, participantId: string): z.output<typeof changePreviewAnswer> {
  const bill = { totalAmount: 0, lines: [], taxes: [] };
  if (order.paidAfter)
    return {
      differenceAmount: -leftOf(order),
      discountAmount: 0,
      byPayer: [],
      givesBack: [],
      bill,
      until: null,
    };
  const paid = order.shares.filter((share) => share.participantId === participantId);
  const sum = (one: 'amount' | 'tipAmount' | 'refundedAmount') =>
    paid.reduce((total, share) => total + share[one], 0);
  const amount = sum('refundedAmount') - sum('amount') - sum('tipAmount');
  return {
    differenceAmount: amount,
    discountAmount: 0,
    byPayer: [{ participantId, amount }],
    givesBack: paid.map((share) => ({
      amount: share.amount + share.tipAmount - share.refundedAmount,
      ...{ method: share.method ?? 'card', card: share.card },
    })),
    bill,
    until: null,
  };
}

/** Returns what is left of a round that is paid after: what was canceled of it is owed no more. */
function leftOf({ lines, currency }: Order): number {
  const step = chargeStep(currency);
  return lines.reduce(
    (sum, line) => sum + amountOfUnits(line, line.quantity - line.refundedQuantity, step),
    0,
  );
}
