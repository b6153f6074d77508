import { staff, staffOrders } from '#messages';
import { goto } from '$app/navigation';
import type { Order } from '#domain/contract/orders.ts';
import { toast } from '#lib/ui/toast.ts';
import { isApiError, sentenceFor } from '../../api/api-error.ts';

/** Shows why an order was not advanced, with a link where something can be done. */
export function tellRefusedAdvance(error: unknown, { number, code }: Pick<Order, 'number' | 'code'>): void {
  const name = String(number ?? code);
  if (isApiError(error, 'illegal_transition') && error.detail('reason') === 'no_workflow') {
    toast.error(staffOrders.noWorkflow({ name }), {
      description: staffOrders.noWorkflowText(),
      action: { label: staff.differences(), onClick: () => void goto('/agent/differences') },
      duration: 20_000,
    });
  } else if (isApiError(error, 'illegal_transition'))
    toast.error(staffOrders.movedOn({ order: staff.orderNamed({ name }) }));
  else toast.error(sentenceFor(error));
}
