/** A tab in the form of the contract, with everything that anybody in it may see. `tabFor` leaves out the rest. */

import type { Tab } from '../../domain/contract/tabs.ts';
import type { TabRecord } from '../../db/orders/tabs/present-tab.ts';

export interface TabPresentation {
  readonly publicUrl: string;
  /** Returns whether one of a participant's screens is connected. */
  isHere(tabId: string, participantId: string): boolean;
}

export function showTab({ publicUrl, isHere }: TabPresentation, { tab, joinSecret }: TabRecord): Tab {
  return {
    ...tab,
    // The secret is in the fragment, which browsers send to nobody: neither in requests nor as a referrer.
    joinUrl: joinSecret === null ? null : `${publicUrl}/join#${joinSecret}`,
    participants: tab.participants.map((one) => ({
      ...one,
      isHere: !one.hasLeft && isHere(tab.id, one.id),
    })),
    // In the order in which people joined, whether they have chosen something or not.
    parts: tab.participants.map(
      ({ id }) =>
        tab.parts.find(({ participantId }) => participantId === id) ?? { participantId: id, amount: 0 },
    ),
  };
}
