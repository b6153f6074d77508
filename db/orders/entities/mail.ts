/** Mails that are due or were sent. */

import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { MAIL_TYPES } from '../../../domain/events.ts';

/** A mail to be sent, and what became of it. */
export const MailEntity = defineEntity({
  name: 'Mail',
  tableName: 'mails',
  properties: {
    id: p.uuid().primary(),
    /** Null for mails about an account. */
    orderId: p.uuid().nullable(),
    eventVersion: p.integer().nullable(),
    type: p.enum(MAIL_TYPES),
    recipient: p.text(),
    recipientName: p.text(),
    /** The refund it tells of, where it tells of one. */
    refundId: p.uuid().nullable(),
    /** What the template needs besides: a link, an amount. */
    data: p.json<MailData>(),
    status: p.enum(['due', 'sent', 'failed']),
    attempts: p.integer().default(0),
    lastError: p.text().nullable(),
    createdAt: p.datetime(),
    sentAt: p.datetime().nullable(),
    /** Who is sending it, until when; then another may, for whoever it was has died. */
    claimId: p.uuid().nullable(),
    claimedUntil: p.datetime().nullable(),
  },
});
export type MailRow = InferEntity<typeof MailEntity>;

export interface MailData {
  readonly url?: string;
  readonly refundAmount?: number;
  /** What of `refundAmount` is handed back in cash. */
  readonly cashAmount?: number;
}
