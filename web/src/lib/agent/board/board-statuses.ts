/** All that staff's pages show of the statuses between payment and handing over: another one asks for its rows here. */

import { staffBoard, staffOrders } from '#messages';
import type { AdvanceTarget, BOARD_STATUSES } from '#domain/order.ts';

export type BoardStatus = (typeof BOARD_STATUSES)[number];

/** A column of the board. */
interface Column {
  readonly title: string;
  /** What stands in it while it is empty. */
  readonly empty: string;
  /** The class of its dot's color. */
  readonly dot: string;
  /** Minutes since payment from which an order in it is slow, and late. */
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

/** How an event looks in a history. */
export type EventTone = 'good' | 'bad' | 'neutral';

/** A step that staff take with an order: the words on its button, and what its history says of it then. */
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
