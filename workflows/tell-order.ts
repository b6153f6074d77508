import { getExternalWorkflowHandle, log } from '@temporalio/workflow';
import { orderWorkflowId, recordChanged } from '../temporal/orders/messages.ts';

/** Makes the order's own workflow read a record that another workflow has changed. A closed one need not know. */
export async function tellOrder(orderId: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(orderWorkflowId(orderId)).signal(recordChanged);
  } catch (error) {
    log.info('the workflow of the order has ended', { orderId, error });
  }
}
