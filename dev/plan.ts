/** Plans a start: what runs on which ports, and what is external. */

import { STRIPE_EVENT_TYPES } from '../domain/stripe-event.ts';
import { readCloneSecrets } from './clone-data.ts';
import { setting } from './environment.ts';
import { findPort } from './ports.ts';

/** A stand-in on these ports, or undefined if the environment names the real service. */
export interface StartPlan {
  /** Whether processes restart and pages reload with their sources. */
  readonly reload: boolean;
  readonly postgres: { readonly port: number } | undefined;
  readonly temporal: { readonly port: number; readonly uiPort: number } | undefined;
  readonly stripe:
    { readonly port: number; readonly webhookUrl: string; readonly webhookSecret: string } | undefined;
  readonly mail: { readonly smtpPort: number; readonly uiPort: number } | undefined;
  /** Where the API listens. */
  readonly apiPort: number;
  /** The product's address for browsers. */
  readonly publicUrl: string;
  /** The port behind publicUrl: the API's own, or that of the web development server. */
  readonly webPort: number;
  /** Environment of the product's processes, without values that are known only when a stand-in runs. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Notes for people: occupied ports, missing settings. */
  readonly notes: readonly string[];
}

/** A forbidden setting; its message has the reason and the fix. */
export class SettingError extends Error {}

/** Plans a start from the environment. `reload`: the web app gets its own development server. */
export async function planStart({ reload }: { readonly reload: boolean }): Promise<StartPlan> {
  refuseLiveMoney();
  const notes: string[] = [];
  const reserved = new Set<number>();
  const port = async (name: string, preferred: number) => {
    const found = await findPort(preferred, reserved);
    if (found !== preferred) notes.push(`Port ${preferred} is taken: ${name} uses ${found}.`);
    return found;
  };
  const webPort = await port('Sharetab', readPort());
  const apiPort = reload ? await port('the API', webPort + 1) : webPort;
  const publicUrl = setting('PUBLIC_URL') ?? `http://localhost:${webPort}`;
  const ownDatabases = ['USERS_DATABASE_URL', 'CATALOG_DATABASE_URL', 'ORDERS_DATABASE_URL'].every(setting);
  const postgres =
    setting('DATABASE_URL') || ownDatabases ? undefined : { port: await port('PostgreSQL', 5432) };
  const temporal = setting('TEMPORAL_ADDRESS')
    ? undefined
    : { port: await port('Temporal', 7233), uiPort: await port("Temporal's UI", 8233) };
  const stripe = setting('STRIPE_SECRET_KEY')
    ? undefined
    : {
        port: await port('the Stripe stand-in', 12111),
        webhookUrl: `http://127.0.0.1:${apiPort}/api/stripe/webhook`,
        webhookSecret: readCloneSecrets().webhookSecret,
      };
  const mail = setting('SMTP_URL')
    ? undefined
    : { smtpPort: await port('the mail sink', 1025), uiPort: await port('its page', 1080) };
  const environment = {
    NODE_ENV: setting('NODE_ENV') ?? 'development',
    HOST: setting('HOST') ?? '127.0.0.1',
    PORT: String(apiPort),
    PUBLIC_URL: publicUrl,
    APP_SECRET: setting('APP_SECRET') ?? readCloneSecrets().appSecret,
    ...(temporal && {
      TEMPORAL_ADDRESS: `127.0.0.1:${temporal.port}`,
      TEMPORAL_UI_URL: `http://127.0.0.1:${temporal.uiPort}`,
    }),
    ...(mail && {
      SMTP_URL: `smtp://127.0.0.1:${mail.smtpPort}`,
      MAIL_UI_URL: `http://127.0.0.1:${mail.uiPort}`,
    }),
    ...(stripe ? standInSettings(stripe) : realStripeSettings(publicUrl, notes)),
  };
  return { reload, postgres, temporal, stripe, mail, apiPort, webPort, publicUrl, environment, notes };
}

function readPort(): number {
  const port = Number(setting('PORT') ?? 3000);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new SettingError(`PORT is "${setting('PORT')}": it must be a number from 1 to 65535.`);
}

/** Demo data and stand-ins must not run next to real money. */
function refuseLiveMoney(): void {
  if (/^(sk|rk)_live_/.test(setting('STRIPE_SECRET_KEY') ?? ''))
    throw new SettingError(
      'STRIPE_SECRET_KEY is a live key: "npm start" is for trying things out, use a test key.',
    );
  if (setting('NODE_ENV') === 'production')
    throw new SettingError(
      'NODE_ENV is "production": "npm start" is for trying things out, use "node main.ts" there.',
    );
}

function standInSettings(stripe: { readonly port: number; readonly webhookSecret: string }) {
  const url = `http://127.0.0.1:${stripe.port}`;
  return {
    STRIPE_SECRET_KEY: 'sk_test_sharetab',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_sharetab',
    STRIPE_WEBHOOK_SECRET: stripe.webhookSecret,
    STRIPE_API_URL: url,
    STRIPE_JS_URL: `${url}/v3/`,
  };
}

function realStripeSettings(publicUrl: string, notes: string[]) {
  if (setting('STRIPE_WEBHOOK_SECRET')) return {};
  notes.push(
    `STRIPE_WEBHOOK_SECRET is not set, so Stripe cannot tell us anything and payments are asked for instead: run "stripe listen --events ${STRIPE_EVENT_TYPES.join(',')} --forward-to ${publicUrl}/api/stripe/webhook" and set the secret it prints.`,
  );
  return { STRIPE_WEBHOOK_SECRET: readCloneSecrets().webhookSecret };
}
