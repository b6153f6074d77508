/** The contract of what an order tells of its changes. */

import { z } from 'zod';
import { CHANGE_MAKERS, CHANGE_STATUSES, PAYER_STATES } from '../order-change.ts';
import { QUESTION_STATUSES, SOLD_OUT_ANSWERS } from '../sold-out.ts';
import { id, time } from './fields.ts';
import { placeSchema } from './places.ts';

/** Units of a line, as a change brought or took them; without amounts, so that the kitchen may read them. */
const movedLineSchema = z.strictObject({
  /** Null: the line is not on the order any more. */
  lineId: id.nullable(),
  name: z.string(),
  /** Names of the chosen options. */
  options: z.array(z.string()),
  quantity: z.int(),
  note: z.string().nullable(),
});

/** What a change is: what it brings and takes. */
const storyShape = {
  /** What it adds, more of a line included. */
  came: z.array(movedLineSchema),
  /** What it takes off, fewer of a line included. */
  went: z.array(movedLineSchema),
  /** Lines that get another note. */
  noted: z.array(movedLineSchema),
  /** Where the order went before, and where it goes since; null: it goes where it went. */
  place: z.strictObject({ from: placeSchema.nullable(), to: placeSchema.nullable() }).nullable(),
};

/** The change that is being made; nothing of the order has moved by it. */
export const openChangeSchema = z.strictObject({
  id,
  by: z.enum(CHANGE_MAKERS),
  /** Whose change it is; null if staff's or the shop's. */
  participantId: id.nullable(),
  status: z.enum(CHANGE_STATUSES),
  /** What it costs more or, if it is negative, gives back. */
  differenceAmount: z.int(),
  /** Why, in the words of staff; null for a guest's. */
  reasonText: z.string().nullable(),
  ...storyShape,
  /** When it is given up unless everybody has agreed and paid; null until it is held. */
  deadline: time.nullable(),
  /** Everybody whose part of the bill it moves. */
  payers: z.array(
    z.strictObject({
      participantId: id,
      differenceAmount: z.int(),
      state: z.enum(PAYER_STATES),
      /** The share with which she pays the difference; null if she has none. */
      shareId: id.nullable(),
    }),
  ),
});

/** A change that was applied. */
export const appliedChangeSchema = z.strictObject({
  id,
  at: time,
  by: z.enum(CHANGE_MAKERS),
  participantId: id.nullable(),
  /** Why, in the words of staff; null for a guest's. */
  reasonText: z.string().nullable(),
  differenceAmount: z.int(),
  ...storyShape,
  /** Whether the kitchen has seen it. */
  isSeen: z.boolean(),
});
export type AppliedChange = z.infer<typeof appliedChangeSchema>;

/** What is left of a discount that staff have given. */
export const discountSchema = z.strictObject({
  id,
  name: z.string(),
  /** Positive. */
  amount: z.int(),
  changeId: id,
  /** Its part of each line; they sum to its amount. */
  lines: z.array(z.strictObject({ lineId: id, amount: z.int() })),
});

/** What whoever ordered a line that has run out is asked. */
export const questionSchema = z.strictObject({
  id,
  lineId: id,
  name: z.string(),
  quantity: z.int(),
  /** Who is asked. */
  participantId: id,
  suggestion: z
    .strictObject({
      variantId: id,
      name: z.string(),
      options: z.array(id),
      optionNames: z.array(z.string()),
      unitAmount: z.int(),
      quantity: z.int(),
    })
    .nullable(),
  status: z.enum(QUESTION_STATUSES),
  answer: z.enum(SOLD_OUT_ANSWERS).nullable(),
  /** When what she chose at ordering is done without her answer. */
  deadline: time,
  at: time,
});
