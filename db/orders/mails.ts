/** Mail rows: written with the event they tell of, sent later, and kept with what became of them. */

import type { MailType } from '../../domain/events.ts';
import type { Database } from '../database.ts';
import { deriveId } from '../ids.ts';
import { selectRows } from '../rows.ts';
import type { OrdersManager } from './change-order.ts';
import { MailEntity, type MailData, type MailRow, type OrderRow } from './entities.ts';

/**
 * Adds the mails of one type that an event causes, inside the event's own transaction: to the host, or to
 * `recipients`. One per order, event version, type and recipient; its id, and so its Message-ID, never changes.
 */
export async function addMails(
  em: OrdersManager,
  order: OrderRow,
  eventVersion: number,
  type: MailType,
  options: { recipients?: readonly string[]; data?: MailData } = {},
): Promise<void> {
  const recipients: readonly { email: string | null; name: string }[] = options.recipients
    ? options.recipients.map((email) => ({ email, name: '' }))
    : await em.execute(`select email, name from participants where id = ?`, [order.hostParticipantId]);
  const data = JSON.stringify(options.data ?? {});
  const rows = recipients.flatMap(({ email, name }) =>
    email === null
      ? []
      : [
          [
            deriveId('mail', order.id, eventVersion, type, email),
            order.id,
            eventVersion,
            type,
            email,
            name,
            data,
          ],
        ],
  );
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

/** Books what became of one try to send. An account mail's link is forgotten once it is sent. */
export async function recordMailAttempt(
  orders: Database,
  mailId: string,
  outcome: { status: MailRow['status']; error?: string },
): Promise<void> {
  await orders.em.fork().execute(
    `update mails set status = ?, attempts = attempts + 1, last_error = ?,
       sent_at = case when ? = 'sent' then now() end,
       data = case when ? = 'sent' and order_id is null then '{}' else data end
     where id = ? and status = 'due'`,
    [outcome.status, outcome.error ?? null, outcome.status, outcome.status, mailId],
    'run',
  );
}
