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
      // A mail that is given up stays `due` in the database, where staff see it; the order goes on.
      sending = sending.then(() => sendOrderMails({ orderId })).catch(() => undefined);
    },
    emptied: async () => {
      await sending;
    },
  };
}
