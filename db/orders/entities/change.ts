/** Changes of confirmed orders, the bills that they replaced, and discounts. */

import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Allocation } from '../../../domain/allocations.ts';
import type { ChangeStory } from '../../../domain/change-story.ts';
import {
  CHANGE_END_REASONS,
  CHANGE_MAKERS,
  CHANGE_SETTLEMENTS,
  CHANGE_STATUSES,
  type ChangeDraft,
} from '../../../domain/order-change.ts';
import type { PricedLine } from '../../catalog/products/pricing.ts';

/** A line that a change adds, with the id that it will have. */
export type AddedLine = PricedLine & {
  readonly id: string;
  /** Whose it is. */
  readonly participantId: string;
  /** The line that it is made anew of, which those pay who share that one; null: she alone pays it. */
  readonly likeLineId: string | null;
};

export const ChangeEntity = defineEntity({
  name: 'Change',
  tableName: 'changes',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid(),
    /** SHA-256 of the request body, compared when the idempotency key is reused. */
    requestHash: p.text(),
    status: p.enum(CHANGE_STATUSES).default('requested'),
    /** Why it was, or is about to be, given up; else null. */
    reason: p.enum(CHANGE_END_REASONS).nullable(),
    madeBy: p.enum(CHANGE_MAKERS).default('guest'),
    /** Why staff made it, in their words: for its readers alone. */
    reasonText: p.text().nullable(),
    /** How more is paid that staff have added. */
    settle: p.enum(CHANGE_SETTLEMENTS).nullable(),
    /** The question that it answers; null if it answers none. */
    questionId: p.uuid().nullable(),
    /** The guest who asked for it; null if staff or the shop did. */
    participantId: p.uuid().nullable(),
    /** The account or participant in the order's history. */
    actorId: p.text().nullable(),
    /** The version of the bill that it makes. */
    billVersion: p.integer(),
    /** What all pay more or, if it is negative, get back. */
    differenceAmount: p.integer(),
    draft: p.json<ChangeDraft<AddedLine>>(),
    /** What was short, if that is why it was given up. */
    shortages: p.json<readonly { variantId: string; requested: number; available: number }[]>().nullable(),
    /** What is left to do once it is applied: units to put on sale, and refunds to make; and what it was. */
    outcome: p
      .json<
        ChangeStory & {
          readonly takenOff: readonly { variantId: string; quantity: number }[];
          /** Of a change that answers a question: units that are not put on sale again. */
          readonly gone?: readonly { variantId: string; quantity: number }[];
          readonly refundIds: readonly string[];
        }
      >()
      .nullable(),
    /** A hold that is decided after this time is refused: nobody waits for the answer any more. */
    acceptBefore: p.datetime(),
    deadline: p.datetime().nullable(),
    appliedAt: p.datetime().nullable(),
    /** When the kitchen has seen it. */
    seenAt: p.datetime().nullable(),
    /** Who has seen it in the kitchen. */
    seenBy: p.text().nullable(),
    createdAt: p.datetime(),
  },
});
export type ChangeRow = InferEntity<typeof ChangeEntity>;

/** Somebody whose part of the bill a change moves. */
export const ChangePayerEntity = defineEntity({
  name: 'ChangePayer',
  tableName: 'change_payers',
  properties: {
    changeId: p.uuid().primary(),
    participantId: p.uuid().primary(),
    /** What she pays more or, if it is negative, gets back. */
    differenceAmount: p.integer(),
    /** What of it is to be paid. */
    payAmount: p.integer().default(0),
    /** The share that pays it; null until it is held, and if nothing is to pay. */
    shareId: p.uuid().nullable(),
    agreedAt: p.datetime().nullable(),
  },
});
export type ChangePayerRow = InferEntity<typeof ChangePayerEntity>;
/** A line of an earlier bill, with what each share paid of it. Names of options are kept since they are told, too. */
export interface BillLine {
  readonly id: string;
  readonly name: string;
  readonly options?: readonly string[];
  readonly quantity: number;
  readonly unitAmount: number;
  readonly discountAmount?: number;
  readonly amount: number;
  readonly taxRate: number;
  readonly allocations: Readonly<Record<string, number>> | null;
}

/** An earlier version of an order's bill. */
export const BillEntity = defineEntity({
  name: 'Bill',
  tableName: 'bills',
  properties: {
    orderId: p.uuid().primary(),
    version: p.integer().primary(),
    totalAmount: p.integer(),
    lines: p.json<readonly BillLine[]>(),
    replacedAt: p.datetime(),
  },
});

/** What a manager has given up of a change that costs more. */
export const DiscountEntity = defineEntity({
  name: 'Discount',
  tableName: 'discounts',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid(),
    changeId: p.uuid(),
    /** In the words of its giver; they are in no event, history or log. */
    name: p.text(),
    amount: p.integer(),
    /** Its part of each line, as it was given. */
    lines: p.json<readonly Allocation[]>(),
    /** The account that gave it. */
    userId: p.text(),
    createdAt: p.datetime(),
  },
});
