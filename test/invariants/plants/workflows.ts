/** Violations in an order's workflow, steps or history. */

import { randomUUID } from 'node:crypto';
import { recordAttention } from '../../../db/orders/orders/attention.ts';
import { recordAdvanced } from '../../../db/orders/orders/finish-order.ts';
import { orderWorkflowId, paymentChanged } from '../../../temporal/orders/messages.ts';
import { refundWorkflowId } from '../../../temporal/refunds/messages.ts';
import { memoOfWork } from '../../../temporal/work.ts';
import { ORDERS_QUEUE } from '../../../temporal/queues.ts';
import { recordHeldOrder } from '../../harness/records.ts';
import { recordTab } from '../../harness/tabs.ts';
import { until } from '../../harness/until.ts';
import type { Plant } from './stage.ts';

export const WORKFLOW_PLANTS: readonly Plant[] = [
  {
    id: 'W1',
    what: 'an order whose workflow was ended from outside',
    plant: async ({ place }) => {
      const order = await place();
      await order.workflow.terminate();
      return order.id;
    },
  },
  {
    id: 'W1',
    what: 'an order that never got a workflow',
    plant: async ({ system }) => (await recordHeldOrder(system.databases.orders)).id,
  },
  {
    id: 'W1',
    what: 'a workflow of no order',
    plant: async ({ system }) => {
      const orderId = randomUUID();
      await system.temporal.workflow.start('order', {
        workflowId: orderWorkflowId(orderId),
        taskQueue: 'nobody',
      });
      await until('it is found', async () => {
        for await (const run of system.temporal.workflow.list()) {
          if (run.workflowId === orderWorkflowId(orderId)) return true;
        }
        return false;
      });
      return orderId;
    },
  },
  {
    id: 'W1',
    what: 'an order that does not settle',
    plant: async ({ orders, confirmed }) => {
      const { id } = await confirmed();
      await orders(`update orders set status = 'capturing' where id = ?`, id);
      return id;
    },
  },
  {
    id: 'W2',
    what: 'a version that is missing',
    plant: async ({ orders, confirmed }) => {
      const { id } = await confirmed();
      await orders(`delete from order_events where order_id = ? and version = 3`, id);
      return id;
    },
  },
  {
    id: 'W2',
    what: 'a step that the table does not have',
    plant: async ({ orders, confirmed }) => {
      const { id } = await confirmed();
      await orders(
        `update order_events set data = data || '{"status": "ready"}' where order_id = ? and type = 'payment_started'`,
        id,
      );
      return id;
    },
  },
  {
    id: 'W2',
    what: 'an order that is not what its last event says',
    plant: async ({ orders, place }) => {
      const { id } = await place();
      await orders(`update orders set status = 'preparing' where id = ?`, id);
      return id;
    },
  },
  {
    id: 'W4',
    what: 'a share voided of an order that goes on',
    plant: async ({ orders, place }) => {
      const { id } = await place();
      await orders(`update shares set status = 'voided' where order_id = ?`, id);
      return id;
    },
  },
  {
    id: 'W4',
    what: 'stock given back before the payment was voided',
    plant: async ({ catalog, canceled }) => {
      const { id } = await canceled('pm_card_chargeDeclined');
      await catalog(`update holds set updated_at = updated_at - interval '1 minute' where order_id = ?`, id);
      return id;
    },
  },
  {
    id: 'W5',
    what: 'a workflow whose task fails over and over',
    plant: async ({ system }) => {
      const { id } = await recordHeldOrder(system.databases.orders);
      await system.temporal.workflow.start('order', {
        workflowId: orderWorkflowId(id),
        taskQueue: ORDERS_QUEUE,
      });
      const attempt = async () => {
        const { raw } = await system.temporal.workflow.getHandle(orderWorkflowId(id)).describe();
        return (raw.pendingWorkflowTask?.attempt ?? 0) >= 3;
      };
      await until('its task has failed', attempt, { withinMs: 60_000 });
      return id;
    },
  },
  {
    id: 'W7',
    what: 'workflows of an order and its refund that nobody finds by the order’s number',
    plant: async ({ system, orders, confirmed }) => {
      const order = await confirmed();
      await order.cancel(system.agent);
      await order.workflow.result();
      await orders(`update orders set number = number + 100000 where id = ?`, order.id);
      return order.id;
    },
  },
  {
    id: 'W7',
    what: 'a refund of a confirmed order whose workflow was begun by somebody who had read the order before',
    plant: async ({ system, confirmed }) => {
      const { id } = await confirmed();
      const refundId = randomUUID();
      await system.temporal.workflow.start('refund', {
        workflowId: refundWorkflowId(refundId),
        taskQueue: 'nobody',
        memo: memoOfWork({ orderId: id, refundId }),
      });
      return `${id}: the workflow of a refund is found by {} instead of`;
    },
  },
  {
    id: 'W7',
    what: 'a running order that is found by the tab that it was in before',
    plant: async ({ system, orders, place }) => {
      const { id } = await recordTab(system.databases.orders);
      const order = await place();
      await orders(`update orders set tab_id = ?, round = 1 where id = ?`, id, order.id);
      return `${order.id}: its workflow is found by`;
    },
  },
  {
    id: 'W6',
    what: 'a workflow that does not know what an agent did',
    plant: async ({ system, orders, confirmed }) => {
      const { id } = await confirmed();
      await recordAdvanced(system.databases.orders, id, 'preparing', 'somebody');
      // Done so long ago that no worker checks it any more.
      await orders(`update order_events set at = at - interval '2 days' where order_id = ?`, id);
      return `${id}: it is preparing, and its workflow takes it to be confirmed`;
    },
  },
  {
    id: 'W6',
    what: 'a workflow that does not know what needs a person',
    plant: async ({ system, confirmed }) => {
      const { id } = await confirmed();
      await recordAttention(system.databases.orders, id, { reason: 'disputed' });
      return `${id}: it needs a person for disputed, and its workflow knows of nothing`;
    },
  },
  {
    id: 'I4',
    what: 'a customer’s name in a history',
    plant: async ({ place }) => {
      const order = await place();
      const { participants } = await order.read();
      await order.workflow.signal(paymentChanged, { paymentId: `of ${participants[0]!.name}, as it were` });
      return order.id;
    },
  },
  {
    id: 'I4',
    what: 'the words of a cancellation in an event',
    plant: async ({ orders, place }) => {
      const order = await place();
      await order.cancel(order.guest, { reason: 'call me at 0171 5550123' });
      await orders(
        `update order_events e set data = jsonb_set(data, '{reason}', to_jsonb(r.reason)) from cancel_requests r
         where r.order_id = e.order_id and e.type = 'canceled' and e.order_id = ?`,
        order.id,
      );
      return order.id;
    },
  },
];
