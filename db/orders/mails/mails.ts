/** Mail rows: written with their event, sent later, and kept with their delivery status. */

import { sql } from 'kysely';
import type { AccountMailType, MailType } from '../../../domain/events.ts';
import { SHARES_TO_PAY } from '../../../domain/share.ts';
import type { Language } from '../../../messages/compiled/languages.ts';
import type { Database } from '../../database.ts';
import { literals, mapRows, query, run, type Sql } from '../../sql.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { MailEntity, type MailData, type MailRow } from '../entities/mail.ts';

/** A recipient who is not a participant of the order, with her language. */
export interface Recipient {
  readonly email: string;
  readonly language: Language;
}

/** Mails of one type: to all participants with an address, each in her language, or to `recipients`. */
export interface MailDraft {
  readonly type: MailType;
  readonly recipients?: readonly Recipient[];
  /** The only participant to whom it goes. */
  readonly only?: string;
  readonly refundId?: string;
  readonly data?: MailData;
}

/** Mails per hour to an address that is not proven, about orders that it has not paid for. */
export const MOST_UNPAID_MAILS = 3;

/** Mails that say how much is still to be paid. */
const TELL_DUE = ['payment_reminder', 'rest_to_pay'] as const satisfies readonly MailType[];

/** What `person` has to pay of the order `before`; null if nothing. */
const DUE_AMOUNT = sql`(
  select sum(s.amount)::int from shares s where s.order_id = before.id and s.bill_version = before.bill_version
    and s.participant_id = person.id and s.amount > 0 and s.status in (${literals(SHARES_TO_PAY)}))`;

/**
 * Whether a mail about a round concerns a person of it: a reminder whoever owes, a receipt whoever pays, a refund whoever
 * had paid, the rest whoever has a share or pays for one. That a round waits for payment is told to all, before there
 * are shares, and what became of one share, or was changed, only to whom it is written. What is paid after concerns whoever has or shares
 * a line of it.
 */
const CONCERNS_PERSON = sql`case when mail.type = 'order_changed' then true when before.paid_after then exists (
      select from lines l where l.order_id = before.id
        and (l.participant_id = person.id or person.id = any(l.shared_between)))
    else case mail.type
    when 'order_received' then true
    when 'payment_reminder' then ${DUE_AMOUNT} is not null
    when 'rest_to_pay' then ${DUE_AMOUNT} is not null
    when 'sold_out' then true
    when 'share_covered' then true
    when 'share_dropped' then true
    when 'receipt' then exists (
      select from shares s where s.order_id = before.id and s.participant_id = person.id and s.amount > 0)
    when 'refund_issued' then exists (
      select from refunds r join shares s on s.id = r.share_id
      where r.id = mail."refundId" and s.participant_id = person.id)
    else exists (
      select from shares s where s.order_id = before.id and person.id in (s.participant_id, s.owner_participant_id))
  end end`;

/**
 * Returns the statement part that writes the mails of a change's first event: one per order, event version, type and
 * recipient. A mail's id, and so its Message-ID, never changes. Since anybody can order, or join a tab, in anybody's
 * name, an address that neither its account nor its own payment has proved gets only a few mails an hour, and none about
 * a cancellation. That a card on file was refused is told to whoever has given it, in any case.
 */
export function mailsPart(drafts: readonly MailDraft[]): Sql {
  const mails = drafts.flatMap(({ type, recipients = [null], only = null, refundId = null, data = {} }) =>
    recipients.map((recipient) => ({
      type,
      recipient: recipient?.email,
      language: recipient?.language,
      only,
      refundId,
      data,
    })),
  );
  return sql`mails_due as (
      insert into mails (id, order_id, event_version, type, participant_id, recipient, recipient_name, language, refund_id,
        data)
      select gen_random_uuid(), before.id, before.version + 1, mail.type, person.id, coalesce(mail.recipient, person.email),
        case when mail.recipient is null then person.name else '' end,
        coalesce(mail.language, person.language), mail."refundId",
        case when mail.type in (${literals(TELL_DUE)}) then mail.data || jsonb_build_object('dueAmount', ${DUE_AMOUNT})
          else mail.data end
      from before cross join json_to_recordset(${JSON.stringify(mails)}::json) as mail (type text, recipient text, language text,
          "only" uuid, "refundId" uuid, data jsonb)
        left join participants person on person.order_id = before.id and mail.recipient is null
          and (mail."only" is null or person.id = mail."only")
      where coalesce(mail.recipient, person.email) is not null
        and (mail.recipient is not null or before.tab_id is null or ${CONCERNS_PERSON}) and case
        when mail.recipient is not null or person.email_proven or has_paid(before.id, person.id) then true
        when mail.type = 'card_refused' then true
        when mail.type = 'order_canceled' then false
        else lock_unproven_mails(person.email) < ${MOST_UNPAID_MAILS} end
      on conflict do nothing)`;
}

/** Adds an event's mails in the event's transaction, while the row still has the previous version. */
export async function addMails(
  em: OrdersManager,
  orderId: string,
  ...drafts: readonly MailDraft[]
): Promise<void> {
  await run(
    em,
    sql`with before as (select * from orders where id = ${orderId}), ${mailsPart(drafts)} select from before`,
  );
}

/** Writes a mail about an account and returns its id. */
export async function addAccountMail(
  orders: Database,
  mail: {
    type: AccountMailType;
    recipient: string;
    recipientName: string;
    language: Language;
    url: string;
  },
): Promise<string> {
  const id = crypto.randomUUID();
  const { url, ...rest } = mail;
  await orders.em.fork().insert(MailEntity, {
    ...rest,
    id,
    data: { url },
    status: 'due',
    attempts: 0,
    createdAt: new Date(),
  });
  return id;
}

/** A sender's claim to its mails: nobody else gets them within `forMs`. */
export interface MailClaim {
  readonly id: string;
  readonly forMs: number;
}

/** A mail to send, and whether its address is proven: by an account, or by a payment of its own. */
export interface ClaimedMail {
  readonly row: MailRow;
  readonly isProven: boolean;
}

/**
 * Claims the due mails of one order, or the one mail with that id, oldest first, except those claimed by another
 * sender; returns the number of these. Takes over expired claims. Never waits for a concurrent claim.
 */
export async function claimDueMails(
  orders: Database,
  which: { orderId: string } | { mailId: string },
  claim: MailClaim,
): Promise<{ claimed: ClaimedMail[]; elsewhere: number }> {
  const wanted = 'orderId' in which ? sql`order_id = ${which.orderId}` : sql`id = ${which.mailId}`;
  const em = orders.em.fork();
  const due = await query<{ isClaimed: boolean; isProven: boolean | null }>(
    em,
    sql`with free as (
       select id from mails where ${wanted} and status = 'due'
         and (claimed_until is null or claimed_until <= now()) for no key update skip locked),
     claimed as (
       update mails set claim_id = ${claim.id}, claimed_until = now() + ${claim.forMs} * interval '1 millisecond'
       from free where mails.id = free.id returning mails.id)
     select mails.*, id in (select id from claimed) as "isClaimed",
       is_address_proven(order_id, recipient) as "isProven" from mails
     where ${wanted} and status = 'due' order by created_at, id`,
  );
  const mine = due.filter(({ isClaimed }) => isClaimed);
  const claimed = mapRows(em, MailEntity, mine).map((row, index) => ({
    row,
    isProven: mine[index]!.isProven === true,
  }));
  return { claimed, elsewhere: due.length - mine.length };
}

/** The result of one attempt to send a mail. */
export interface MailAttempt {
  readonly mailId: string;
  readonly status: MailRow['status'];
  readonly error?: string;
}

/**
 * Records the results of sending, and ends the claims. A sent mail counts regardless of the claim's holder; other
 * results count only from its holder. An account mail's link is deleted once it is sent.
 */
export async function recordMailAttempts(
  orders: Database,
  claimId: string,
  attempts: readonly MailAttempt[],
): Promise<void> {
  await run(
    orders.em.fork(),
    sql`update mails set status = made.status, attempts = attempts + 1, last_error = made.error,
       claim_id = null, claimed_until = null,
       sent_at = case when made.status = 'sent' then now() end,
       data = case when made.status = 'sent' and order_id is null then '{}' else data end
     from json_to_recordset(${JSON.stringify(attempts)}::json) as made ("mailId" uuid, status text, error text)
     where id = made."mailId" and mails.status = 'due' and (made.status = 'sent' or claim_id = ${claimId})`,
  );
}
