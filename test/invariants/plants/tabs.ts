import { recordTab } from '../../harness/tabs.ts';
import type { Plant } from './stage.ts';

export const TAB_PLANTS: readonly Plant[] = [
  {
    id: 'T7',
    what: 'a version of a tab without an event',
    plant: async ({ orders, system }) => {
      const { id } = await recordTab(system.databases.orders);
      await orders(`update tabs set version = version + 1 where id = ?`, id);
      return id;
    },
  },
  {
    id: 'T7',
    what: 'a tab that was closed at once, which the table does not allow',
    plant: async ({ orders, system }) => {
      const { id } = await recordTab(system.databases.orders);
      await orders(
        `update tabs set status = 'closed', closed_at = now(), join_code = null, join_secret = null, version = 2 where id = ?`,
        id,
      );
      await orders(
        `insert into tab_events (tab_id, version, type, actor, dedupe_key, data)
         values (?, 2, 'closed', 'workflow', 'ended', '{"status": "closed"}')`,
        id,
      );
      return id;
    },
  },
  {
    id: 'T9',
    what: 'a round that still waits for payment in a tab that has expired',
    plant: async ({ orders, system, place }) => {
      const { id } = await recordTab(system.databases.orders);
      const order = await place();
      await orders(`update orders set tab_id = ?, round = 1 where id = ?`, id, order.id);
      await orders(
        `update tabs set status = 'expired', closed_at = now(), join_code = null, join_secret = null, version = 2 where id = ?`,
        id,
      );
      await orders(
        `insert into tab_events (tab_id, version, type, actor, dedupe_key, data)
         values (?, 2, 'expired', 'workflow', 'ended', '{"status": "expired"}')`,
        id,
      );
      return id;
    },
  },
];
