/** `POST /api/orders/:id/questions/:questionId/answer`: a change of the order, or, if nothing is left of it, its end. */

import type { QuestionRow } from '../../db/orders/entities/question.ts';
import { isCanceledBy, readCancelRequest } from '../../db/orders/orders/cancel-requests.ts';
import { readOrder } from '../../db/orders/orders/read-order.ts';
import { answerWithEnd } from '../../db/orders/questions/answer.ts';
import { QuestionRefused, readQuestion } from '../../db/orders/questions/ask.ts';
import type { Order } from '../../domain/contract/orders.ts';
import type { AnswerQuestion } from '../../domain/contract/sold-out.ts';
import { hasEnded } from '../../domain/order.ts';
import { draftAnswer } from '../../domain/sold-out-answer.ts';
import { answer as answerUpdate } from '../../temporal/orders/messages.ts';
import { ApiError } from '../http/api-error.ts';
import { runCommand, waitForOutcome } from '../http/command.ts';
import type { MadeChange } from '../changes/follow-change.ts';
import { makeChange, type SentChange } from '../changes/make-change.ts';
import { updateOrder } from '../orders/workflow-updates.ts';
import { draftOfAnswer } from './draft-answer.ts';
import { refusalOfQuestion } from './question-refusal.ts';
import type { SoldOutDependencies } from './sold-out.ts';

/** A validated answer of whoever is asked. */
export type SentAnswer = Pick<SentChange, 'id' | 'order' | 'userId' | 'network' | 'show'> & {
  readonly question: QuestionRow;
  readonly body: AnswerQuestion;
};

/** Throws what makeChange does, and illegal_transition for a question that is over. */
export async function answerQuestion(
  dependencies: SoldOutDependencies,
  sent: SentAnswer,
): Promise<{ change: MadeChange['change'] | null; isOver: boolean }> {
  const { question, body, order } = sent;
  const { answer } = body;
  const isEnd = (await readCancelRequest(dependencies.databases.orders, sent.id)) !== undefined;
  if (isEnd || isNothingLeft(order, question, answer)) return endOrder(dependencies, sent);
  return makeChange(dependencies, {
    ...sent,
    maker: {
      ...{ by: 'guest', participantId: question.participantId, as: 'participant' },
      actorId: sent.userId ?? question.participantId,
    },
    answers: {
      ...{ questionId: question.id, answer },
      draft: () => draftOfAnswer(dependencies.databases, order, question, body, sent.id),
    },
  });
}

/** Whether nothing would be left of the order, as the caller was shown it. */
function isNothingLeft({ lines }: Order, question: QuestionRow, answer: AnswerQuestion['answer']): boolean {
  if (answer === 'take' || answer === 'choose') return false;
  const billed = lines.map((line) => ({ ...line, returnedQuantity: line.refundedQuantity }));
  const set = new Map(
    draftAnswer(question, answer, billed, []).set.map(({ lineId, quantity }) => [lineId, quantity]),
  );
  return billed.every(({ id, quantity, returnedQuantity }) => (set.get(id) ?? quantity) <= returnedQuantity);
}

/** Ends the order, since she wants nothing else. */
async function endOrder(
  { databases, temporal, deciders, feed }: SoldOutDependencies,
  { id, order, question, body, userId }: SentAnswer,
): Promise<{ change: null; isOver: boolean }> {
  const { orders } = databases;
  const orderId = order.id;
  return runCommand({
    before: await readCancelRequest(orders, id),
    isSame: () => true,
    check: () => {},
    assertReady: deciders.assertReady,
    write: async () => {
      try {
        await answerWithEnd(orders, {
          ...{ orderId, questionId: question.id, requestId: id, answer: body.answer },
          ...{ ifVersion: body.ifVersion, actorId: userId ?? question.participantId },
        });
      } catch (error) {
        if (error instanceof QuestionRefused) throw refusalOfQuestion(error, order);
        throw error;
      }
      return (await readCancelRequest(orders, id))!;
    },
    carryOut: async () => {
      const isDone = () => isCanceledBy(orders, orderId, id);
      if (!(await isDone()))
        await updateOrder({ temporal, orders, deciders }, orderId, answerUpdate, {
          updateId: id,
          args: [{ cancelRequestId: id, as: 'participant' }],
          asked: { action: 'answer' },
          isDone,
        });
      const { isOver } = await waitForOutcome(feed, orderId, order, {
        read: async () => (await readOrder(orders, orderId))?.order,
        isOver: ({ status }) => hasEnded(status),
      });
      const asked = await readQuestion(orders, question.id);
      // Somebody began to pay a part of the round meanwhile: she is asked again.
      if (!isOver && asked?.status === 'open')
        throw new ApiError('already_claimed', 'Somebody is paying a part of this at this moment.');
      return { change: null, isOver };
    },
  });
}
