/** The contract of a tab's rounds: what is sent, and how its bill is split. */

import { z } from 'zod';
import { ORDER_STATUSES } from '../order.ts';
import { PAYMENT_STATUSES } from '../share.ts';
import { TAB_LIMITS } from '../tab.ts';
import { amount, id, time } from './fields.ts';
import { questionSchema } from './order-changes.ts';
import { refusedAs } from './problem-of.ts';

const lineIds = z.array(id).min(1).max(TAB_LIMITS.lines);
const treatSchema = z.strictObject({
  kind: z.literal('treat'),
  /** Who pays for them. */
  payerId: id,
  /** Whom she treats; absent: everybody. */
  participantIds: z.array(id).min(1).max(TAB_LIMITS.people).optional(),
});

/** Agreed amounts, which sum to the bill, or agreed percentages, which sum to 10000 basis points. */
const customSchema = z
  .strictObject({
    kind: z.literal('custom'),
    amounts: z
      .array(z.strictObject({ participantId: id, amount }))
      .min(1)
      .max(TAB_LIMITS.people)
      .optional(),
    percents: z
      .array(z.strictObject({ participantId: id, basisPoints: z.int().min(0).max(10_000) }))
      .min(1)
      .max(TAB_LIMITS.people)
      .optional(),
  })
  .refine(({ amounts, percents }) => (amounts === undefined) !== (percents === undefined), {
    path: ['amounts'],
    ...refusedAs({ code: 'amounts_or_percents' }),
  })
  .transform(({ kind, amounts, percents }) =>
    amounts === undefined ? { kind, percents: percents! } : { kind, amounts },
  );

/** The rule by which a round's bill becomes shares. */
export const splitSchema = z.discriminatedUnion('kind', [
  /** Everybody pays her lines, and her part of shared ones. */
  z.strictObject({
    kind: z.literal('own'),
    treats: z.array(treatSchema).max(TAB_LIMITS.people).optional(),
  }),
  /** All in equal parts; excepted lines stay with those they belong to. */
  z.strictObject({
    kind: z.literal('even'),
    except: z.array(id).max(TAB_LIMITS.lines).optional(),
    participantIds: z.array(id).min(1).max(TAB_LIMITS.people).optional(),
    treats: z.array(treatSchema).max(TAB_LIMITS.people).optional(),
  }),
  treatSchema,
  customSchema,
]);
export type SplitInput = z.output<typeof splitSchema>;

/** `POST /api/tabs/:id/rounds/preview`: how a split would turn out; nothing is sent. */
export const previewRoundSchema = z.strictObject({
  lineIds: lineIds.optional(),
  split: splitSchema.optional(),
});

/** `POST /api/tabs/:id/rounds`. */
export const sendRoundSchema = previewRoundSchema.extend({
  /** The total that the sender was shown; with another price the API responds `409 version_conflict`. */
  expectedAmount: amount.optional(),
});
export type SendRound = z.output<typeof sendRoundSchema>;

/** A round in its tab; the order itself is at `GET /api/orders/:id`. */
export const tabRoundSchema = z.strictObject({
  orderId: id,
  /** Counts the tab's rounds from 1. */
  number: z.int(),
  /** The number that the shop calls; null before it is confirmed. */
  orderNumber: z.int().nullable(),
  /** The order's. */
  version: z.int(),
  status: z.enum(ORDER_STATUSES),
  paymentStatus: z.enum(PAYMENT_STATUSES),
  totalAmount: z.int(),
  /** What its people are asked about lines that have run out, and have not answered. */
  questions: z.array(questionSchema),
  /** Participants who are to agree to a change of it, or to pay it, and have not. */
  asked: z.array(id),
  createdAt: time,
});
export type TabRound = z.infer<typeof tabRoundSchema>;

/** Why somebody pays what she pays: her part of each line, fee and discount. */
export const explainedPartSchema = z.strictObject({
  lineId: id,
  amount: z.int(),
  /** Her weight and the sum of all weights: `2 of 3`. */
  weight: z.int(),
  of: z.int(),
  /** Whose part it is, if she pays it for somebody else. */
  forParticipantId: id.nullable(),
});
export const previewedShareSchema = z.strictObject({
  participantId: id,
  amount: z.int(),
  parts: z.array(explainedPartSchema),
});
export const previewRoundAnswer = z.strictObject({
  totalAmount: z.int(),
  shares: z.array(previewedShareSchema),
  /** By how much custom amounts are over the bill; negative if they are under it, 0 if the split can be sent. */
  differenceAmount: z.int(),
});
