import { CancellationScope } from '@temporalio/workflow';
import type { AttentionReason } from '../domain/failures.ts';

/** One undo, and the reason for attention if it fails. */
interface Compensation {
  readonly onFailure: AttentionReason;
  readonly undo: () => Promise<void>;
}

/** The undos to run if a later step fails. */
export interface Compensations {
  /** Registers an undo, before the step it undoes. */
  add(onFailure: AttentionReason, undo: () => Promise<void>): void;
  /** Runs all undos, last first, regardless of cancellation. A failed undo is reported, and the others continue. */
  run(report: (reason: AttentionReason) => Promise<void>): Promise<void>;
}

export function createCompensations(): Compensations {
  const registered: Compensation[] = [];
  return {
    add: (onFailure, undo) => {
      registered.push({ onFailure, undo });
    },
    run: (report) =>
      CancellationScope.nonCancellable(async () => {
        for (const { onFailure, undo } of registered.splice(0).toReversed()) {
          try {
            await undo();
          } catch {
            await report(onFailure);
          }
        }
      }),
  };
}
