import type { AccountMailInput } from '../temporal/mails/messages.ts';
import { sendAccountMail } from './activities.ts';

/** Sends one mail about an account (verification, password reset); retries while the mail server is down. */
export async function accountMail(input: AccountMailInput): Promise<void> {
  await sendAccountMail(input);
}
