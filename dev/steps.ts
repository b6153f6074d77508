/** Showing the steps of a command as they go: live on a terminal, line by line elsewhere. */

import { Listr, PRESET_TIMER } from 'listr2';
import { elapsedSince, type ReportProgress } from './progress.ts';

/** One step, or several at once. */
export interface Step {
  readonly title: string;
  /** Left out when false. */
  readonly enabled?: boolean;
  run(report: ReportProgress): Promise<void>;
}

/** The list shows that a step failed in one line; what happened is its cause, for whoever ran the steps to show. */
export class StepFailure extends Error {
  constructor(title: string, cause: unknown) {
    super(`${title} failed, see below`, { cause });
  }
}

const LINE_EVERY_MS = 10_000;

/** Runs groups of steps one after another, the steps of a group at the same time. Rejects with the first failure. */
export async function runSteps(groups: readonly (readonly Step[])[]): Promise<void> {
  for (const group of groups) {
    const steps = group.filter(({ enabled }) => enabled !== false);
    const finished = new Set<Step>();
    const list = new Listr(
      steps.map((step) => ({
        title: step.title,
        task: async (_context: unknown, task: { title: string | undefined; output: string | undefined }) => {
          try {
            await step.run(throttle((text) => (task.output = text)));
            finished.add(step);
          } catch (error) {
            throw new StepFailure(step.title, error);
          }
        },
      })),
      {
        concurrent: true,
        exitOnError: true,
        registerSignalListeners: false,
        rendererOptions: { timer: PRESET_TIMER, collapseErrors: false },
        fallbackRendererOptions: { timer: PRESET_TIMER },
      },
    );
    const stillBusy = announceSlowSteps(() => steps.filter((step) => !finished.has(step)));
    await list.run().finally(stillBusy.stop);
  }
}

/** Where there is no terminal to draw on, says now and then which steps are still going on. */
function announceSlowSteps(unfinished: () => readonly Step[]): { stop(): void } {
  if (process.stdout.isTTY) return { stop: () => undefined };
  const startedAt = Date.now();
  const timer = setInterval(() => {
    const titles = unfinished().map(({ title }) => title);
    console.log(`  … ${titles.join(', ')}: ${elapsedSince(startedAt)}`);
  }, LINE_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

/** On a terminal the text is drawn over; elsewhere each is a line, so only one in ten seconds is let through. */
function throttle(show: ReportProgress): ReportProgress {
  if (process.stdout.isTTY) return show;
  let last = Date.now();
  return (text) => {
    if (Date.now() - last < LINE_EVERY_MS) return;
    last = Date.now();
    show(text);
  };
}
