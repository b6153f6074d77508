/** The contract of tabs: ordering together. */

import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { ORDER_STATUSES } from '../order.ts';
import { ACTION_NAMES } from '../permissions.ts';
import { PAYMENT_METHODS } from '../payment.ts';
import { PAYMENT_STATUSES } from '../share.ts';
import {
  JOIN_CODE_LENGTH,
  ON_DEADLINE,
  SETTLEMENTS,
  TAB_EVENT_TYPES,
  TAB_LIMITS,
  TAB_STATUSES,
} from '../tab.ts';
import { TAX_CLASSES } from '../tax-class.ts';
import { paymentMethodId } from './cards.ts';
import { amount, currency, id, mailAddress, pageOf, pageQuery, prose, text, time } from './fields.ts';
import { refusedAs } from './problem-of.ts';
import { chosenOptionSchema, lineInputSchema, orderAnswer, placedOrderAnswer } from './orders.ts';
import { paymentAnswer } from './payments.ts';
import { knockerSchema, placeInputSchema, placeSchema, spotSchema } from './places.ts';

const ifVersion = z.int().min(1);

/** Who shares a line, and with what weight; 1 if none is given. */
export const sharerSchema = z.strictObject({
  participantId: id,
  weight: z.int().min(1).max(TAB_LIMITS.weight).default(1),
});
const sharedBetween = z.array(sharerSchema).min(1).max(TAB_LIMITS.people);

const settingFields = {
  title: text(LIMITS.nameLength).nullable(),
  /** By when everyone must have paid what was sent. */
  deadline: time.nullable(),
  /** The most that one participant may order per round, in minor units. */
  spendingLimit: amount.min(1).nullable(),
  /** What happens to a round that is not paid by its deadline. */
  onDeadline: z.enum(ON_DEADLINE),
  /** Sends the basket by itself as soon as everyone who has chosen something is ready. */
  sendsWhenReady: z.boolean(),
  place: placeInputSchema.nullable(),
};

/** `POST /api/tabs`. */
export const openTabSchema = z.strictObject({
  /** The name by which the others know the person who opens it. */
  name: text(LIMITS.nameLength),
  email: mailAddress.optional(),
  /** By default the usual way there; one that the shop does not offer is refused. */
  settlement: z.enum(SETTLEMENTS).optional(),
  /** The printed code of the table, lane or counter. */
  spotCode: z.string().max(64).optional(),
  ...z.strictObject(settingFields).partial().shape,
});
export type OpenTab = z.output<typeof openTabSchema>;

/** `POST /api/tabs/join`: with the spoken code, or with the secret of the link. */
export const joinTabSchema = z
  .strictObject({
    /** Six characters; case, spaces, dashes and dots do not matter. */
    code: z
      .string()
      .max(JOIN_CODE_LENGTH * 4)
      .optional(),
    secret: z.string().max(64).optional(),
    name: text(LIMITS.nameLength).optional(),
    email: mailAddress.optional(),
  })
  .refine(({ code, secret }) => (code === undefined) !== (secret === undefined), {
    ...refusedAs({ code: 'code_or_secret' }),
    path: ['code'],
  });
export type JoinTab = z.output<typeof joinTabSchema>;

/** `PATCH /api/tabs/:id`: changes only the given fields. */
export const updateTabSchema = z.strictObject({ ...settingFields, isLocked: z.boolean() }).partial();
export type UpdateTab = z.output<typeof updateTabSchema>;

/** `POST /api/tabs/:id/move`: to a spot, or to a typed place; `spotId` stands for a place at that spot. */
export const moveTabSchema = z
  .strictObject({ spotId: id.optional(), place: placeInputSchema.optional() })
  .refine(({ spotId, place }) => spotId !== undefined || place !== undefined, {
    ...refusedAs({ code: 'required' }),
    path: ['spotId'],
  })
  .transform(({ spotId, place }) => (spotId === undefined ? place! : { ...place, spotId }));

/** `POST /api/tabs/:id/merge`. */
export const mergeTabSchema = z.strictObject({ intoTabId: id });

/** `POST /api/tabs/:id/participants`: a person without a phone. */
export const addTabParticipantSchema = z.strictObject({ name: text(LIMITS.nameLength) });

/** `PATCH /api/tabs/:id/participants/:participantId`: changes only the given fields. */
export const updateTabParticipantSchema = z
  .strictObject({
    name: text(LIMITS.nameLength),
    email: mailAddress.nullable(),
    /** What the kitchen must know of her for as long as the tab is open. */
    allergies: prose(LIMITS.noteLength).nullable(),
  })
  .partial();

/** `POST /api/tabs/:id/ready`. */
export const tabReadySchema = z.strictObject({
  isReady: z.boolean(),
  /** Another participant, for the host and staff. */
  participantId: id.optional(),
});

/** `POST /api/tabs/:id/host`: hands the host's role over, or takes it over if the host has left for long. */
export const tabHostSchema = z.strictObject({ participantId: id });

/** `POST /api/tabs/:id/close`. */
export const closeTabSchema = z
  .strictObject({
    /** What is still owed is given up: its people have left. Staff only. */
    writeOff: z.strictObject({ reason: text(LIMITS.reasonLength) }),
  })
  .partial();

/** `POST /api/tabs/:id/lines`. */
export const tabLineInputSchema = lineInputSchema.extend({
  /** Whose line it is; only the host and staff may name somebody else. */
  participantId: id.optional(),
  /** Absent: its owner alone. */
  sharedBetween: sharedBetween.optional(),
});
export type TabLineInput = z.output<typeof tabLineInputSchema>;

/** `PATCH /api/tabs/:id/lines/:lineId`: changes only the given fields. */
export const updateTabLineSchema = z.strictObject({
  ifVersion,
  ...tabLineInputSchema.omit({ note: true }).partial().shape,
  note: text(LIMITS.noteLength).nullable().optional(),
});
export type UpdateTabLine = z.output<typeof updateTabLineSchema>;

/** `DELETE /api/tabs/:id/lines/:lineId?ifVersion=`, or the same in the body: clients differ in which they can send. */
export const removeTabLineQuerySchema = z.strictObject({
  ifVersion: z.coerce.number().pipe(ifVersion).optional(),
});
export const removeTabLineSchema = z.strictObject({ ifVersion }).partial();

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

/** What of a tab somebody pays. */
export const whatSchema = z.discriminatedUnion('kind', [
  /** What she has ordered, and her part of what she shares. */
  z.strictObject({ kind: z.literal('mine') }),
  /** All that is open of these lines, or so many units of them. */
  z.strictObject({
    kind: z.literal('lines'),
    lines: z
      .array(z.strictObject({ lineId: id, quantity: z.int().min(1).max(LIMITS.quantityPerLine).optional() }))
      .min(1)
      .max(TAB_LIMITS.paidLines),
  }),
  /** One of so many equal parts of the bill. */
  z.strictObject({ kind: z.literal('even'), of: z.int().min(1).max(TAB_LIMITS.evenParts) }),
  z.strictObject({ kind: z.literal('amount'), amount: amount.min(1) }),
  /** All that nobody has paid, nor is paying now. */
  z.strictObject({ kind: z.literal('rest') }),
]);
export type WhatInput = z.output<typeof whatSchema>;

/** `POST /api/tabs/:id/payments`: sets a part of what the tab owes aside for its payer, and charges it at once if a card is given. */
export const payTabSchema = z
  .strictObject({
    what: whatSchema,
    tipAmount: amount.optional(),
    /** Absent: it is paid on its own page, or in cash, within a few minutes. */
    paymentMethodId: paymentMethodId.optional(),
    savePaymentMethod: z.boolean().optional(),
    /** The amount that the payer was shown; if it is another one now, the API responds `409 version_conflict`. */
    expectedAmount: amount.optional(),
    /** Who pays; only staff name somebody else. */
    participantId: id.optional(),
  })
  .refine((pay) => pay.savePaymentMethod !== true || pay.paymentMethodId !== undefined, {
    ...refusedAs({ code: 'card_required' }),
    path: ['savePaymentMethod'],
  });
export type PayTab = z.output<typeof payTabSchema>;

export const tabParticipantSchema = z.strictObject({
  id,
  /** Unique in the tab: the second Mia is `Mia 2`. */
  name: z.string(),
  isReady: z.boolean(),
  /** Whether one of her screens is connected. */
  isHere: z.boolean(),
  /** Whether she has left, or was removed. */
  hasLeft: z.boolean(),
  /** What the kitchen must know of her; shown to herself, the host and staff, null for all others. */
  allergies: z.string().nullable(),
  joinedAt: time,
});
export type TabParticipant = z.infer<typeof tabParticipantSchema>;

/** A line in the basket. */
export const tabLineSchema = z.strictObject({
  id,
  /** Rises with every change; changes name the version that they are based on. */
  version: z.int(),
  participantId: id,
  sharedBetween: z.array(z.strictObject({ participantId: id, weight: z.int() })),
  variantId: id,
  productId: id.nullable(),
  category: z.string().nullable(),
  name: z.string(),
  options: z.array(chosenOptionSchema),
  quantity: z.int(),
  unitAmount: z.int(),
  amount: z.int(),
  taxRate: z.int(),
  taxClass: z.enum(TAX_CLASSES).nullable(),
  note: z.string().nullable(),
});
export type TabLine = z.infer<typeof tabLineSchema>;

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
  createdAt: time,
});
export type TabRound = z.infer<typeof tabRoundSchema>;

/** What was chosen to be paid, without the lines; `of`: one of so many equal parts. */
const chosenSchema = z.strictObject({
  kind: z.enum(['mine', 'lines', 'even', 'amount', 'rest']),
  of: z.int().optional(),
});

/** A part of the bill that somebody is paying right now: nobody else pays it until `until`. */
export const tabClaimSchema = z.strictObject({
  /** The order of the payment. */
  orderId: id,
  participantId: id,
  what: chosenSchema,
  amount: z.int(),
  /** When it ends by itself if it isn't paid; null while it is being charged. */
  until: time.nullable(),
});

/** A payment of a tab. Its tip is its payer's own affair. */
export const tabPaymentSchema = z.strictObject({
  orderId: id,
  participantId: id,
  what: chosenSchema,
  amount: z.int(),
  /** What of `amount` was given back. */
  refundedAmount: z.int(),
  method: z.enum(PAYMENT_METHODS),
  at: time,
});
export type TabPayment = z.infer<typeof tabPaymentSchema>;

const duePartSchema = z.strictObject({ participantId: id, amount: z.int() });

/** A line of a round that is not wholly paid. */
export const owedLineSchema = z.strictObject({
  lineId: id,
  orderId: id,
  /** Who ordered it. */
  participantId: id,
  name: z.string(),
  options: z.array(z.string()),
  note: z.string().nullable(),
  quantity: z.int(),
  unitAmount: z.int(),
  amount: z.int(),
  taxRate: z.int(),
  /** What of it nobody has paid, nor is paying now. */
  openAmount: z.int(),
  /** Whose the open part is; it sums to `openAmount`. */
  due: z.array(duePartSchema),
  /** What of it is being paid right now, by whom. */
  claimed: z.array(duePartSchema),
});
export type OwedLine = z.infer<typeof owedLineSchema>;

export const tabSchema = z.strictObject({
  id,
  title: z.string().nullable(),
  status: z.enum(TAB_STATUSES),
  settlement: z.enum(SETTLEMENTS),
  version: z.int(),
  currency,
  /** The participant who leads it. */
  host: id,
  spot: spotSchema.nullable(),
  /** Where its rounds go; null if they are collected at the counter. */
  place: placeSchema.nullable(),
  isLocked: z.boolean(),
  deadline: time.nullable(),
  onDeadline: z.enum(ON_DEADLINE),
  spendingLimit: z.int().nullable(),
  sendsWhenReady: z.boolean(),
  /** The invitation; both null once the tab has ended. */
  joinUrl: z.string().nullable(),
  joinCode: z.string().nullable(),
  /** The tab to which everything of this one belongs since staff merged them; null for all others. */
  mergedInto: id.nullable(),
  /** Who asks at the spot to be let in, in the order of asking. */
  knocks: z.array(knockerSchema),
  participants: z.array(tabParticipantSchema),
  /** The basket, in the order in which it was filled. */
  lines: z.array(tabLineSchema),
  rounds: z.array(tabRoundSchema),
  /** What the basket costs now. */
  basketAmount: z.int(),
  /** What each of the participants would pay of the basket if it were sent now, everybody her own; 0 included. */
  parts: z.array(z.strictObject({ participantId: id, amount: z.int() })),
  /** The bills of all rounds that were not given up; in a tab that is paid after, without what was canceled of them. */
  totalAmount: z.int(),
  /** What was paid of them and not given back, tips excluded. */
  paidAmount: z.int(),
  /** What staff have written off. */
  writtenOffAmount: z.int(),
  /** What is still to be paid of them, including what somebody is paying right now. */
  owedAmount: z.int(),
  /** When a tab that is paid up closes by itself, if nobody does anything; null while it does not. */
  closesAt: time.nullable(),
  /** Parts that somebody is paying right now; none in a tab that is settled before. */
  claims: z.array(tabClaimSchema),
  /** The payments of a tab that is settled after, oldest first. */
  payments: z.array(tabPaymentSchema),
  /** The lines of a tab that is settled after, except those that are wholly paid, oldest first. */
  owed: z.array(owedLineSchema),
  createdAt: time,
  updatedAt: time,
});
export type Tab = z.infer<typeof tabSchema>;

export const tabViewerSchema = z.strictObject({
  /** Null for staff. */
  participantId: id.nullable(),
  isHost: z.boolean(),
  /** What she still has to pay of the rounds, without what she or others are paying right now. */
  owedAmount: z.int(),
  /** Her own mail address, for receipts and reminders. */
  email: z.string().nullable(),
  /** What she may do in this tab. */
  may: z.array(z.enum(ACTION_NAMES)),
});
export type TabViewer = z.infer<typeof tabViewerSchema>;

export const tabAnswer = z.strictObject({ tab: tabSchema, viewer: tabViewerSchema });

/** The answer to who opens or joins a tab. `guestToken` proves her on every later request. */
export const joinedTabAnswer = tabAnswer.extend({
  participant: tabParticipantSchema,
  joinUrl: z.string().nullable(),
  joinCode: z.string().nullable(),
  guestToken: z.string().optional(),
});

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

/**
 * The answer to a payment of a tab: its own order, of kind `settlement`, with its one share. `payment` is null until
 * somebody pays it. `guestToken` proves a payer without an account.
 */
export const tabPaymentAnswer = placedOrderAnswer.extend({
  share: paymentAnswer.shape.share,
  payment: paymentAnswer.shape.payment.nullable(),
});

export const roundAnswer = orderAnswer.extend({ tab: tabSchema });

/** `GET /api/tabs?status=&owed=&q=`: one's own, or for staff all, newest first. */
export const tabsQuerySchema = z.strictObject({
  status: z.enum(TAB_STATUSES).optional(),
  /** Only those of which something is still to be paid. */
  owed: z.literal('true').optional(),
  /** Words of its title, its place and its people's names; or, of the whole, its code or an amount of it. */
  q: text(LIMITS.nameLength).optional(),
  ...pageQuery,
});

/** A tab in a list. */
export const tabSummarySchema = tabSchema
  .pick({
    id: true,
    title: true,
    status: true,
    settlement: true,
    version: true,
    currency: true,
    spot: true,
    place: true,
    totalAmount: true,
    paidAmount: true,
    owedAmount: true,
    createdAt: true,
    updatedAt: true,
  })
  .extend({
    participants: z.array(z.strictObject({ id, name: z.string() })),
    roundCount: z.int(),
    /** Rounds that are being paid or prepared. */
    runningRounds: z.int(),
    lastOrderAt: time.nullable(),
    lastActivityAt: time,
    /** How many wait at its spot to be let in. */
    knockCount: z.int(),
  });
export type TabSummary = z.infer<typeof tabSummarySchema>;

/** A page of tabs. */
export const tabsAnswer = pageOf(tabSummarySchema).extend({
  /** With the first page, for staff: what all the tabs that match owe together, in each currency. */
  owedAmounts: z.array(z.strictObject({ currency, amount: z.int() })).nullable(),
});

export const tabEventSchema = z.strictObject({
  tabId: id,
  version: z.int(),
  type: z.enum(TAB_EVENT_TYPES),
  at: time,
  actor: z.enum(['participant', 'host', 'agent', 'workflow']),
  /** The participant who did it; null for staff and the workflow. */
  participantId: id.nullable(),
  /** Whom, which line or which round it is about. */
  aboutParticipantId: id.optional(),
  lineId: id.optional(),
  orderId: id.optional(),
  shareId: id.optional(),
  amount: z.int().optional(),
  /** The other tab, of two that were merged. */
  otherTabId: id.optional(),
  /** Of `ready_changed`: what she has said. */
  isReady: z.boolean().optional(),
  /** The name of the line, in a tab's history: also of one that was sent. */
  lineName: z.string().optional(),
});
export type TabEvent = z.infer<typeof tabEventSchema>;
