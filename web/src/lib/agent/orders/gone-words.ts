/** What staff read of units that are not to be made: refunded, or canceled in a round that is paid later. */

import { staffBoard, staffOrders } from '#messages';

interface GoneWords {
  readonly line: () => string;
  readonly count: (numbers: { count: number }) => string;
  readonly of: (numbers: { count: number; total: number }) => string;
  /** Of a whole order. */
  readonly all: () => string;
  readonly doNotPrepare: () => string;
}

const REFUNDED: GoneWords = {
  line: staffOrders.refunded,
  count: staffOrders.countRefunded,
  of: staffOrders.ofRefunded,
  all: staffBoard.refundedAll,
  doNotPrepare: staffBoard.doNotPrepare,
};

/** Nobody needs to have paid for them. */
const CANCELED: GoneWords = {
  line: staffOrders.canceledLine,
  count: staffOrders.countCanceled,
  of: staffOrders.ofCanceled,
  all: staffBoard.canceledAll,
  doNotPrepare: staffBoard.canceledDoNotPrepare,
};

export function goneWords({ paidAfter }: { readonly paidAfter: boolean }): GoneWords {
  return paidAfter ? CANCELED : REFUNDED;
}
