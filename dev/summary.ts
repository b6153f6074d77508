/** The summary that a start prints when everything runs. */

import { styleText } from 'node:util';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from './demo/accounts.ts';
import { setting } from './environment.ts';
import type { StartPlan } from './plan.ts';

/** Returns addresses, sign-ins and how to stop, for people. */
export function describeStart(plan: StartPlan): string {
  const line = (name: string, value: string, more = '') =>
    `  ${name.padEnd(12)} ${styleText('cyan', value)}${more && `  ${styleText('dim', more)}`}`;
  const temporalUi = plan.environment['TEMPORAL_UI_URL'] ?? setting('TEMPORAL_UI_URL');
  return [
    ...plan.notes.map((note) => `  ${styleText('yellow', note)}`),
    '',
    `  ${styleText(['bold', 'green'], 'Sharetab is open.')}`,
    '',
    line('Order here', plan.publicUrl),
    line('Agents', `${plan.publicUrl}/agent`, 'board and catalog'),
    ...(temporalUi ? [line('Workflows', temporalUi, 'Temporal UI')] : []),
    ...(plan.mail ? [line('Mails', `http://127.0.0.1:${plan.mail.uiPort}`)] : []),
    ...(plan.stripe ? [line('Payments', `http://127.0.0.1:${plan.stripe.port}`, 'stand-in for Stripe')] : []),
    line('API', `${plan.publicUrl}/api/docs`),
    '',
    line('Sign in as', DEMO_ACCOUNTS.map(({ email }) => email).join(', ')),
    line('Password', DEMO_PASSWORD),
    line('Test card', '4242 4242 4242 4242', 'any later date, any code'),
    '',
    styleText(
      'dim',
      '  Ctrl-C stops everything and keeps orders and accounts; "npm run reset" deletes them. Logs are in .data/logs.',
    ),
    '',
  ].join('\n');
}
