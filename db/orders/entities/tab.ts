/** A tab with its people and its history. Its basket is of lines, its rounds are orders (entities/order.ts). */

import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Place } from '../../../domain/contract/places.ts';
import { SOLD_OUT_CHOICES } from '../../../domain/sold-out.ts';
import {
  ON_DEADLINE,
  SETTLEMENTS,
  TAB_EVENT_TYPES,
  TAB_STATUSES,
  type TabEventData,
} from '../../../domain/tab.ts';

export const TabEntity = defineEntity({
  name: 'Tab',
  tableName: 'tabs',
  properties: {
    id: p.uuid().primary(),
    title: p.text().nullable(),
    status: p.enum(TAB_STATUSES),
    /** The version of the newest event; 1 when the tab is opened. */
    version: p.integer(),
    settlement: p.enum(SETTLEMENTS),
    onDeadline: p.enum(ON_DEADLINE),
    /** The basket is sent as soon as everybody in the tab is ready. */
    sendsWhenReady: p.boolean().default(false),
    currency: p.text(),
    place: p.json<Place>().nullable(),
    /** The spot by whose code it was opened, as long as its people sit there. */
    spotId: p.uuid().nullable(),
    hostParticipantId: p.uuid(),
    /** To join: six characters to speak, and 128 random bits for a link. Null once the tab has ended. */
    joinCode: p.text().nullable(),
    joinSecret: p.text().nullable(),
    /** Nobody can join. */
    isLocked: p.boolean().default(false),
    /** The tab to which everything of this one belongs, since they were merged. */
    mergedInto: p.uuid().nullable(),
    deadline: p.datetime().nullable(),
    /** What each person may order; null: any amount. */
    spendingLimit: p.integer().nullable(),
    /** Whoever opened it and its network, as HMACs: rounds that it sends by itself count for them. */
    heldBy: p.text().nullable(),
    network: p.text().nullable(),
    /** SHA-256 of the request body, compared when the idempotency key is reused. */
    requestHash: p.text(),
    /** When somebody last did something with it. */
    lastActivityAt: p.datetime(),
    closedAt: p.datetime().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});
export type TabRow = InferEntity<typeof TabEntity>;

export const TabParticipantEntity = defineEntity({
  name: 'TabParticipant',
  tableName: 'tab_participants',
  properties: {
    id: p.uuid().primary(),
    tabId: p.uuid(),
    /** In the order of joining, from 1. */
    position: p.integer(),
    /** As she typed it. */
    name: p.text(),
    /** As it is shown: unique in the tab, `Mia 2`. */
    shownName: p.text(),
    email: p.text().nullable(),
    /** Whether she has verified the address. */
    emailProven: p.boolean().default(false),
    language: p.text().default('en'),
    userId: p.text().nullable(),
    /** In her own words, for this tab alone. */
    allergies: p.text().nullable(),
    /** What is to be done if something of hers runs out after it was sent. */
    ifSoldOut: p.enum(SOLD_OUT_CHOICES).default('leave_out'),
    isReady: p.boolean().default(false),
    joinedAt: p.datetime(),
    /** About when she last had the tab open. */
    seenAt: p.datetime(),
    /** When she left or was removed; null while she is in. */
    leftAt: p.datetime().nullable(),
    /** She was removed: she cannot come back as the same person. */
    isRemoved: p.boolean().default(false),
    /** The tabs that she was in before they were merged into this one. */
    formerTabIds: p.array().default([]),
  },
});
export type TabParticipantRow = InferEntity<typeof TabParticipantEntity>;

/** Somebody who asks to be let into the tab of the spot where she sits. */
export const KnockEntity = defineEntity({
  name: 'Knock',
  tableName: 'knocks',
  properties: {
    /** Also of the participant, once she is let in. */
    id: p.uuid().primary(),
    tabId: p.uuid(),
    name: p.text(),
    email: p.text().nullable(),
    emailProven: p.boolean().default(false),
    language: p.text().default('en'),
    userId: p.text().nullable(),
    status: p.enum(['waiting', 'let_in', 'refused']),
    createdAt: p.datetime(),
    /** One that nobody has answered by then is over. */
    expiresAt: p.datetime(),
  },
});
export type KnockRow = InferEntity<typeof KnockEntity>;

export const TabEventEntity = defineEntity({
  name: 'TabEvent',
  tableName: 'tab_events',
  properties: {
    tabId: p.uuid().primary(),
    version: p.integer().primary(),
    type: p.enum(TAB_EVENT_TYPES),
    at: p.datetime(),
    actor: p.enum(['participant', 'host', 'agent', 'workflow']),
    /** The participant or user who caused it; null for the workflow. */
    actorId: p.text().nullable(),
    /** By this key a repeated command finds its own event. */
    dedupeKey: p.text(),
    /** SHA-256 of the command's request body, compared when its key is reused; null if it is none of a request's. */
    requestHash: p.text().nullable(),
    data: p.json<TabEventData>(),
  },
});
export type TabEventRow = InferEntity<typeof TabEventEntity>;
