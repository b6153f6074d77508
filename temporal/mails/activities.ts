/** What sends mails, as the workflows call it. */
export interface MailActivities {
  /** Sends every mail that is due for an order. Throws when one is left over, to be tried again. */
  sendOrderMails(request: { orderId: string }): Promise<void>;

  /** The same, tried once and only while the mail server is quick. Resolves with whether nothing is left to be sent. */
  sendOrderMailsAtOnce(request: { orderId: string }): Promise<{ isDone: boolean }>;

  /** Sends one mail about an account, if it is still due. */
  sendAccountMail(request: { mailId: string }): Promise<void>;
}
