/** What whoever ordered a line that has run out is asked, and what came of it (ADR 31). */

import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { QUESTION_STATUSES, SOLD_OUT_ANSWERS, SOLD_OUT_CHOICES } from '../../../domain/sold-out.ts';
import type { PricedLine } from '../../catalog/products/pricing.ts';

export const QuestionEntity = defineEntity({
  name: 'Question',
  tableName: 'questions',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid(),
    /** A line that may be gone once it was answered. */
    lineId: p.uuid(),
    /** Who is asked: she has ordered the line. */
    participantId: p.uuid(),
    /** SHA-256 of the request body, compared when the idempotency key is reused. */
    requestHash: p.text(),
    /** The line's name, as it was when she was asked. */
    name: p.text(),
    /** The units that have run out; they are never on sale again by what is done about them. */
    quantity: p.integer(),
    /** What staff suggest instead, with its price of then; null: nothing. */
    suggestion: p.json<PricedLine>().nullable(),
    /** What she chose at ordering. */
    ifSoldOut: p.enum(SOLD_OUT_CHOICES),
    status: p.enum(QUESTION_STATUSES).default('open'),
    /** What is done; null while it is open, and if nothing was to be done. */
    answer: p.enum(SOLD_OUT_ANSWERS).nullable(),
    /** Nothing is missing any more: staff have found the units after all, or they were given back. */
    isMoot: p.boolean().default(false),
    deadline: p.datetime(),
    /** The change that does it; null if none does. */
    changeId: p.uuid().nullable(),
    /** How often the workflow has begun to do what she chose at ordering. */
    attempts: p.integer().default(0),
    /** The staff member who has asked. */
    actorId: p.text(),
    createdAt: p.datetime(),
  },
});
export type QuestionRow = InferEntity<typeof QuestionEntity>;
