/** `POST /api/tabs/:id/payments`: somebody pays a part of what the tab owes. */

import { TabRefused } from '../../db/orders/tabs/tab-refused.ts';
import type { Handlers } from '../http/route.ts';

export function tabPaymentRoutes() {
  return {
    'POST /api/tabs/:id/payments': () => {
      // No tab owes anything: the shop has tabs paid before they are prepared.
      throw new TabRefused('illegal_transition');
    },
  } satisfies Partial<Handlers>;
}
