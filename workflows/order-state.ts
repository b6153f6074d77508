/** What an order's workflow knows of its order, and the messages it takes. */

import {
  ApplicationFailure,
  condition,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { AttentionReason } from '../domain/failures.ts';
import {
  findTransition,
  type Actor,
  type AdvanceTarget,
  type OrderAction,
  type OrderStatus,
} from '../domain/order.ts';
import type { CapturedPayment } from '../domain/payment.ts';
import { advanceOrder } from './activities.ts';
import type { Mailbox } from './mailbox.ts';
import {
  advance,
  cancel,
  ILLEGAL_TRANSITION,
  pay,
  paymentChanged,
  recordCash,
  type OrderInput,
  type HoldDecision,
} from './messages.ts';

const ORDER_STATUS = defineSearchAttributeKey('OrderStatus', 'KEYWORD');
const ORDER_ATTENTION = defineSearchAttributeKey('OrderAttention', 'KEYWORD');

/** Statuses that operators find an order by; the others pass within milliseconds. */
const SEARCHABLE: readonly OrderStatus[] = [
  'awaiting_payment',
  'confirmed',
  'preparing',
  'ready',
  'completed',
  'rejected',
  'expired',
  'canceled',
];

export interface PayDemand {
  readonly shareId: string;
  readonly payRequestId: string;
  /** Nobody thinks of canceling yet, so it is worth trying at once. */
  readonly cameWithOrder?: boolean;
  /** Of cash: hears whether it was written down. Absent: the share is to be paid by card. */
  readonly onCashTaken?: (isRecorded: boolean) => void;
}

export interface OrderState {
  readonly status: OrderStatus;
  /** Set once a cancellation was accepted. */
  readonly cancelRequest: { readonly by: 'host' | 'agent'; readonly cancelRequestId: string } | undefined;
  captured: readonly CapturedPayment[];
  /** Shares being paid or to be paid, in the order they were asked for. */
  readonly demands: PayDemand[];
  /** Shares that are being paid: the next try waits for the outcome. */
  readonly busyShares: Set<string>;
  readonly authorizedShares: Set<string>;
  /** Until the payment is collected, or given up. */
  takesPayments: boolean;
  /** Payments that Stripe has news of. */
  readonly changedPayments: Set<string>;
  holdDecided(decision: HoldDecision): void;
  moveTo(status: OrderStatus): void;
  needAttention(reason: AttentionReason): void;
}

/** Keeps the order's state, answers its updates by the transitions table, and shows it to operators. */
export function trackOrder(input: OrderInput, mailbox: Mailbox): OrderState {
  let status: OrderStatus = input.resumeFrom ?? 'placing';
  let attention: AttentionReason | undefined;
  let cancelRequest: OrderState['cancelRequest'];

  const state: OrderState = {
    get status() {
      return status;
    },
    get cancelRequest() {
      return cancelRequest;
    },
    captured: [],
    demands: [],
    busyShares: new Set(),
    authorizedShares: new Set(),
    takesPayments: true,
    changedPayments: new Set(),
    holdDecided: (decision) => {
      status = decision.status;
      // With a payment under way it is paid within milliseconds: not worth telling the visibility store.
      if (status === 'awaiting_payment' && input.payRequestId) show(false);
      else show(true);
    },
    moveTo: (next) => {
      if (status === next) return;
      status = next;
      show(SEARCHABLE.includes(next));
    },
    needAttention: (reason) => {
      attention ??= reason;
      upsertSearchAttributes([{ key: ORDER_ATTENTION, value: attention }]);
      show(false);
    },
  };

  function show(searchable: boolean): void {
    if (searchable) upsertSearchAttributes([{ key: ORDER_STATUS, value: status }]);
    setCurrentDetails(
      [
        '| status | total | attention |',
        '| --- | --- | --- |',
        `| ${status} | ${input.totalAmount} ${input.currency} (minor units) | ${attention ?? 'none'} |`,
      ].join('\n'),
    );
  }

  function assertAllowed(action: OrderAction, by: Actor): void {
    if (!cancelRequest && findTransition('solo', status, action, by)) return;
    throw ApplicationFailure.nonRetryable(`an order that is ${status} cannot ${action}`, ILLEGAL_TRANSITION, {
      from: status,
      action,
    });
  }

  function canBePaid(): boolean {
    return status === 'awaiting_payment' && state.takesPayments && !cancelRequest;
  }

  function refusePay(action: 'pay' | 'record_cash'): ApplicationFailure {
    const message = canBePaid() ? 'this share is paid' : `an order that is ${status} cannot be paid`;
    return ApplicationFailure.nonRetryable(message, ILLEGAL_TRANSITION, { from: status, action });
  }

  function assertUnpaid(shareId: string, action: 'pay' | 'record_cash'): void {
    if (!canBePaid() || state.authorizedShares.has(shareId)) throw refusePay(action);
  }

  /**
   * A customer may be quicker than the news of her last try, or pay while staff take her cash: whoever comes second
   * waits until the first is settled. Whoever else waited may have been first, so each looks again.
   */
  function mustWait(shareId: string): boolean {
    return state.busyShares.has(shareId) && canBePaid();
  }

  setHandler(
    pay,
    async (demand) => {
      const { shareId } = demand;
      while (mustWait(shareId)) await condition(() => !mustWait(shareId));
      assertUnpaid(shareId, 'pay');
      state.busyShares.add(shareId);
      state.demands.push(demand);
    },
    { validator: ({ shareId }: { shareId: string }) => assertUnpaid(shareId, 'pay') },
  );

  setHandler(
    recordCash,
    async (demand) => {
      const { shareId } = demand;
      while (mustWait(shareId)) await condition(() => !mustWait(shareId));
      assertUnpaid(shareId, 'record_cash');
      state.busyShares.add(shareId);
      const isRecorded = await new Promise<boolean>((onCashTaken) => {
        state.demands.push({ ...demand, onCashTaken });
      });
      if (!isRecorded) throw refusePay('record_cash');
    },
    {
      validator: ({ shareId }: { shareId: string }) => {
        assertAllowed('record_cash', 'agent');
        assertUnpaid(shareId, 'record_cash');
      },
    },
  );

  setHandler(
    cancel,
    (request) => {
      cancelRequest = request;
    },
    { validator: ({ by }: { by: 'host' | 'agent' }) => assertAllowed('cancel', by) },
  );

  setHandler(
    advance,
    async ({ to, agentId }) => {
      status = to;
      await advanceOrder({ orderId: input.orderId, to, agentId });
      show(true);
      mailbox.send();
    },
    {
      validator: ({ to }: { to: AdvanceTarget }) => {
        assertAllowed('advance', 'agent');
        if (findTransition('solo', status, 'advance', 'agent')?.to === to) return;
        throw ApplicationFailure.nonRetryable(
          `an order that is ${status} cannot become ${to}`,
          ILLEGAL_TRANSITION,
          { from: status, action: 'advance', to },
        );
      },
    },
  );

  setHandler(paymentChanged, ({ paymentId }) => {
    state.changedPayments.add(paymentId);
  });

  return state;
}
