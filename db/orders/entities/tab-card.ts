import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { CARD_REFUSALS } from '../../../domain/tab-card.ts';

/**
 * `asked`: a SetupIntent waits for its card. `live`: on file. `ended`: taken back, replaced, or its tab has ended; it is
 * to be forgotten at Stripe. `forgotten`: it was.
 */
export const TAB_CARD_STATUSES = ['asked', 'live', 'ended', 'forgotten'] as const;

/** A card that somebody gives for what her tab will owe. At most one of a tab is live. */
export const TabCardEntity = defineEntity({
  name: 'TabCard',
  tableName: 'tab_cards',
  properties: {
    id: p.uuid().primary(),
    tabId: p.uuid(),
    participantId: p.uuid(),
    status: p.enum(TAB_CARD_STATUSES),
    /** Null for a card that her account has saved. */
    setupIntentId: p.text().nullable(),
    /** Made for this card alone, or the one of her account. */
    stripeCustomerId: p.text().nullable(),
    paymentMethodId: p.text().nullable(),
    /** Her account has saved it: it stays at Stripe. */
    isSaved: p.boolean().default(false),
    /** Whether she was signed in. */
    hasAccount: p.boolean(),
    brand: p.text().nullable(),
    last4: p.text().nullable(),
    expMonth: p.integer().nullable(),
    expYear: p.integer().nullable(),
    /** The shop's hours of silence as she was told them; 0: never. */
    chargeAfterHours: p.float(),
    askedAt: p.datetime(),
    /** When Stripe told of the SetupIntent. */
    toldAt: p.datetime().nullable(),
    givenAt: p.datetime().nullable(),
    /** When she was last told that it is going to be charged. */
    warnedAt: p.datetime().nullable(),
    /** What is open of its tab is to be charged to it: the tab was closed. */
    isCharging: p.boolean().default(false),
    /** The rule of silence has charged it. */
    wasTried: p.boolean().default(false),
    /** Why its last charge was refused. */
    refused: p.enum(CARD_REFUSALS).nullable(),
  },
});
export type TabCardRow = InferEntity<typeof TabCardEntity>;
