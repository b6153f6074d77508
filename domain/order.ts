/**
 * An order's statuses and the one table of its transitions. The workflow's update validators, the API's responses, the
 * buttons on the screens and the state diagram in the docs are all derived from this table.
 */

import { handoverOf, type Handover, type PlaceKind } from './place.ts';

/**
 * How staff prepare a paid order, step by step: each is a status, an event of its history and a column of the board.
 */
const PREPARATION = ['preparing', 'ready'] as const;

/** The statuses on the agents' board: paid for and not yet handed over. */
export const BOARD_STATUSES = ['confirmed', ...PREPARATION] as const;

/** The statuses to which an agent advances an order, one step at a time. */
export const ADVANCE_TARGETS = [...PREPARATION, 'completed'] as const;
export type AdvanceTarget = (typeof ADVANCE_TARGETS)[number];

/** Every status of an order, in the order of its life. */
export const ORDER_STATUSES = [
  'placing',
  'awaiting_payment',
  'capturing',
  ...BOARD_STATUSES,
  'completed',
  'rejected',
  'expired',
  'canceled',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** What an order is: goods that somebody sends, or a payment of a tab whose rounds are paid after (ADR 23). */
export const ORDER_KINDS = ['goods', 'settlement'] as const;
export type OrderKind = (typeof ORDER_KINDS)[number];

/** Statuses of an order that is neither confirmed nor given up: it may still take stock or money. */
export const RUNNING_STATUSES = [
  'placing',
  'awaiting_payment',
  'capturing',
] as const satisfies readonly OrderStatus[];

/** Statuses of an order that ended without completion: nothing of it is owed. */
export const GIVEN_UP_STATUSES = [
  'rejected',
  'expired',
  'canceled',
] as const satisfies readonly OrderStatus[];

/** Statuses that an order never leaves. Its workflow is closed, or about to be. */
export const ENDED_STATUSES = ['completed', ...GIVEN_UP_STATUSES] as const satisfies readonly OrderStatus[];

/** All others: a workflow is running for the order. */
export const UNFINISHED_STATUSES = ORDER_STATUSES.filter((status) => !hasEnded(status));

/** Why an order ended without completion. */
export const END_REASONS = [
  'out_of_stock',
  'too_late',
  'payment_deadline',
  'canceled_by_host',
  'canceled_by_agent',
  'taken_back',
  'capture_failed',
  /** All that was wanted of it has run out after it was ordered. */
  'sold_out',
] as const;
export type EndReason = (typeof END_REASONS)[number];

/** Who requests a transition. `workflow` is the order's own workflow, never a person. */
export type Actor = 'host' | 'agent' | 'workflow';

/** Every action on an order. `advance` names its target, the others have just one. */
export type OrderAction =
  | 'place'
  | 'send'
  | 'claim'
  | 'hold'
  | 'reject'
  | 'record_cash'
  | 'cover'
  | 'drop'
  | 'capture'
  | 'confirm'
  | 'settle'
  | 'fail_capture'
  | 'advance'
  | 'change'
  | 'answer'
  | 'sell_out'
  | 'expire'
  | 'cancel';

/** One row: in status `from`, `by` may do `action`, which leads to `to`. `from: null` creates the order. */
export interface Transition {
  readonly from: OrderStatus | null;
  readonly action: OrderAction;
  readonly by: readonly Actor[];
  readonly to: OrderStatus;
  /** Applies only to orders of this kind; absent: to both. */
  readonly kind?: OrderKind;
  /** Applies only to orders with one of these handovers; absent: to all. */
  readonly handover?: readonly Handover[];
}

export const TRANSITIONS = [
  { from: null, action: 'place', by: ['host'], to: 'placing' },
  // A round of a tab; its workflow sends it once everybody has chosen.
  { from: null, action: 'send', by: ['host', 'agent', 'workflow'], to: 'placing' },
  // A payment of a tab: parts of its rounds are set aside for its payer; its workflow charges the card on file.
  {
    from: null,
    action: 'claim',
    by: ['host', 'agent', 'workflow'],
    to: 'awaiting_payment',
    kind: 'settlement',
  },
  { from: 'placing', action: 'hold', by: ['workflow'], to: 'awaiting_payment' },
  { from: 'placing', action: 'reject', by: ['workflow'], to: 'rejected' },
  { from: 'awaiting_payment', action: 'record_cash', by: ['agent'], to: 'awaiting_payment' },
  // A share of a round; the workflow does it at the deadline, if its host chose so.
  { from: 'awaiting_payment', action: 'cover', by: ['host', 'workflow'], to: 'awaiting_payment' },
  { from: 'awaiting_payment', action: 'drop', by: ['host', 'agent', 'workflow'], to: 'awaiting_payment' },
  // What nobody has paid yet, and nobody is paying at this moment.
  {
    from: 'awaiting_payment',
    action: 'change',
    by: ['host', 'agent'],
    to: 'awaiting_payment',
    kind: 'goods',
  },
  { from: 'awaiting_payment', action: 'capture', by: ['workflow'], to: 'capturing' },
  { from: 'awaiting_payment', action: 'cancel', by: ['host', 'agent'], to: 'canceled' },
  { from: 'awaiting_payment', action: 'expire', by: ['workflow'], to: 'expired' },
  { from: 'capturing', action: 'confirm', by: ['workflow'], to: 'confirmed' },
  { from: 'capturing', action: 'settle', by: ['workflow'], to: 'completed', kind: 'settlement' },
  { from: 'capturing', action: 'fail_capture', by: ['workflow'], to: 'canceled' },
  { from: 'confirmed', action: 'advance', by: ['agent'], to: 'preparing' },
  // Its bill: by guests until the kitchen starts, by staff until it is handed over.
  { from: 'confirmed', action: 'change', by: ['host', 'agent'], to: 'confirmed' },
  { from: 'preparing', action: 'change', by: ['agent'], to: 'preparing' },
  { from: 'ready', action: 'change', by: ['agent'], to: 'ready' },
  { from: 'confirmed', action: 'cancel', by: ['host', 'agent'], to: 'canceled' },
  { from: 'preparing', action: 'advance', by: ['agent'], to: 'ready' },
  { from: 'preparing', action: 'cancel', by: ['agent'], to: 'canceled' },
  { from: 'ready', action: 'advance', by: ['agent'], to: 'completed' },
  { from: 'ready', action: 'cancel', by: ['agent'], to: 'canceled' },
  // Something of it has run out: whoever ordered it is asked, and what she wants is done; without her, the workflow does
  // what she chose at ordering. Whoever wants nothing else ends it.
  { from: 'confirmed', action: 'answer', by: ['host'], to: 'confirmed' },
  { from: 'preparing', action: 'answer', by: ['host'], to: 'preparing' },
  { from: 'ready', action: 'answer', by: ['host'], to: 'ready' },
  { from: 'confirmed', action: 'sell_out', by: ['host', 'workflow'], to: 'canceled' },
  { from: 'preparing', action: 'sell_out', by: ['host', 'workflow'], to: 'canceled' },
  { from: 'ready', action: 'sell_out', by: ['host', 'workflow'], to: 'canceled' },
] as const satisfies readonly Transition[];

/** Returns the transition that `by` makes with `action` from `from`, or undefined if the table has none. */
export function findTransition(from: OrderStatus, action: OrderAction, by: Actor): Transition | undefined {
  const rows: readonly Transition[] = TRANSITIONS;
  return rows.find((row) => row.from === from && row.action === action && row.by.includes(by));
}

/**
 * Returns whether `by` may move an order from `from` to `to`. Every writer of an order, and its history, must obey
 * this. `of`: the kind of the order, if it is known.
 */
export function isTransition(from: OrderStatus | null, to: OrderStatus, by: Actor, of?: OrderKind): boolean {
  const rows: readonly Transition[] = TRANSITIONS;
  return rows.some(
    ({ kind, ...row }) =>
      row.from === from && row.to === to && row.by.includes(by) && (!of || !kind || kind === of),
  );
}

/** Returns whether `to` is `from`, or can be reached from it in any number of steps. */
export function canBecome(from: OrderStatus, to: OrderStatus): boolean {
  const reached = new Set<OrderStatus>([from]);
  for (const status of reached) {
    for (const row of TRANSITIONS) if (row.from === status) reached.add(row.to);
  }
  return reached.has(to);
}

/** Returns whether a status is final. */
export function hasEnded(status: OrderStatus): boolean {
  return (ENDED_STATUSES as readonly OrderStatus[]).includes(status);
}

/** An order's status and place: all that its next step depends on. */
export interface Advancing {
  readonly status: OrderStatus;
  readonly place?: { readonly kind: PlaceKind } | null | undefined;
}

/** Returns the status to which `advance` moves an order, or undefined if an agent cannot advance it. */
export function nextAdvance({ status, place = null }: Advancing): AdvanceTarget | undefined {
  const rows: readonly Transition[] = TRANSITIONS;
  const next = rows.find(
    ({ from, action, handover }) =>
      from === status && action === 'advance' && (!handover || handover.includes(handoverOf(place))),
  );
  return next?.to as AdvanceTarget | undefined;
}
