/** The activities of a tab's workflow. */

import type { TabStatus } from '../../domain/tab.ts';

/** What a tab's workflow needs to know of its record. Times are in milliseconds since 1970. */
export interface TabAgenda {
  readonly status: TabStatus;
  readonly version: number;
  /** The orders of its rounds that have not ended, in the order of sending. */
  readonly runningOrderIds: readonly string[];
  /** When there is something to do next, if nothing changes; absent: never. */
  readonly nextAt?: number;
}

/** Short writes to our own databases. Any of them may run again at any time: each recognizes that it is done. */
export interface TabActivities {
  /**
   * Does everything that is due: sends reminders, closes or expires the tab. Returns how it stands then. The basket of a
   * tab whose people are all ready is sent, and its order's workflow started, if its host chose so.
   */
  tendTab(request: { tabId: string }): Promise<TabAgenda>;
}
