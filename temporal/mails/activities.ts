/** The activities that send mails, as the workflows call them. */
export interface MailActivities {
  /** Sends every due mail of an order. Throws when one remains, so that it is retried. */
  sendOrderMails(request: { orderId: string }): Promise<void>;

  /** Tries once to send an order's due mails, while the mail server is quick. Resolves with whether no due mail remains. */
  sendOrderMailsAtOnce(request: { orderId: string }): Promise<{ isDone: boolean }>;

  /** Sends one mail about an account, if it is still due. */
  sendAccountMail(request: { mailId: string }): Promise<void>;
}
