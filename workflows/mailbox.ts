import { log } from '@temporalio/workflow';
import { sendOrderMails } from './activities.ts';

/** Mail of one order, sent beside its life: nothing ever waits for a mail server but the workflow's own end. */
export interface Mailbox {
  /** Sends what is due. Rows written while a sending is under way are sent after it. */
  send(): void;
  /** Resolves when everything was sent, or given up after three days (the rows say so). */
  emptied(): Promise<void>;
}

export function createMailbox(orderId: string): Mailbox {
  let sending: Promise<unknown> = Promise.resolve();
  return {
    send: () => {
      sending = sending
        .then(() => sendOrderMails({ orderId }))
        // The row stays `due`, with its last error; the order itself goes on.
        .catch((error: unknown) => log.warn('mails were given up after three days', { orderId, error }));
    },
    emptied: async () => {
      await sending;
    },
  };
}
