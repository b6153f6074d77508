/** Everything that staff pages show per status from payment to handover. A new status must add its rows here. */

import { staffBoard, staffOrders } from '#messages';
import type { AdvanceTarget, BOARD_STATUSES } from '#domain/order.ts';

export type BoardStatus = (typeof BOARD_STATUSES)[number];

/** A column of the board. */
interface Column {
  readonly title: string;
  /** Shown while it is empty. */
  readonly empty: string;
  /** The CSS class of its dot. */
  readonly dot: string;
  /** Minutes since payment after which an order is slow, and late. */
  readonly slow: number;
  readonly late: number;
}

export const COLUMNS = {
  confirmed: {
    title: staffBoard.confirmed(),
    empty: staffBoard.confirmedEmpty(),
    dot: 'bg-info',
    slow: 5,
    late: 10,
  },
  preparing: {
    title: staffBoard.preparing(),
    empty: staffBoard.preparingEmpty(),
    dot: 'bg-butter',
    slow: 12,
    late: 20,
  },
  ready: {
    title: staffBoard.ready(),
    empty: staffBoard.readyEmpty(),
    dot: 'bg-good',
    slow: 20,
    late: 30,
  },
} as const satisfies Record<BoardStatus, Column>;

/** Appearance of an event in a history. */
export type EventTone = 'good' | 'bad' | 'neutral';

/** A step that staff take with an order: its button's label, and its text in the history. */
interface AdvanceStep {
  readonly button: string;
  readonly done: string;
  readonly tone: EventTone;
}

export const STEPS = {
  preparing: { button: staffOrders.preparing(), done: staffOrders.eventPreparing(), tone: 'neutral' },
  ready: { button: staffOrders.ready(), done: staffOrders.eventReady(), tone: 'good' },
  completed: { button: staffOrders.completed(), done: staffOrders.eventCompleted(), tone: 'good' },
} as const satisfies Record<AdvanceTarget, AdvanceStep>;
