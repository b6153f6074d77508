/** One share of an order while it is collected: its own state, its attempts and its cancellation scope. */

import { ActivityFailure, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { Standing } from '../domain/standing.ts';
import type { AttemptResult, AuthorizationResult } from '../temporal/payments/activities.ts';
import { authorizeAtOnce, authorizePayment, refreshPayment, takeCash, voidPayments } from './activities.ts';

/** How often a payment that waits for its payer is read back, should Stripe's webhook never come. */
const READ_BACK_MS = 15_000;

/** What a share knows of its order. */
export interface ShareContext {
  /** A wish to cancel that was accepted. */
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
  /** Nobody thinks of canceling yet, so it is worth asking Stripe within the task at hand. */
  readonly cameWithOrder?: boolean;
}

/** Cash that staff took. */
interface CashAttempt {
  readonly attemptId: string;
  /** Hears whether it was written down. */
  readonly onCashTaken: (isRecorded: boolean) => void;
}

export interface Share {
  readonly id: string;
  /** It is authorized, by card or in cash. */
  readonly isPaid: boolean;
  /** A bank or the record is being asked at this moment. */
  readonly isAsking: boolean;
  /** An attempt is to be made or is being made: the next one waits for its outcome. */
  readonly isBusy: boolean;
  /** Has an attempt made, after the one that waits for its payer at her bank. */
  pay(attempt: CardAttempt): void;
  /** Has cash written down. Resolves with whether it was. */
  takeCash(attemptId: string): Promise<boolean>;
  /** The record says that it is paid. */
  notePaid(): void;
  /** Makes the attempts that are asked for, until one succeeds or `stop` is called. `deadline`: ms since 1970. */
  collect(deadline: number): void;
  /** Ends collecting. When it resolves, no attempt is under way any more. */
  stop(): Promise<void>;
}

/** A share that is to be collected, or is paid already. */
export function createShare(id: string, orderId: string, order: ShareContext): Share {
  const attempts: (CardAttempt | CashAttempt)[] = [];
  let asking = 0;
  let isPaid = false;
  let scope: CancellationScope | undefined;
  let collecting = Promise.resolve();
  let deadline = 0;

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
    pay: (attempt) => {
      attempts.push(attempt);
    },
    takeCash: (attemptId) =>
      new Promise((onCashTaken) => {
        attempts.push({ attemptId, onCashTaken });
      }),
    notePaid: () => {
      isPaid = true;
    },
    collect: (until) => {
      deadline = until;
      scope = new CancellationScope();
      collecting = scope.run(makeAttempts);
    },
    stop: async () => {
      for (const attempt of attempts.splice(0)) if ('onCashTaken' in attempt) attempt.onCashTaken(false);
      scope?.cancel();
      await collecting;
    },
  };
  return share;

  async function makeAttempts(): Promise<void> {
    try {
      while (!isPaid) {
        const attempt = attempts.shift();
        if (!attempt) await condition(() => isPaid || attempts.length > 0);
        else if ('onCashTaken' in attempt) await payInCash(attempt);
        else await payByCard(attempt);
      }
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
  }

  async function payByCard({ attemptId, cameWithOrder = false }: CardAttempt): Promise<void> {
    const ref = { orderId, shareId: id, attemptId };
    try {
      const first = await ask(() => authorize(ref, cameWithOrder));
      order.learn(first.order);
      // The record knows better: the share is paid, or the order waits for no payment.
      if (first.status === 'refused') return void (await ask(order.catchUp));
      let result: AttemptResult = first;
      const { knownRefusal } = result;
      while (result.status === 'requires_action') {
        const { paymentId } = result;
        await condition(() => order.changedPayments.has(paymentId) || attempts.length > 0, READ_BACK_MS, {
          summary: 'The payer authenticates; read back then',
        });
        // Another card: what became of this one is read back before that is asked.
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
      // Stripe did not answer until the deadline, or with a payment that is not ours: voiding reads back what it did.
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

  /**
   * Cash counts once no card payment of the share can come in any more. What is written down stays, whatever is
   * canceled meanwhile: then it goes back with the order's end.
   */
  async function payInCash({ attemptId, onCashTaken }: CashAttempt): Promise<void> {
    const ref = { orderId, shareId: id, attemptId };
    let isRecorded = false;
    try {
      let taken = await take();
      if (taken === 'card_open') {
        await ask(() => voidPayments.executeWithOptions(untilDeadline(), [{ orderId, shareId: id }]));
        if (!order.cancelRequest) taken = await take();
      }
      isRecorded = taken === 'recorded';
    } catch (error) {
      // Stripe did not answer until the deadline.
      if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    } finally {
      isPaid ||= isRecorded;
      onCashTaken(isRecorded);
    }

    async function take() {
      const { taken, order: standing } = await ask(() =>
        CancellationScope.nonCancellable(() => takeCash(ref)),
      );
      order.learn(standing);
      return taken;
    }
  }

  function untilDeadline() {
    return { scheduleToCloseTimeout: Math.max(1_000, deadline - Date.now()) };
  }

  /** While it runs, nobody else asks anything of this share. */
  async function ask<T>(run: () => Promise<T>): Promise<T> {
    asking += 1;
    try {
      return await run();
    } finally {
      asking -= 1;
    }
  }
}
