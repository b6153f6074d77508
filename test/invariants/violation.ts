/** The invariants, by id. */
export const INVARIANTS = {
  M1: 'every share of a confirmed order was captured in full, or paid in cash; of an order that ended before, nothing is kept',
  M2: 'at most one successful charge, or payment in cash, per share',
  M3: 'refunds never exceed what was captured',
  M4: 'shares sum to the bill exactly, tips apart',
  M5: 'an order that ended has no open authorization',
  M6: 'the ledger sums to zero per booking and currency',
  M7: 'the ledger agrees with Stripe and with the till, both ways',
  M8: 'nothing is captured before the order’s hold was committed',
  M9: 'amounts and currency come from the price snapshot of the order',
  M10: 'a payment that succeeded names the card that Stripe charged',
  S1: 'available is never negative',
  S2: 'available + held + sold = received, per variant',
  S3: 'a live order holds exactly what it ordered',
  S4: 'one hold per order and variant',
  S5: 'an order that ended holds nothing',
  S6: 'no hold outlives its deadline by 30 seconds',
  S7: 'accepted units never exceed the stock, and every confirmed order has its units',
  W1: 'every order has exactly one workflow, and settles and ends within its bound',
  W2: 'events follow the transitions table, with versions 1, 2, 3 …',
  W3: 'every recorded history replays',
  W4: 'what was done was undone exactly when a later step failed, last first',
  W5: 'no workflow task fails over and over',
  W6: 'the workflow of an order knows where its order stands',
  W7: 'the workflows of an order and of its refunds are found by its number, its tab and its total',
  E1: 'every mail that an event asks for is accepted, each under one Message-ID',
  E2: 'no mail tells of a state that was rolled back',
  R3: 'the backlog of unsent mail drains to zero',
  T1: 'a line is in exactly one place: in a basket or in one order',
  T2: 'the allocations of a line sum to it, those of a share to its amount, each within a unit of the exact fraction',
  T3: 'no part of a line is claimed or paid twice, and a settlement pays what its own tab owes',
  T4: 'after a round was sent, a share changes only by being taken over or dropped',
  T5: 'a round is captured only once all of it is authorized, and then whole or not at all',
  T6: 'a tab owes its confirmed rounds without what was canceled, written off or paid, and nothing once it has ended',
  T7: 'the versions of a tab are 1, 2, 3 …, follow its transitions table, and end at its row',
  T8: 'only people of a tab are in its rounds, and none removed before',
  T9: 'a tab that has ended cannot be joined, and none of its rounds runs',
  C1: 'no change of an order is open past its limit, and an order knows the one that is',
  C2: 'a bill is the one that was placed with the differences of its changes, and each earlier version is kept',
  C3: 'what a change gave back is what its refunds sum to, and one that was given up has moved nothing',
  C4: 'what is off the lines of an order is left of discounts that applied changes of it gave',
  C5: 'no question about what has run out is open past its limit, and what was answered is done',
  C6: 'the lines of a bill come to what is allocated, and to what was paid and is owed without what was given back',
  C7: 'what was refunded of a line is still on its bill, so that no change gives it back again',
  I4: 'events and workflow histories hold no name, address, note, words, token or client secret',
} as const;
export type InvariantId = keyof typeof INVARIANTS;

/** One violated invariant. */
export interface Violation {
  readonly id: InvariantId;
  /** Null if it does not concern a single order. */
  readonly orderId: string | null;
  readonly sentence: string;
}

/** A violation as one line: id, order, sentence. */
export function describeViolation({ id, orderId, sentence }: Violation): string {
  return `${id}  ${orderId === null ? 'no one order' : `order ${orderId}`}: ${sentence}`;
}
