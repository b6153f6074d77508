import { log } from '@temporalio/workflow';
import { sendOrderMails, sendOrderMailsAtOnce } from './activities.ts';

/** Sends an order's mails concurrently with its life: only the workflow's end waits for a mail server. */
export interface Mailbox {
  /** Sends due mails. Rows written while mails are being sent are sent afterwards. */
  send(): void;
  /** Like `send`, but first within the current task; for use when no response waits for the end of that task. */
  sendAtOnce(): void;
  /** Resolves when every mail was sent, or given up after three days (their rows say which). */
  emptied(): Promise<void>;
}

export function createMailbox(orderId: string): Mailbox {
  let sending: Promise<unknown> = Promise.resolve();
  /** A sending that has not started yet covers all requests until then. */
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
