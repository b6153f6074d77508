import { goto } from '$app/navigation';
import type { Order } from '#domain/contract/orders.ts';
import { toast } from '#lib/ui/toast.ts';
import { isApiError, sentenceFor } from '../../api/api-error.ts';

/** Tells why an order was not moved on, and leads on where something can be done about it. */
export function tellRefusedAdvance(error: unknown, { number, code }: Pick<Order, 'number' | 'code'>): void {
  const order = `Order ${number ?? code}`;
  if (isApiError(error, 'illegal_transition') && error.detail('reason') === 'no_workflow') {
    toast.error(`Nothing works on ${order.toLowerCase()} any more.`, {
      description: 'It is not lost: Differences lists it, with a button that resumes it.',
      action: { label: 'Differences', onClick: () => void goto('/agent/differences') },
      duration: 20_000,
    });
  } else if (isApiError(error, 'illegal_transition')) toast.error(`${order} has already moved on.`);
  else toast.error(sentenceFor(error));
}
