import { getExternalWorkflowHandle, log } from '@temporalio/workflow';
import { orderWorkflowId, recordChanged } from '../temporal/orders/messages.ts';

/** Has the order's own workflow read what another workflow wrote to the record. One that has ended need not know. */
export async function tellOrder(orderId: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(orderWorkflowId(orderId)).signal(recordChanged);
  } catch (error) {
    log.info('the workflow of the order has ended', { orderId, error });
  }
}
