import { orderSteps } from '#messages';
import type { OrderStatus } from '#domain/order.ts';
import { STATUS_WORDS } from '../ui/status-words.ts';

/** `awaited`: the next step, which waits for the customer. */
export type StepState = 'done' | 'current' | 'awaited' | 'upcoming';

export interface Step {
  readonly name: string;
  readonly state: StepState;
}

const NAMES = [
  orderSteps.setAside(),
  orderSteps.paid(),
  orderSteps.preparing(),
  orderSteps.ready(),
  orderSteps.enjoy(),
];

/** The step that a round has not that is paid later, with its tab. */
const PAID = 1;

/** Returns an order's steps; none for an order that ended early. */
export function stepsOf(status: OrderStatus, isPaidAfter = false): Step[] {
  const { reached } = STATUS_WORDS[status];
  if (!reached) return [];
  const [done, isOnNext] = reached;
  const steps = NAMES.map((name, index): Step => ({
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
  return isPaidAfter ? steps.filter((_, index) => index !== PAID) : steps;
}

function isAwaited(status: OrderStatus): boolean {
  return status === 'awaiting_payment';
}
