/** The contract of tabs: ordering together. */

import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { ACTION_NAMES } from '../permissions.ts';
import { SOLD_OUT_CHOICES } from '../sold-out.ts';
import { JOIN_CODE_LENGTH, ON_DEADLINE, SETTLEMENTS, TAB_EVENT_TYPES, TAB_STATUSES } from '../tab.ts';
import { amount, currency, id, mailAddress, pageOf, pageQuery, prose, text, time } from './fields.ts';
import { refusedAs } from './problem-of.ts';
import { orderAnswer } from './orders.ts';
import { knockerSchema, placeInputSchema, placeSchema, spotSchema } from './places.ts';
import { tabLineSchema } from './basket.ts';
import { tabRoundSchema } from './rounds.ts';
import { tabCardSchema } from './tab-cards.ts';
import { CARD_REFUSALS } from '../tab-card.ts';
import { owedLineSchema, tabClaimSchema, tabPaymentSchema } from './tab-payments.ts';

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

/**
 * `POST /api/tabs/:id/move`: to a spot, or to a typed place; `spotId` stands for a place at that spot. By the code that
 * is printed there, its people are seated at it, as by staff.
 */
export const moveTabSchema = z
  .strictObject({
    spotId: id.optional(),
    spotCode: z.string().max(64).optional(),
    place: placeInputSchema.optional(),
  })
  .refine(
    ({ spotId, spotCode, place }) => spotId !== undefined || spotCode !== undefined || place !== undefined,
    { ...refusedAs({ code: 'required' }), path: ['spotId'] },
  )
  .transform(({ spotId, spotCode, place }) => ({
    spotCode,
    place: spotId === undefined ? place : { ...place, spotId },
  }));

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
    /** What is to be done if something of hers runs out after it was sent. */
    ifSoldOut: z.enum(SOLD_OUT_CHOICES),
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
    /**
     * What was shown as the amount that is charged to the card on file; if something else is open now, the API responds
     * with 409 `version_conflict` and closes nothing.
     */
    expectedAmount: amount,
  })
  .partial();

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
  /** What is to be done if something of hers runs out after it was sent. */
  ifSoldOut: z.enum(SOLD_OUT_CHOICES),
  joinedAt: time,
});
export type TabParticipant = z.infer<typeof tabParticipantSchema>;

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
  /** The card on file of a tab that is paid after; null if there is none. */
  card: tabCardSchema.nullable(),
  /** When what is owed is charged to that card, if nobody does anything; null while it is not. */
  chargesAt: time.nullable(),
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

export const roundAnswer = orderAnswer.extend({ tab: tabSchema });

/** `GET /api/tabs?status=&ended=&owed=&q=`: one's own, or for staff all, newest first. */
export const tabsQuerySchema = z.strictObject({
  status: z.enum(TAB_STATUSES).optional(),
  /** Only those that are open, or closing. */
  ended: z.literal('false').optional(),
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
    /** Why its card on file was refused; null if it was not. Staff have to see to it. */
    cardRefused: z.enum(CARD_REFUSALS).nullable(),
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
