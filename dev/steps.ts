/** Shows a command's steps while they run: live on a terminal, line by line elsewhere. */

import { Listr, PRESET_TIMER } from 'listr2';
import { elapsedSince, type ReportProgress } from './progress.ts';

/** One step of a command. */
export interface Step {
  readonly title: string;
  /** Steps of the same list that must complete first. */
  readonly after?: readonly Step[];
  /** Skipped if false. */
  readonly enabled?: boolean;
  run(report: ReportProgress): Promise<void>;
}

/** The list reports a failed step in one line; the caller shows the cause. */
export class StepFailure extends Error {
  readonly title: string;

  constructor(title: string, cause: unknown) {
    super(`${title} failed, see below`, { cause });
    this.title = title;
  }
}

const LINE_EVERY_MS = 10_000;

/**
 * Runs all steps concurrently, in order of their dependencies. Rejects with the first failure. Once `stopping`, a
 * failing step (its process was ended, too) reports nothing and never settles: nobody waits for it.
 */
export async function runSteps(steps: readonly Step[], stopping: AbortSignal): Promise<void> {
  const [failure] = await runList(steps, { concurrent: true, exitOnError: true }, stopping);
  if (failure) throw failure;
}

/**
 * Runs all steps, a few at a time, regardless of failures. Resolves with the failures. `silent`: shows nothing, for
 * steps beside something that writes to the terminal itself.
 */
export function runAllSteps(
  steps: readonly Step[],
  atOnce: number,
  { silent = false } = {},
): Promise<StepFailure[]> {
  return runList(steps, { concurrent: atOnce, exitOnError: false, silent });
}

async function runList(
  steps: readonly Step[],
  { silent = false, ...options }: { concurrent: true | number; exitOnError: boolean; silent?: boolean },
  stopping?: AbortSignal,
): Promise<StepFailure[]> {
  const enabled = steps.filter((step) => step.enabled !== false);
  const busy = new Set<Step>();
  const failures: StepFailure[] = [];
  const lastWords = new Map<Step, string>();
  const done = new Map(steps.map((step) => [step, Promise.withResolvers<void>()]));
  for (const step of steps) if (step.enabled === false) done.get(step)?.resolve();
  const list = new Listr(
    enabled.map((step) => ({
      title: step.title,
      task: async (_context: unknown, task: { output: string | undefined }) => {
        try {
          for (const other of step.after ?? []) await done.get(other)?.promise;
          busy.add(step);
          await step.run((text) => {
            if (process.stdout.isTTY) task.output = text;
            else lastWords.set(step, text);
          });
          done.get(step)?.resolve();
        } catch (error) {
          if (stopping?.aborted) await new Promise(() => undefined);
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
      silentRendererCondition: silent,
      registerSignalListeners: false,
      rendererOptions: { timer: PRESET_TIMER, collapseErrors: false },
      fallbackRendererOptions: { timer: PRESET_TIMER },
    },
  );
  const announcing = silent ? undefined : announceSlowSteps(busy, lastWords);
  await list
    .run()
    .catch(() => undefined)
    .finally(() => announcing?.stop());
  return failures;
}

/** Without a terminal, prints the running steps every ten seconds, so that nothing looks stuck. */
function announceSlowSteps(busy: ReadonlySet<Step>, lastWords: ReadonlyMap<Step, string>): { stop(): void } {
  if (process.stdout.isTTY) return { stop: () => undefined };
  const startedAt = Date.now();
  const timer = setInterval(() => {
    const steps = [...busy].map((step) => {
      const words = lastWords.get(step);
      return words ? `${step.title} (${words})` : step.title;
    });
    console.log(`  … ${elapsedSince(startedAt)}: ${steps.join(', ')}`);
  }, LINE_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}
