/**
 * The messages to an order's workflow. An update is lost if its workflow task is lost with a worker, though its writes
 * stay: so each reads the record before it decides, and rejects by that alone.
 */

import { ApplicationFailure, condition, setHandler } from '@temporalio/workflow';
import {
  canBecome,
  findTransition,
  type Actor,
  type AdvanceTarget,
  type OrderAction,
} from '../domain/order.ts';
import { actorOf, mayAskFor, type KindOfPerson } from '../domain/permissions.ts';
import { advanceOrder, coverShare, dropShare } from './activities.ts';
import { carryOutUnpaidChange } from './change-unpaid.ts';
import type { Mailbox } from './mailbox.ts';
import {
  advance,
  answer,
  cancel,
  change,
  cover,
  drop,
  FORBIDDEN,
  ILLEGAL_TRANSITION,
  pay,
  paymentChanged,
  recordCash,
  recordChanged,
  type OrderInput,
} from '../temporal/orders/messages.ts';
import type { OrderState } from './order-state.ts';
import type { Share } from './share.ts';

/** A share to change, and who asks for it. */
interface ShareRequest {
  readonly shareId: string;
  readonly as: KindOfPerson;
}

type PayAction = 'pay' | 'record_cash' | 'cover' | 'drop';

/** Registers the workflow's message handlers, which decide by the transitions table and the record. */
export function takeMessages({ orderId }: OrderInput, state: OrderState, mailbox: Mailbox): void {
  function refusal(
    message: string,
    about: { action: string; to?: string; isSettling?: boolean },
  ): ApplicationFailure {
    const details = { from: state.status, ...about };
    return ApplicationFailure.nonRetryable(message, ILLEGAL_TRANSITION, details);
  }

  function assertAllowed(action: OrderAction, by: Actor): void {
    if (!state.cancelRequest && findTransition(state.status, action, by)) return;
    throw refusal(`an order that is ${state.status} cannot ${action}`, { action });
  }

  /** The API has checked this before; here the check can't be bypassed. */
  function assertMayAsk(as: KindOfPerson, action: OrderAction): void {
    if (mayAskFor(as, action)) return;
    throw ApplicationFailure.nonRetryable(`${as} may not ${action}`, FORBIDDEN);
  }

  function isAwaitingPayment(): boolean {
    return state.status === 'awaiting_payment';
  }

  /** What an open change would do may be another by now, or be decided. */
  async function lookAtChange(): Promise<void> {
    if (state.changeId !== undefined && isAwaitingPayment())
      await carryOutUnpaidChange(orderId, state.changeId, state);
  }

  function canBePaid(): boolean {
    return state.status === 'awaiting_payment' && state.takesPayments && !state.cancelRequest;
  }

  function refusePay(action: PayAction): ApplicationFailure {
    const message = canBePaid() ? 'this share is paid' : `an order that is ${state.status} cannot be paid`;
    // It settles what was unpaid at the deadline, or is about to capture: the record says which.
    const isSettling = state.status === 'awaiting_payment' && !state.takesPayments && !state.cancelRequest;
    return refusal(message, { action, ...(isSettling && { isSettling }) });
  }

  /** A resumed workflow may not know its shares yet: it reads the record before it takes a payment. */
  function assertUnpaid(shareId: string, action: PayAction): void {
    if (!canBePaid() || state.shares.get(shareId)?.isPaid) throw refusePay(action);
  }

  /** Returns the share, while it may be paid. */
  function unpaidShare(shareId: string, action: PayAction): Share {
    assertUnpaid(shareId, action);
    const share = state.shares.get(shareId);
    if (!share) throw refusePay(action);
    return share;
  }

  /**
   * Waits for its turn, and takes the share at once. A customer may be quicker than the news of her last attempt, or
   * pay while staff take her cash: the second request waits until the first is settled. Another waiting request may
   * have been first, so each checks again.
   */
  async function takeShare<T>(shareId: string, action: PayAction, take: (share: Share) => T): Promise<T> {
    await state.catchUp();
    const share = unpaidShare(shareId, action);
    const mustWait = () => share.isBusy && canBePaid();
    while (mustWait()) await condition(() => !mustWait());
    return take(unpaidShare(shareId, action));
  }

  setHandler(
    pay,
    async ({ shareId, attemptId }) => {
      await takeShare(shareId, 'pay', (share) => share.pay({ attemptId }));
    },
    { validator: ({ shareId }: { shareId: string }) => assertUnpaid(shareId, 'pay') },
  );

  setHandler(
    recordCash,
    async ({ shareId, attemptId }) => {
      const isRecorded = await takeShare(shareId, 'record_cash', (share) => share.takeCash(attemptId));
      if (!isRecorded) throw refusePay('record_cash');
    },
    {
      validator: ({ shareId, as }: { shareId: string; as: KindOfPerson }) => {
        assertMayAsk(as, 'record_cash');
        assertAllowed('record_cash', actorOf(as));
        assertUnpaid(shareId, 'record_cash');
      },
    },
  );

  setHandler(
    cover,
    async ({ shareId, payerId, requestId }) => {
      const request = { orderId, shareId, payerId, requestId };
      const change = () => coverShare(request);
      if (!(await takeShare(shareId, 'cover', (share) => share.change(change)))) throw refusePay('cover');
      mailbox.send();
      await lookAtChange();
    },
    { validator: (request: ShareRequest) => assertMayChange(request, 'cover') },
  );

  setHandler(
    drop,
    async ({ shareId, requestId, actorId, as }) => {
      const request = { orderId, shareId, requestId, by: { actor: actorOf(as), actorId } };
      const change = () => dropShare(request);
      if (!(await takeShare(shareId, 'drop', (share) => share.change(change)))) throw refusePay('drop');
      // Nothing may be left to pay of it, or of the order.
      await state.catchUp();
      mailbox.send();
      await lookAtChange();
    },
    { validator: (request: ShareRequest) => assertMayChange(request, 'drop') },
  );

  function assertMayChange({ shareId, as }: ShareRequest, action: 'cover' | 'drop'): void {
    assertMayAsk(as, action);
    assertAllowed(action, actorOf(as));
    assertUnpaid(shareId, action);
  }

  setHandler(
    cancel,
    async ({ by, cancelRequestId }) => {
      await state.catchUp();
      if (isAccepted(cancelRequestId)) return;
      assertAllowed('cancel', by);
      state.cancelRequest = { by, cancelRequestId };
    },
    {
      validator: ({ as, cancelRequestId }: { as: KindOfPerson; cancelRequestId: string }) => {
        assertMayAsk(as, 'cancel');
        if (!isAccepted(cancelRequestId)) assertAllowed('cancel', actorOf(as));
      },
    },
  );

  setHandler(
    change,
    async ({ changeId }) => {
      await state.catchUp();
      if (state.changeId !== changeId)
        throw refusal(`the change of this order is not open`, { action: 'change' });
      if (!isAwaitingPayment()) return;
      await carryOutUnpaidChange(orderId, changeId, state);
      mailbox.send();
    },
    {
      // News of the open change: whether it is still to be had, the record says.
      validator: ({ changeId, as }: { changeId: string; as: KindOfPerson }) => {
        assertMayAsk(as, 'change');
        if (state.changeId !== changeId) assertAllowed('change', actorOf(as));
      },
    },
  );

  setHandler(
    answer,
    async ({ changeId, cancelRequestId }) => {
      await state.catchUp();
      const isKnown = changeId === undefined ? isAccepted(cancelRequestId) : state.changeId === changeId;
      if (isKnown) return;
      throw refusal('the answer is not open', { action: 'answer' });
    },
    {
      validator: ({ as }: { as: KindOfPerson }) => {
        assertMayAsk(as, 'answer');
        assertAllowed('answer', actorOf(as));
      },
    },
  );

  /**
   * Returns whether the request was accepted before: it may have been found in the record before its message arrived.
   */
  function isAccepted(cancelRequestId: string | undefined): boolean {
    return cancelRequestId !== undefined && state.cancelRequest?.cancelRequestId === cancelRequestId;
  }

  setHandler(
    advance,
    async ({ to, agentId }) => {
      const { isDone, order } = await advanceOrder({ orderId, to, agentId });
      state.learn(order);
      state.show();
      if (!isDone)
        throw refusal(`an order that is ${order.status} cannot become ${to}`, { action: 'advance', to });
      mailbox.send();
    },
    {
      // The workflow's view may be outdated: it reads the record unless that step is no longer reachable.
      validator: ({ to, as }: { to: AdvanceTarget; as: KindOfPerson }) => {
        assertMayAsk(as, 'advance');
        if (!state.cancelRequest && state.status !== to && canBecome(state.status, to)) return;
        throw refusal(`an order that is ${state.status} cannot become ${to}`, { action: 'advance', to });
      },
    },
  );

  setHandler(recordChanged, async () => {
    const { hasUntriedMails } = await state.catchUp();
    if (hasUntriedMails) mailbox.send();
    await lookAtChange();
  });

  setHandler(paymentChanged, ({ paymentId }) => {
    state.changedPayments.add(paymentId);
  });
}
