import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { takesWrites, type Database } from '../../../db/database.ts';
import { addAccountMail } from '../../../db/orders/mails/mails.ts';
import { startAccountMail } from '../../../temporal/mails/start.ts';
import { tryAgain } from '../../http/api-error.ts';
import type { AccountMail } from './auth-settings.ts';

export interface AccountMailer {
  /** Stores a mail and has it sent. Doesn't wait for the mail server. */
  readonly send: (mail: AccountMail) => Promise<void>;
  /**
   * Throws if mails cannot be stored just now. Asked before a mail that only some accounts get: a failure that others
   * don't meet would reveal which accounts exist.
   */
  readonly assertTakesMails: () => Promise<void>;
}

/**
 * Stores a mail about an account and starts the workflow that sends it. If the workflow cannot be started, the row
 * remains, the failure is logged, and the caller's operation still succeeds.
 */
export function createAccountMailer(options: {
  orders: Database;
  temporal: Client;
  logger: Logger;
}): AccountMailer {
  const send = async (mail: AccountMail): Promise<void> => {
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
  const assertTakesMails = async () => {
    if (await takesWrites(options.orders)) return;
    throw tryAgain('We cannot send mails just now. Please send the same again in a moment.');
  };
  return { send, assertTakesMails };
}
