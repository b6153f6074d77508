/** `POST /api/orders/:id/lines/:lineId/sold-out` and the answers to the question that it asks. */

import type { Client } from '@temporalio/client';
import { priceLines, type PricedLine } from '../../db/catalog/products/pricing.ts';
import type { Settings } from '../../db/catalog/shop/settings.ts';
import { setAvailable } from '../../db/catalog/stock/stock.ts';
import type { Databases } from '../../db/databases.ts';
import type { QuestionRow } from '../../db/orders/entities/question.ts';
import { readOrder } from '../../db/orders/orders/read-order.ts';
import {
  askAboutLine,
  QuestionRefused,
  readQuestion,
  withdrawQuestion,
} from '../../db/orders/questions/ask.ts';
import type { LineInput } from '../../domain/contract/orders.ts';
import { soldOutMsOf } from '../../domain/settings.ts';
import { forbidden, invalidRequest, notFound } from '../http/api-error.ts';
import { runCommand } from '../http/command.ts';
import { hashBody, requestIdFor } from '../http/idempotency.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import type { Handlers } from '../http/route.ts';
import { tellOrder } from '../orders/workflow-updates.ts';
import { orderFor, type OrderAccess } from '../people/access.ts';
import type { Holders } from '../people/holders.ts';
import type { OrderFeed } from '../realtime/order-feed.ts';
import type { Deciders } from '../orders/deciders.ts';
import { answerQuestion } from './answer.ts';
import { previewAnswer } from './preview-answer.ts';
import { refusalOfQuestion } from './question-refusal.ts';

export interface SoldOutDependencies {
  readonly settings: Settings;
  readonly databases: Databases;
  readonly temporal: Client;
  readonly feed: OrderFeed;
  readonly deciders: Deciders;
}

export function soldOutRoutes(
  dependencies: SoldOutDependencies & { rateLimits: RateLimits; holders: Holders },
) {
  const { databases, settings, temporal, rateLimits, holders } = dependencies;
  const { orders, catalog } = databases;

  /** Returns the question, if the caller is the one who is asked. Throws not_found or forbidden. */
  async function askedOf(questionId: string, { record, viewer }: OrderAccess): Promise<QuestionRow> {
    const question = await readQuestion(orders, questionId);
    if (question?.orderId !== record.order.id) throw notFound('This question');
    if (question.participantId !== viewer.participantId) throw forbidden('Somebody else is asked this.');
    return question;
  }

  const show = async (id: string, { viewer, show: shown }: OrderAccess) => ({
    order: shown((await readOrder(orders, id))!.order),
    viewer,
  });

  return {
    'POST /api/orders/:id/lines/:lineId/sold-out': async ({ params, body, access, user, idempotencyKey }) => {
      const { id: orderId, lineId } = params;
      const { lines } = access.record.order;
      const requestHash = hashBody({ ...body, lineId });
      const id = requestIdFor(`sold out ${orderId}`, user.id, idempotencyKey);
      const question = await runCommand<QuestionRow, QuestionRow, Suggestion>({
        before: await readQuestion(orders, id),
        isSame: (row) => row.requestHash === requestHash,
        check: async () => ({ suggestion: await priceSuggestion(catalog, body.suggestion) }),
        write: async ({ suggestion }) => {
          const forMs = soldOutMsOf(await settings.read());
          return askAboutLine(orders, {
            ...{ id, orderId, lineId, requestHash, suggestion, forMs },
            ...{ quantity: body.quantity, actorId: user.id },
          }).catch((error: unknown) => {
            throw error instanceof QuestionRefused ? refusalOfQuestion(error, access.record.order) : error;
          });
        },
        carryOut: async (row) => {
          const variantId = lines.find((line) => line.id === row.lineId)?.variantId;
          if (body.takeOffMenu && row.status === 'open' && variantId !== undefined)
            await setAvailable(catalog, variantId, 0, user.id);
          await tellOrder(temporal, orderId);
          return row;
        },
      });
      return { status: 201, body: { ...(await show(orderId, access)), questionId: question.id } };
    },
    'POST /api/orders/:id/questions/:questionId/preview': async ({ params, body, access }) => {
      const question = await askedOf(params.questionId, access);
      return { status: 200, body: await previewAnswer(dependencies, access, question, body) };
    },
    'POST /api/orders/:id/questions/:questionId/answer': async ({
      ctx,
      params,
      body,
      access,
      idempotencyKey,
    }) => {
      const question = await askedOf(params.questionId, access);
      await rateLimits.consume('pay', { client: ctx.state.client, person: question.participantId });
      const { viewer } = access;
      const { change, isOver } = await answerQuestion(dependencies, {
        id: requestIdFor(`answer ${question.id}`, question.participantId, idempotencyKey),
        ...{ order: access.record.order, question, body },
        userId: access.person.user?.id ?? null,
        network: holders.networkKey(ctx.state.client),
        show: (order) => orderFor(order, viewer),
      });
      const { order } = (await readOrder(orders, params.id))!;
      return { status: isOver ? 201 : 202, body: { order: orderFor(order, viewer), viewer, change } };
    },
    'POST /api/orders/:id/questions/:questionId/withdraw': async ({ params, access, user }) => {
      const { id: orderId, questionId } = params;
      const question = await readQuestion(orders, questionId);
      if (question?.orderId !== orderId) throw notFound('This question');
      await withdrawQuestion(orders, { orderId, questionId, actorId: user.id }).catch((error: unknown) => {
        throw error instanceof QuestionRefused ? refusalOfQuestion(error, access.record.order) : error;
      });
      await tellOrder(temporal, orderId);
      return { status: 200, body: await show(orderId, access) };
    },
  } satisfies Partial<Handlers>;
}

interface Suggestion {
  readonly suggestion: PricedLine | null;
}

/** Throws invalid_request with the fields of the suggestion. */
async function priceSuggestion(
  catalog: Databases['catalog'],
  suggestion: LineInput | undefined,
): Promise<PricedLine | null> {
  if (!suggestion) return null;
  const pricing = await priceLines(catalog, [suggestion]);
  if ('lines' in pricing) return pricing.lines[0]!;
  throw invalidRequest(
    'This cannot be suggested.',
    pricing.problems.map((problem) => ({ ...problem, path: ['suggestion', ...problem.path.slice(2)] })),
  );
}
