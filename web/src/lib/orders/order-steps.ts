import type { OrderStatus } from '#domain/order.ts';

/** `awaited`: the next one, which waits for the customer. */
export type StepState = 'done' | 'current' | 'awaited' | 'upcoming';

export interface Step {
  readonly name: string;
  readonly state: StepState;
}

const NAMES = ['Set aside', 'Paid', 'Preparing', 'Ready', 'Enjoy'] as const;

/** How many steps are behind an order in this status, and whether the next one is going on. */
const REACHED: Partial<Record<OrderStatus, readonly [done: number, isOnNext: boolean]>> = {
  placing: [0, true],
  awaiting_payment: [1, true],
  capturing: [1, true],
  confirmed: [2, false],
  preparing: [2, true],
  ready: [3, true],
  completed: [5, false],
};

/** The way of an order, step by step; none for an order that ended before, or is not placed yet. */
export function stepsOf(status: OrderStatus): Step[] {
  const reached = REACHED[status];
  if (!reached) return [];
  const [done, isOnNext] = reached;
  return NAMES.map((name, index) => ({
    name,
    state:
      index < done
        ? 'done'
        : index > done || !isOnNext
          ? 'upcoming'
          : isAwaited(status)
            ? 'awaited'
            : 'current',
  }));
}

function isAwaited(status: OrderStatus): boolean {
  return status === 'awaiting_payment';
}
