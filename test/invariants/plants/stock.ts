/** Stock violations: lost stock, or a hold without an order. */

import type { Plant } from './stage.ts';

export const STOCK_PLANTS: readonly Plant[] = [
  {
    id: 'S1',
    what: 'less than nothing available',
    plant: async ({ catalog, confirmed }) => {
      const { variantId } = await confirmed();
      await catalog(`alter table variants drop constraint if exists variants_available_check`);
      await catalog(`update variants set available = -1, received = 1 where id = ?`, variantId);
      return variantId;
    },
  },
  {
    id: 'S2',
    what: 'a unit that got lost',
    plant: async ({ catalog, confirmed }) => {
      const { variantId } = await confirmed();
      await catalog(`update variants set available = available - 1 where id = ?`, variantId);
      return variantId;
    },
  },
  {
    id: 'S3',
    what: 'an order that holds less than it ordered',
    plant: async ({ catalog, place }) => {
      const { id } = await place();
      await catalog(`update holds set quantity = 1 where order_id = ?`, id);
      return id;
    },
  },
  {
    id: 'S4',
    what: 'two holds of an order on one variant',
    plant: async ({ catalog, place }) => {
      const { id } = await place();
      await catalog(`alter table holds drop constraint if exists holds_pkey`);
      await catalog(
        `insert into holds (order_id, variant_id, quantity, status, deadline)
       select order_id, variant_id, quantity, status, deadline from holds where order_id = ?`,
        id,
      );
      return id;
    },
  },
  {
    id: 'S5',
    what: 'a hold of an order that was canceled',
    plant: async ({ catalog, canceled }) => {
      const { id } = await canceled();
      await catalog(`update holds set status = 'live' where order_id = ?`, id);
      return id;
    },
  },
  {
    id: 'S6',
    what: 'a hold past its deadline',
    plant: async ({ catalog, place }) => {
      const { id } = await place();
      await catalog(`update holds set deadline = now() - interval '40 seconds' where order_id = ?`, id);
      return id;
    },
  },
  {
    id: 'S7',
    what: 'a confirmed order without its units',
    plant: async ({ catalog, confirmed }) => {
      const { id } = await confirmed();
      await catalog(`update holds set status = 'released' where order_id = ?`, id);
      return id;
    },
  },
  {
    id: 'S7',
    what: 'more units accepted than were received',
    plant: async ({ catalog, confirmed }) => {
      const { variantId } = await confirmed();
      await catalog(`alter table variants drop constraint if exists variants_check`);
      await catalog(`update variants set received = 1 where id = ?`, variantId);
      return variantId;
    },
  },
  {
    id: 'S7',
    what: 'goods that a change has taken off, and that are not on sale again',
    plant: async ({ catalog, confirmed }) => {
      const [{ id }, { variantId }] = [await confirmed(), await confirmed()];
      await catalog(
        `insert into holds (order_id, variant_id, quantity, status, deadline) values (?, ?, 1, 'sold', now())`,
        id,
        variantId,
      );
      return `order ${id}: it is confirmed and has 1 sold`;
    },
  },
];
