/** Violations of changes: open too long, without their bill, and with money that is none of theirs. */

import type { Plant, Stage } from './stage.ts';

/** Writes a change of a confirmed order as no step leaves it; returns the order's id. */
async function change(stage: Stage, status: 'held' | 'applied'): Promise<string> {
  const { id } = await stage.confirmed();
  await writeChange(stage, id, status);
  return id;
}

/** Writes a change of an order as no step leaves it. */
export async function writeChange(
  { orders }: Pick<Stage, 'orders'>,
  id: string,
  status: 'held' | 'applied',
): Promise<void> {
  await orders(
    `with written as (
       insert into changes (id, order_id, request_hash, status, participant_id, bill_version, difference_amount, draft,
         accept_before, deadline, applied_at, outcome)
       select gen_random_uuid(), id, '', ?, host_participant_id, 2, 0, '{"set":[],"add":[]}', now() - interval '1 hour',
         now() - interval '1 hour', case when ? = 'applied' then now() end,
         '{"came":[],"went":[],"noted":[],"place":null,"takenOff":[],"refundIds":[]}'
       from orders where id = ? returning id, order_id)
     update orders set change_id = case when ? = 'held' then written.id end from written where orders.id = written.order_id`,
    ...[status, status, id, status],
  );
}

export const CHANGE_PLANTS: readonly Plant[] = [
  {
    id: 'C5',
    what: 'a question that was decided, and nothing does what was decided',
    plant: async ({ orders, confirmed }) => {
      const { id } = await confirmed();
      await orders(
        `insert into questions (id, order_id, line_id, participant_id, request_hash, name, quantity, if_sold_out, actor_id,
           deadline, status, answer)
         select gen_random_uuid(), order_id, id, participant_id, '', name, 1, 'leave_out', 'kitchen', now(), 'decided',
           'leave_out'
         from lines where order_id = ? limit 1`,
        id,
      );
      return id;
    },
  },
  {
    id: 'C1',
    what: 'a change that is held long after its deadline',
    plant: (stage) => change(stage, 'held'),
  },
  {
    id: 'C2',
    what: 'a change that was applied, of which neither bill nor history tells',
    plant: (stage) => change(stage, 'applied'),
  },
  {
    id: 'C3',
    what: 'a share of which changes have given back what no refund gives back',
    plant: async ({ orders, confirmed }) => {
      const { id } = await confirmed();
      await orders(`update shares set changed_amount = 100 where order_id = ?`, id);
      return id;
    },
  },
  {
    id: 'C4',
    what: 'a line that is discounted, and nobody has given a discount',
    plant: async ({ orders, confirmed }) => {
      const { id } = await confirmed();
      await orders(
        `update lines set unit_amount = unit_amount + 1, discount_amount = quantity where order_id = ?`,
        id,
      );
      return id;
    },
  },
  {
    id: 'C7',
    what: 'a line that was refunded, and of which a change has given the same units back',
    plant: async ({ orders, confirmed }) => {
      const order = await confirmed();
      const [line] = (await order.read()).lines;
      await order.refund({ lines: [{ lineId: line!.id, quantity: 2 }], reason: 'cold' });
      await orders(`update lines set quantity = 1, amount = unit_amount where order_id = ?`, order.id);
      return `order ${order.id}: 2 of line`;
    },
  },
];
