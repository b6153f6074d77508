/** Mail violations: not written, not sent, or about an event that never happened. */

import type { Plant } from './stage.ts';

export const MAIL_PLANTS: readonly Plant[] = [
  {
    id: 'E1',
    what: 'a receipt that was never written',
    plant: async ({ orders, confirmed }) => {
      const { id } = await confirmed();
      await orders(`delete from mails where order_id = ? and type = 'receipt'`, id);
      return id;
    },
  },
  {
    id: 'E1',
    what: 'a mail that is booked as sent and never came in',
    plant: async ({ orders, confirmed }) => {
      const { id } = await confirmed();
      await orders(`update mails set id = gen_random_uuid() where order_id = ? and type = 'receipt'`, id);
      return id;
    },
  },
  {
    id: 'E2',
    what: 'a mail of a version that is not there',
    plant: async ({ orders, confirmed }) => {
      const { id } = await confirmed();
      await orders(`update mails set event_version = 99 where order_id = ? and type = 'receipt'`, id);
      return id;
    },
  },
  {
    id: 'E2',
    what: 'a mail that says something else than its event',
    plant: async ({ orders, confirmed }) => {
      const { id } = await confirmed();
      await orders(`update mails set type = 'order_canceled' where order_id = ? and type = 'receipt'`, id);
      return id;
    },
  },
  {
    id: 'R3',
    what: 'a mail that is not sent',
    plant: async ({ orders, confirmed }) => {
      const { id } = await confirmed();
      await orders(`update mails set status = 'due' where order_id = ? and type = 'receipt'`, id);
      return id;
    },
  },
];
