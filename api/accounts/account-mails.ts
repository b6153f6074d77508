import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Database } from '../../db/database.ts';
import { addAccountMail } from '../../db/orders/mails/mails.ts';
import { startAccountMail } from '../../temporal/mails/start.ts';
import type { AccountMail } from './auth-settings.ts';

/**
 * Writes a mail about an account and starts the workflow that sends it. The row stands even when the workflow
 * cannot be started: that is logged, and does not fail what the mail is about.
 */
export function createAccountMailer(options: { orders: Database; temporal: Client; logger: Logger }) {
  return async (mail: AccountMail): Promise<void> => {
    const mailId = await addAccountMail(options.orders, mail);
    try {
      await options.temporal.withDeadline(Date.now() + 5_000, () =>
        startAccountMail(options.temporal, mailId),
      );
    } catch (error) {
      options.logger.error(
        { err: error, mailId },
        'the workflow that sends an account mail could not be started',
      );
    }
  };
}
