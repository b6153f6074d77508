import { log } from '@temporalio/workflow';
import { sendOrderMails, sendOrderMailsAtOnce } from './activities.ts';

/** Mail of one order, sent beside its life: nothing ever waits for a mail server but the workflow's own end. */
export interface Mailbox {
  /** Sends what is due. Rows written while a sending is under way are sent after it. */
  send(): void;
  /** The same, at first within the task at hand, for when no answer is waiting for that task to end. */
  sendAtOnce(): void;
  /** Resolves when everything was sent, or given up after three days (the rows say so). */
  emptied(): Promise<void>;
}

export function createMailbox(orderId: string): Mailbox {
  let sending: Promise<unknown> = Promise.resolve();
  /** Who has not begun yet sends what is due by then, for all who ask meanwhile. */
  let isWaiting = false;
  const then = (send: () => Promise<void>) => {
    if (isWaiting) return;
    isWaiting = true;
    sending = sending
      .then(() => {
        isWaiting = false;
        return send();
      })
      // The row stays `due`, with its last error; the order itself goes on.
      .catch((error: unknown) => log.warn('mails were given up after three days', { orderId, error }));
  };
  const send = () => sendOrderMails({ orderId });
  const sendAtOnce = async () => {
    const { isDone } = await sendOrderMailsAtOnce({ orderId });
    if (!isDone) await send();
  };
  return {
    send: () => then(send),
    sendAtOnce: () => then(sendAtOnce),
    emptied: async () => {
      let last: Promise<unknown> | undefined;
      while (last !== sending) {
        last = sending;
        await last;
      }
    },
  };
}
