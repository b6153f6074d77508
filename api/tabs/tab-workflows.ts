import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { TabEventType } from '../../domain/tab.ts';
import { recordChanged } from '../../temporal/orders/messages.ts';
import { signalOrder } from '../../temporal/orders/signal.ts';
import { signalTab, startTab } from '../../temporal/tabs/start.ts';

/**
 * Starts and wakes the workflows of tabs. Nobody waits for it, nor needs it to succeed: a worker's job makes up for
 * what is lost while Temporal is away.
 */
export interface TabWorkflows {
  start(tabId: string, memo: { readonly requestId: string }): void;
  /** Wakes it if what it does may depend on this event. */
  noteEvent(tabId: string, type: TabEventType | undefined): void;
  /** Makes the workflows of its rounds and payments read their record, which a command to the tab has changed. */
  tellOrders(tabId: string, orderIds: readonly string[]): void;
}

const WAKING: readonly TabEventType[] = [
  'settings_changed',
  'ready_changed',
  'left',
  'removed',
  'round_sent',
  'closing',
  'merged',
  'merged_into',
  'written_off',
  'payment_made',
  'reopened',
  'card_given',
  'card_charge_asked',
];

export function createTabWorkflows({ temporal, logger }: { temporal: Client; logger: Logger }): TabWorkflows {
  const doLater = (tabId: string, what: string, act: () => Promise<unknown>) => {
    act().catch((error: unknown) => logger.warn({ err: error, tabId }, what));
  };
  return {
    start: (tabId, memo) =>
      doLater(tabId, 'the workflow of a tab was not started', () => startTab(temporal, { tabId }, { memo })),
    noteEvent: (tabId, type) => {
      if (type === undefined || !WAKING.includes(type)) return;
      doLater(tabId, 'the workflow of a tab was not woken', () => signalTab(temporal, tabId));
    },
    tellOrders: (tabId, orderIds) => {
      for (const orderId of orderIds)
        doLater(tabId, 'the workflow of an order was not told', () =>
          signalOrder(temporal, orderId, recordChanged),
        );
    },
  };
}
