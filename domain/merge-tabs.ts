/** Which tabs can become one. */

import { type Settlement, type TabStatus } from './tab.ts';

interface Mergeable {
  readonly status: TabStatus;
  readonly settlement: Settlement;
  readonly currency: string;
}

/** Returns whether a tab can be merged into another: both are settled alike, and `into` still takes rounds. */
export function mayMerge(tab: Mergeable, into: Mergeable): boolean {
  const isRunning = tab.status === 'open' || tab.status === 'closing';
  const isAlike = tab.settlement === into.settlement && tab.currency === into.currency;
  return isRunning && into.status === 'open' && isAlike;
}
