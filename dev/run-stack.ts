/** `npm start` and `npm run dev`: everything the product needs, in one command. */

import { claimClone, findRunningStart } from './claim.ts';
import { loadEnvironmentFile } from './environment.ts';
import { planStart, SettingError } from './plan.ts';
import { createServices } from './services.ts';
import { whenAskedToStop } from './signals.ts';
import * as stack from './stack.ts';
import { runSteps, StepFailure, type Step } from './steps.ts';
import { describeStart } from './summary.ts';
import { watchSources } from './watch-sources.ts';
import { buildWeb, isWebBuilt } from './web-build.ts';
import { isWorkflowBundled } from './workflow-bundle.ts';

/** How to run the product. */
export interface RunOptions {
  /** Processes restart and pages reload when their sources change. */
  readonly reload: boolean;
}

/** Starts everything, prints the addresses, and resolves when everything has ended after a request to stop. */
export async function runStack(options: RunOptions): Promise<void> {
  loadEnvironmentFile();
  const claim = await claimClone();
  if (!claim) return sayWhereItRuns();
  const stop = whenAskedToStop();
  const services = createServices({
    onTrouble: (name, ending) =>
      console.error(`The ${name} ended (${ending}); starting it again. See .data/logs.`),
    onGivenUp: (name) => {
      console.error(`The ${name} keeps ending: stopping everything. Its log is in .data/logs.`);
      process.exitCode = 1;
      stop.ask();
    },
  });
  try {
    const plan = await planStart(options);
    const shared: stack.Stack = { plan, claim, services, environment: { ...plan.environment } };
    const opened = await Promise.race([
      open(shared, options, stop.signal).then(() => true),
      stop.asked.then(() => false),
    ]);
    if (opened) await runUntilStopped(shared, options, stop.asked);
  } catch (error) {
    explain(error);
    process.exitCode = 1;
  }
  if (process.stdout.isTTY) console.log('\n  Stopping …');
  await services.stop();
  await claim.release();
  if (stop.signal.aborted) console.log('Stopped.');
  stop.done();
}

async function open(shared: stack.Stack, { reload }: RunOptions, stopping: AbortSignal): Promise<void> {
  const { plan } = shared;
  const postgres: Step = {
    title: 'PostgreSQL',
    enabled: Boolean(plan.postgres),
    run: () => stack.startDatabaseServer(shared),
  };
  const temporal: Step = {
    title: 'Temporal',
    enabled: Boolean(plan.temporal),
    run: (report) => stack.startWorkflowServer(shared, report),
  };
  const stripe: Step = {
    title: 'Stripe stand-in',
    enabled: Boolean(plan.stripe),
    run: () => stack.startStripeStandIn(shared),
  };
  const mail: Step = { title: 'Mail sink', enabled: Boolean(plan.mail), run: () => stack.startMail(shared) };
  const pages: Step = { title: 'Web app', enabled: !reload && !isWebBuilt(), run: buildWeb };
  const databases: Step = {
    title: 'Databases',
    after: [postgres, temporal],
    run: () => stack.migrate(shared),
  };
  const demo: Step = {
    title: 'Demo catalog and accounts',
    after: [databases],
    run: () => stack.loadDemo(shared),
  };
  const workflows: Step = {
    title: 'Workflows',
    enabled: !reload && !isWorkflowBundled(),
    run: () => stack.bundleWorkflows(shared),
  };
  const worker: Step = {
    title: 'Worker',
    after: [databases, workflows],
    run: () => stack.startWorker(shared),
  };
  const api: Step = {
    title: 'API',
    after: [databases, pages, worker],
    run: () => stack.startApi(shared).then(() => stack.untilReady(shared)),
  };
  const webServer: Step = {
    title: 'Web server',
    enabled: reload,
    run: () => stack.startWebServer(shared),
  };
  await runSteps(
    [postgres, temporal, stripe, mail, workflows, pages, databases, demo, worker, api, webServer],
    stopping,
  );
}

async function runUntilStopped(
  shared: stack.Stack,
  { reload }: RunOptions,
  asked: Promise<void>,
): Promise<void> {
  shared.claim.announce(shared.plan.publicUrl, shared.environment);
  console.log(describeStart(shared.plan));
  const watching = reload ? watchSources(shared.services) : undefined;
  await asked;
  watching?.stop();
}

function sayWhereItRuns(): void {
  const running = findRunningStart();
  const where = running?.url ? `at ${running.url}` : 'and is still starting';
  console.error(
    `Sharetab already runs in this clone ${where} (process ${running?.pid}). Ctrl-C there stops it.`,
  );
  process.exitCode = 1;
}

function explain(thrown: unknown): void {
  const error = thrown instanceof StepFailure ? thrown.cause : thrown;
  const known = error instanceof SettingError;
  console.error(`\n${error instanceof Error ? error.message : String(error)}\n`);
  if (!known) console.error('"npm run doctor" checks this machine; the logs are in .data/logs.');
}
