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
  readonly title: string;

  constructor(title: string, cause: unknown) {
    super(`${title} failed, see below`, { cause });
    this.title = title;
  }
}

const LINE_EVERY_MS = 10_000;

/** Runs groups of steps one after another, the steps of a group at the same time. Rejects with the first failure. */
export async function runSteps(groups: readonly (readonly Step[])[]): Promise<void> {
  for (const group of groups) {
    const [failure] = await runGroup(group, { concurrent: true, exitOnError: true });
    if (failure) throw failure;
  }
}

/** Runs all steps, a few at a time, whatever becomes of the others. Resolves to the failures. */
export function runAllSteps(steps: readonly Step[], atOnce: number): Promise<StepFailure[]> {
  return runGroup(steps, { concurrent: atOnce, exitOnError: false });
}

async function runGroup(
  group: readonly Step[],
  options: { concurrent: true | number; exitOnError: boolean },
): Promise<StepFailure[]> {
  const busy = new Set(group.filter(({ enabled }) => enabled !== false));
  const failures: StepFailure[] = [];
  const list = new Listr(
    [...busy].map((step) => ({
      title: step.title,
      task: async (_context: unknown, task: { output: string | undefined }) => {
        try {
          await step.run(throttle((text) => (task.output = text)));
        } catch (error) {
          const failure = new StepFailure(step.title, error);
          failures.push(failure);
          throw failure;
        } finally {
          busy.delete(step);
        }
      },
    })),
    {
      ...options,
      registerSignalListeners: false,
      rendererOptions: { timer: PRESET_TIMER, collapseErrors: false },
      fallbackRendererOptions: { timer: PRESET_TIMER },
    },
  );
  const announcing = announceSlowSteps(busy);
  await list
    .run()
    .catch(() => undefined)
    .finally(() => announcing.stop());
  return failures;
}

/** Where there is no terminal to draw on, says now and then which steps are still going on. */
function announceSlowSteps(busy: ReadonlySet<Step>): { stop(): void } {
  if (process.stdout.isTTY) return { stop: () => undefined };
  const startedAt = Date.now();
  const timer = setInterval(() => {
    const titles = [...busy].map(({ title }) => title);
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
