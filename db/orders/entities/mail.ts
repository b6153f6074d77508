/** Mails that are due or were sent. */

import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MAIL_TYPES } from '../../../domain/events.ts';

/** A mail to be sent, and its delivery status. */
export const MailEntity = defineEntity({
  name: 'Mail',
  tableName: 'mails',
  properties: {
    id: p.uuid().primary(),
    /** Null for mails about an account. */
    orderId: p.uuid().nullable(),
    eventVersion: p.integer().nullable(),
    type: p.enum(MAIL_TYPES),
    /** The participant of the order to whom it is written; null for staff, and for mails about an account. */
    participantId: p.uuid().nullable(),
    recipient: p.text(),
    recipientName: p.text(),
    language: p.text().default('en'),
    /** The refund that it reports, if any. */
    refundId: p.uuid().nullable(),
    /** Further data of the template: a link, an amount. */
    data: p.json<MailData>(),
    status: p.enum(['due', 'sent', 'failed']),
    attempts: p.integer().default(0),
    lastError: p.text().nullable(),
    createdAt: p.datetime(),
    sentAt: p.datetime().nullable(),
    /** The sender's claim expires at this time; then another may send it, since the first one died. */
    claimId: p.uuid().nullable(),
    claimedUntil: p.datetime().nullable(),
  },
});
export type MailRow = InferEntity<typeof MailEntity>;

export interface MailData {
  readonly url?: string;
  readonly refundAmount?: number;
  /** The part of `refundAmount` that is handed out in cash. */
  readonly cashAmount?: number;
  /** What the recipient had to pay when a reminder, or the news of a rest to pay, was written. */
  readonly dueAmount?: number;
  /** The change that it tells of, and what the recipient pays more by it or, if it is negative, less. */
  readonly changeId?: string;
  readonly differenceAmount?: number;
  /** The tab whose card on file is going to be charged, that card, and when. */
  readonly tabId?: string;
  readonly cardId?: string;
  /** What its reader is asked. */
  readonly questionId?: string;
  readonly currency?: string;
  readonly chargesAt?: string;
  /** The amount of the share that changed hands, or that was taken off the round. */
  readonly shareAmount?: number;
  /** Who pays the share now, or whose it was. */
  readonly aboutParticipantId?: string;
  /** The share was not the recipient's own: she had taken it over. */
  readonly wasTakenOver?: true;
  /** The host pays what is left of the share. */
  readonly isLeft?: true;
  /** What was taken off the round, in the shop's words. */
  readonly lines?: readonly { readonly name: string; readonly quantity: number; readonly amount: number }[];
}
