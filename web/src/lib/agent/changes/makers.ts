/** Who made a change, by the history. Pure. */

import type { HistoryEvent } from '../../api/orders.ts';

/** Returns the name of the member of staff who asked for a change; null for anybody else, and until it is known. */
export function makerOf(
  history: readonly Pick<HistoryEvent, 'type' | 'by' | 'changeId'>[],
  changeId: string,
): string | null {
  return (
    history.find((event) => event.type === 'change_requested' && event.changeId === changeId)?.by ?? null
  );
}
