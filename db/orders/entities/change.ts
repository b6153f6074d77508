/** Changes of confirmed orders, and the bills that they replaced. */

import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { CHANGE_END_REASONS, CHANGE_STATUSES, type ChangeDraft } from '../../../domain/order-change.ts';
import type { PricedLine } from '../../catalog/products/pricing.ts';

/** A line that a change adds, with the id that it will have. */
export type AddedLine = PricedLine & { readonly id: string };

export const ChangeEntity = defineEntity({
  name: 'Change',
  tableName: 'changes',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid(),
    /** SHA-256 of the request body, compared when the idempotency key is reused. */
    requestHash: p.text(),
    status: p.enum(CHANGE_STATUSES).default('requested'),
    /** Why it was given up; null unless it was. */
    reason: p.enum(CHANGE_END_REASONS).nullable(),
    /** Who asked for it, and pays it. */
    participantId: p.uuid(),
    /** The version of the bill that it makes. */
    billVersion: p.integer(),
    /** What she agreed to pay more or, if it is negative, to get back. */
    differenceAmount: p.integer(),
    draft: p.json<ChangeDraft<AddedLine>>(),
    /** The share that pays the difference; null if nothing is to pay. */
    shareId: p.uuid().nullable(),
    /** What was short, if that is why it was given up. */
    shortages: p.json<readonly { variantId: string; requested: number; available: number }[]>().nullable(),
    /** What is left to do once it is applied: units to put on sale, and refunds to make. */
    outcome: p
      .json<{
        readonly takenOff: readonly { variantId: string; quantity: number }[];
        readonly refundIds: readonly string[];
      }>()
      .nullable(),
    /** A hold that is decided after this time is refused: nobody waits for the answer any more. */
    acceptBefore: p.datetime(),
    deadline: p.datetime().nullable(),
    createdAt: p.datetime(),
  },
});
export type ChangeRow = InferEntity<typeof ChangeEntity>;

/** An earlier version of an order's bill. */
export const BillEntity = defineEntity({
  name: 'Bill',
  tableName: 'bills',
  properties: {
    orderId: p.uuid().primary(),
    version: p.integer().primary(),
    totalAmount: p.integer(),
    lines: p.json<readonly object[]>(),
    replacedAt: p.datetime(),
  },
});
