/** The steps of a start: each starts one thing and resolves when it is usable. */

import { join } from 'node:path';
import { STRIPE_EVENT_TYPES } from '../domain/stripe-event.ts';
import type { Claim } from './claim.ts';
import { dataPath, freshLogFile } from './clone-data.ts';
import { childEnvironment, cloneFolder } from './environment.ts';
import { startMailSink } from './mail.ts';
import type { StartPlan } from './plan.ts';
import { postgresDataFolder } from './postgres-binaries.ts';
import { startPostgres } from './postgres.ts';
import { lastLines, startProcess, type StartedProcess } from './processes.ts';
import type { ReportProgress } from './progress.ts';
import type { Services } from './services.ts';
import { findTemporal } from './temporal-find.ts';
import { startTemporal } from './temporal.ts';
import { untilAnswered } from './wait.ts';
import { bundleWorkflowsWith, workflowBundleFile } from './workflow-bundle.ts';

/** State that all steps of a start share. */
export interface Stack {
  readonly plan: StartPlan;
  readonly claim: Claim;
  readonly services: Services;
  /** Settings of the product's processes; PostgreSQL adds its URL once it runs. */
  readonly environment: Record<string, string | undefined>;
}

/** Starts the clone's PostgreSQL, unless the environment names one. */
export async function startDatabaseServer({ plan, claim, services, environment }: Stack): Promise<void> {
  if (!plan.postgres) return;
  const { port } = plan.postgres;
  const logFile = freshLogFile('postgres');
  const start = async () => {
    const postgres = await startPostgres({ dataDir: postgresDataFolder(), port, logFile, guard: claim });
    environment['DATABASE_URL'] = postgres.url;
    return postgres;
  };
  await services.start({ name: 'PostgreSQL', level: 'stand-in', start });
}

/** Finds, fetches or builds the Temporal server and starts it, unless the environment names one. */
export async function startWorkflowServer(
  { plan, claim, services }: Stack,
  report: ReportProgress,
): Promise<void> {
  if (!plan.temporal) return;
  const ports = plan.temporal;
  const source = await findTemporal({ report });
  if (source.kind === 'address') return;
  const { program } = source;
  const logFile = freshLogFile('temporal');
  const dbFile = dataPath('temporal', 'temporal.db');
  const start = () => startTemporal({ program, logFile, dbFile, ...ports, guard: claim });
  await services.start({ name: 'Temporal', level: 'stand-in', start });
}

/** Starts the stand-in for Stripe, unless there are keys for Stripe itself. */
export async function startStripeStandIn({ plan, claim, services }: Stack): Promise<void> {
  if (!plan.stripe) return;
  const { port, webhookUrl, webhookSecret } = plan.stripe;
  const logFile = freshLogFile('stripe');
  const start = async () => {
    const stripe = await startScript(
      'Stripe stand-in',
      ['packages/stripe-stand-in/main.ts'],
      logFile,
      claim,
      {
        STRIPE_PORT: String(port),
        STRIPE_DB_FILE: dataPath('stripe', 'stripe.sqlite'),
        STRIPE_WEBHOOK_URL: webhookUrl,
        STRIPE_WEBHOOK_SECRET: webhookSecret,
        STRIPE_WEBHOOK_EVENTS: STRIPE_EVENT_TYPES.join(','),
      },
    );
    await untilAnswered(`http://127.0.0.1:${port}/_/health`, stripe);
    return { process: stripe };
  };
  await services.start({ name: 'Stripe stand-in', level: 'stand-in', start });
}

/** Starts the mail sink, unless the environment names a mail server. */
export async function startMail({ plan, claim, services }: Stack): Promise<void> {
  if (!plan.mail) return;
  const options = { ...plan.mail, folder: dataPath('mail'), logFile: freshLogFile('mail'), guard: claim };
  await services.start({ name: 'mail sink', level: 'stand-in', start: () => startMailSink(options) });
}

/** Creates missing databases, migrates them and registers the search attributes. */
export function migrate(stack: Stack): Promise<void> {
  return runScript(stack, 'migrate', ['main.ts', 'migrate']);
}

/** Loads the demo catalog and accounts; keeps later changes of the staff. */
export function loadDemo(stack: Stack): Promise<void> {
  return runScript(stack, 'demo', ['dev/demo/load.ts']);
}

/** Bundles the workflows for the workers. */
export function bundleWorkflows(stack: Stack): Promise<void> {
  return bundleWorkflowsWith((file) => runScript(stack, 'bundle', ['main.ts', 'bundle', file]));
}

/** Starts a worker process. It polls once the API reports ready. */
export async function startWorker({ plan, claim, services, environment }: Stack): Promise<void> {
  const logFile = freshLogFile('worker');
  const settings = { SERVICES: 'worker', ...(!plan.reload && { WORKFLOW_BUNDLE: workflowBundleFile }) };
  const start = async () => ({
    process: await startScript('worker', ['main.ts'], logFile, claim, { ...environment, ...settings }),
  });
  await services.start({ name: 'worker', level: 'product', start });
}

/** Starts the API and resolves when it responds. */
export async function startApi({ plan, claim, services, environment }: Stack): Promise<void> {
  const logFile = freshLogFile('api');
  const start = async () => {
    const api = await startScript('API', ['main.ts'], logFile, claim, { ...environment, SERVICES: 'api' });
    await untilAnswered(`http://127.0.0.1:${plan.apiPort}/api/health/live`, api);
    return { process: api };
  };
  await services.start({ name: 'API', level: 'product', start });
}

/**
 * Resolves when databases, Temporal and a polling worker are available. Rejects after three minutes, naming the missing
 * ones.
 */
export async function untilReady({ plan }: Stack): Promise<void> {
  await untilAnswered(`http://127.0.0.1:${plan.apiPort}/api/health/ready`, undefined, {
    withinMs: 180_000,
    everyMs: 250,
  });
}

/** Starts the web development server, which reloads edited pages and proxies calls to the API. */
export async function startWebServer({ plan, claim, services }: Stack): Promise<void> {
  const logFile = freshLogFile('web');
  const start = async () => {
    const web = await startProcess({
      name: 'web server',
      command: process.execPath,
      args: [
        join(cloneFolder, 'node_modules/vite/bin/vite.js'),
        ...['dev', '--host', '127.0.0.1', '--port', String(plan.webPort), '--strictPort'],
      ],
      cwd: join(cloneFolder, 'web'),
      env: childEnvironment({ API_URL: `http://127.0.0.1:${plan.apiPort}` }),
      logFile,
      guard: claim,
    });
    await untilAnswered(`http://127.0.0.1:${plan.webPort}/`, web);
    return { process: web };
  };
  await services.start({ name: 'web server', level: 'product', start });
}

function startScript(
  name: string,
  args: readonly string[],
  logFile: string,
  guard: Claim,
  settings: Readonly<Record<string, string | undefined>>,
): Promise<StartedProcess> {
  // Keeps V8's compile cache: later starts take half the time.
  const env = childEnvironment({ NODE_COMPILE_CACHE: dataPath('compile-cache'), ...settings });
  return startProcess({ name, command: process.execPath, args, cwd: cloneFolder, env, logFile, guard });
}

async function runScript(
  { claim, environment }: Stack,
  name: string,
  args: readonly string[],
): Promise<void> {
  const logFile = freshLogFile(name);
  const script = await startScript(name, args, logFile, claim, environment);
  const { code, signal } = await script.ended;
  if (code !== 0)
    throw new Error(`"node ${args.join(' ')}" ended with ${signal ?? code}:\n${lastLines(logFile)}`);
}
