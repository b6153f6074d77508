/** One share of an order while it is collected: its state, its attempts and its cancellation scope. */

import { ActivityFailure, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { AttemptRef } from '../domain/payment.ts';
import type { Standing } from '../domain/standing.ts';
import type { AttemptResult, AuthorizationResult } from '../temporal/payments/activities.ts';
import { authorizeAtOnce, authorizePayment, refreshPayment, takeCash, voidPayments } from './activities.ts';
import type { ShareChanged } from '../temporal/orders/activities.ts';

/** How often a payment that waits for its payer is read back, in case Stripe's webhook never comes. */
const READ_BACK_MS = 15_000;

/** A share's view of its order. */
export interface ShareContext {
  /** An accepted cancel request. */
  readonly cancelRequest: object | undefined;
  /** Payments that Stripe has news of. */
  readonly changedPayments: Set<string>;
  learn(order: Standing): void;
  catchUp(): Promise<unknown>;
  show(): void;
}

/** An attempt to pay by card. */
export interface CardAttempt {
  readonly attemptId: string;
  /** Nobody can want to cancel yet, so it is worth calling Stripe within the current task. */
  readonly cameWithOrder?: boolean;
}

/**
 * A step of the record that counts only once no card payment of the share can succeed any more: cash, or another payer
 * or amount.
 */
interface RecordStep {
  readonly write: () => Promise<ShareChanged>;
  /** Whether the share is paid with it. */
  readonly pays: boolean;
  /** Receives whether it was written. */
  readonly onWritten: (isWritten: boolean) => void;
}

/** Voids its open payments, between its attempts. */
interface VoidStep {
  readonly onVoided: () => void;
}

export interface Share {
  readonly id: string;
  /** Whether it is authorized, by card or in cash. */
  readonly isPaid: boolean;
  /** Whether a call to the bank or the record is in progress. */
  readonly isAsking: boolean;
  /** Whether an attempt is queued or running: the next one waits for its outcome. */
  readonly isBusy: boolean;
  /** Whether an attempt is queued, running, or waits for its payer at her bank. */
  readonly isTrying: boolean;
  /** Queues an attempt, replacing one that waits for its payer at her bank. */
  pay(attempt: CardAttempt): void;
  /** Records cash. Resolves with whether it was recorded. */
  takeCash(attemptId: string): Promise<boolean>;
  /** Changes its payer or amount in the record. Resolves with whether it was changed. */
  change(write: () => Promise<ShareChanged>): Promise<boolean>;
  /** Voids what was declined, or waits at her bank. Resolves once no such payment can succeed any more. */
  voidOpen(): Promise<void>;
  /** Called when the record has it as paid. */
  notePaid(): void;
  /** Runs the requested attempts, until one succeeds or `stop` is called. `deadline`: ms since 1970. */
  collect(deadline: number): void;
  /** Ends collecting. When it resolves, no attempt is in progress any more. */
  stop(): Promise<void>;
}

async function recordCash(ref: AttemptRef): Promise<ShareChanged> {
  const { taken, order } = await takeCash(ref);
  return { outcome: taken === 'recorded' ? 'done' : taken, order };
}

/** Creates a share, which is to be collected or already paid. `changeId`: the change of its order that it pays. */
export function createShare(id: string, orderId: string, order: ShareContext, changeId?: string): Share {
  const attempts: (CardAttempt | RecordStep | VoidStep)[] = [];
  let asking = 0;
  let isPaying = false;
  let isPaid = false;
  let scope: CancellationScope | undefined;
  let collecting = Promise.resolve();
  let deadline = 0;
  let isCollecting = false;

  const share: Share = {
    id,
    get isPaid() {
      return isPaid;
    },
    get isAsking() {
      return asking > 0;
    },
    get isBusy() {
      return asking > 0 || attempts.length > 0;
    },
    get isTrying() {
      return isPaying || attempts.length > 0;
    },
    pay: (attempt) => {
      attempts.push(attempt);
    },
    takeCash: (attemptId) => writeNext(() => recordCash({ orderId, shareId: id, attemptId }), true),
    change: (write) => writeNext(write, false),
    voidOpen: async () => {
      await condition(() => !share.isBusy || !isCollecting);
      if (isPaid) return;
      if (!isCollecting) return void (await voidPayments({ orderId, shareId: id }));
      await new Promise<void>((onVoided) => {
        attempts.push({ onVoided });
      });
    },
    notePaid: () => {
      isPaid = true;
    },
    collect: (until) => {
      deadline = until;
      scope = new CancellationScope();
      isCollecting = true;
      collecting = scope.run(makeAttempts);
    },
    stop: async () => {
      for (const attempt of attempts.splice(0)) {
        if ('onWritten' in attempt) attempt.onWritten(false);
        if ('onVoided' in attempt) attempt.onVoided();
      }
      scope?.cancel();
      await collecting;
      isCollecting = false;
    },
  };
  return share;

  async function makeAttempts(): Promise<void> {
    try {
      while (!isPaid) {
        const attempt = attempts.shift();
        if (!attempt) await condition(() => isPaid || attempts.length > 0);
        else if ('onWritten' in attempt) await writeStep(attempt);
        else if ('onVoided' in attempt) await voidStep(attempt);
        else await payByCard(attempt);
      }
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
  }

  async function payByCard(attempt: CardAttempt): Promise<void> {
    isPaying = true;
    try {
      await tryCard(attempt);
    } finally {
      isPaying = false;
    }
  }

  async function tryCard({ attemptId, cameWithOrder = false }: CardAttempt): Promise<void> {
    const ref = { orderId, shareId: id, attemptId, ...(changeId !== undefined && { changeId }) };
    try {
      const first = await ask(() => authorize(ref, cameWithOrder));
      order.learn(first.order);
      // The record is ahead: the share is paid, or the order awaits no payment.
      if (first.status === 'refused') return void (await ask(order.catchUp));
      let result: AttemptResult = first;
      const { knownRefusal } = result;
      while (result.status === 'requires_action') {
        const { paymentId } = result;
        await condition(() => order.changedPayments.has(paymentId) || attempts.length > 0, READ_BACK_MS, {
          summary: 'The payer authenticates; read back then',
        });
        // Another card is requested: this payment's outcome is read back first.
        if (attempts.length > 0) return;
        order.changedPayments.delete(paymentId);
        result = await ask(() =>
          refreshPayment.executeWithOptions(untilDeadline(), [
            { ...ref, paymentId, ...(knownRefusal !== undefined && { knownRefusal }) },
          ]),
        );
        order.learn(result.order);
      }
      isPaid ||= result.status === 'authorized';
    } catch (error) {
      // No answer from Stripe until the deadline, or a payment that is not ours: voiding reads back its outcome.
      if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    }
  }

  async function authorize(
    ref: Parameters<typeof authorizePayment>[0],
    isQuick: boolean,
  ): Promise<AuthorizationResult> {
    const result = isQuick ? await authorizeAtOnce(ref) : null;
    if (result) return result;
    order.show();
    return authorizePayment.executeWithOptions(untilDeadline(), [ref]);
  }

  function writeNext(write: RecordStep['write'], pays: boolean): Promise<boolean> {
    return new Promise((onWritten) => {
      attempts.push({ write, pays, onWritten });
    });
  }

  /** Writes it, after voiding an open card payment. What is written stays, regardless of cancellation. */
  async function writeStep({ write, pays, onWritten }: RecordStep): Promise<void> {
    let isWritten = false;
    try {
      let outcome = await writeOnce();
      if (outcome === 'card_open') {
        await ask(() => voidPayments.executeWithOptions(untilDeadline(), [{ orderId, shareId: id }]));
        if (!order.cancelRequest) outcome = await writeOnce();
      }
      isWritten = outcome === 'done';
    } catch (error) {
      // No answer from Stripe until the deadline.
      if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    } finally {
      isPaid ||= isWritten && pays;
      onWritten(isWritten);
    }

    async function writeOnce() {
      const { outcome, order: standing } = await ask(() => CancellationScope.nonCancellable(write));
      order.learn(standing);
      return outcome;
    }
  }

  async function voidStep({ onVoided }: VoidStep): Promise<void> {
    try {
      await ask(() => voidPayments.executeWithOptions(untilDeadline(), [{ orderId, shareId: id }]));
    } catch (error) {
      // No answer from Stripe until the deadline.
      if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    } finally {
      onVoided();
    }
  }

  function untilDeadline() {
    return { scheduleToCloseTimeout: Math.max(1_000, deadline - Date.now()) };
  }

  /** Runs a call, during which this share accepts no other request. */
  async function ask<T>(run: () => Promise<T>): Promise<T> {
    asking += 1;
    try {
      return await run();
    } finally {
      asking -= 1;
    }
  }
}
