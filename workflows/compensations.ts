import { CancellationScope } from '@temporalio/workflow';
import type { AttentionReason } from '../domain/failures.ts';

/** One undo, and what to ask a person for when it cannot be done. */
interface Compensation {
  readonly onFailure: AttentionReason;
  readonly undo: () => Promise<void>;
}

/** What has to be undone if a later step fails. */
export interface Compensations {
  /** Registers an undo, before the step it undoes. */
  add(onFailure: AttentionReason, undo: () => Promise<void>): void;
  /** Undoes everything, last first, whatever is canceled meanwhile. An undo that fails is reported, and the others go on. */
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
