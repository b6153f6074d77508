/** Mail rows: written with the event they tell of, sent later, and kept with what became of them. */

import type { MailType } from '../../domain/events.ts';
import type { Database } from '../database.ts';
import { deriveId } from '../ids.ts';
import { selectRows } from '../rows.ts';
import type { OrdersManager } from './change-order.ts';
import { MailEntity, type MailData, type MailRow, type OrderRow } from './entities.ts';

/** Mails of one type: to the host, or to `recipients`. */
export interface MailDraft {
  readonly type: MailType;
  readonly recipients?: readonly string[];
  readonly data?: MailData;
}

/**
 * Adds the mails that an event causes, inside the event's own transaction. One per order, event version, type and
 * recipient; its id, and so its Message-ID, never changes.
 */
export async function addMails(
  em: OrdersManager,
  order: OrderRow,
  eventVersion: number,
  ...drafts: readonly MailDraft[]
): Promise<void> {
  const isForHost = drafts.some(({ recipients }) => !recipients);
  const [host] = isForHost
    ? await em.execute<{ email: string | null; name: string }[]>(
        `select email, name from participants where id = ?`,
        [order.hostParticipantId],
      )
    : [];
  const rows = drafts.flatMap(({ type, recipients, data = {} }) => {
    const to = recipients?.map((email) => ({ email, name: '' })) ?? (host ? [host] : []);
    return to.flatMap(({ email, name }) => {
      if (email === null) return [];
      const id = deriveId('mail', order.id, eventVersion, type, email);
      return [[id, order.id, eventVersion, type, email, name, JSON.stringify(data)]];
    });
  });
  if (rows.length === 0) return;
  await em.execute(
    `insert into mails (id, order_id, event_version, type, recipient, recipient_name, data)
     values ${rows.map(() => '(?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
    rows.flat(),
    'run',
  );
}

/** Writes a mail about an account and answers its id. */
export async function addAccountMail(
  orders: Database,
  mail: { type: 'verify_email' | 'reset_password'; recipient: string; recipientName: string; url: string },
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

/** The mails of one order, or the one mail of that id, that are still to be sent, oldest first. */
export async function listDueMails(
  orders: Database,
  which: { orderId: string } | { mailId: string },
): Promise<MailRow[]> {
  const [column, id] = 'orderId' in which ? ['order_id', which.orderId] : ['id', which.mailId];
  const due = `${column} = ? and status = 'due' order by created_at, id`;
  return selectRows(orders.em.fork(), MailEntity, due, [id]);
}

/** What became of one try to send a mail. */
export interface MailAttempt {
  readonly mailId: string;
  readonly status: MailRow['status'];
  readonly error?: string;
}

/** Books what became of tries to send. An account mail's link is forgotten once it is sent. */
export async function recordMailAttempts(orders: Database, attempts: readonly MailAttempt[]): Promise<void> {
  await orders.em.fork().execute(
    `update mails set status = made.status, attempts = attempts + 1, last_error = made.error,
       sent_at = case when made.status = 'sent' then now() end,
       data = case when made.status = 'sent' and order_id is null then '{}' else data end
     from json_to_recordset(?::json) as made ("mailId" uuid, status text, error text)
     where id = made."mailId" and mails.status = 'due'`,
    [JSON.stringify(attempts)],
    'run',
  );
}
