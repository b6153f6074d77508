import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Database } from '../../../db/database.ts';
import { addAccountMail } from '../../../db/orders/mails/mails.ts';
import { startAccountMail } from '../../../temporal/mails/start.ts';
import type { AccountMail } from './auth-settings.ts';

/**
 * Stores a mail about an account and starts the workflow that sends it. If the workflow cannot be started, the row
 * remains, the failure is logged, and the caller's operation still succeeds.
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
